import { type DocumentNode, print } from "graphql";
import { ClientError, GraphQLClient } from "graphql-request";
import { ShopifyUnavailableError } from "./errors.ts";
import type { Answer } from "./read-answer.ts";

/** One request to the Admin API. */
export interface GraphqlRequest {
  readonly shop: string;
  /** For example "2026-10". */
  readonly apiVersion: string;
  readonly accessToken: string;
  readonly document: DocumentNode;
  readonly variables: object;
  readonly timeoutMs: number;
}

/**
 * Sends one request and brings back the answer, whatever it says.
 * @throws {ShopifyUnavailableError} when there is none in time, or none that is GraphQL. What the
 * request carried stays out of the error.
 */
export async function sendGraphql(send: typeof fetch, request: GraphqlRequest): Promise<Answer> {
  const { shop, apiVersion, timeoutMs } = request;
  const client = new GraphQLClient(`https://${shop}/admin/api/${apiVersion}/graphql.json`, {
    fetch: send,
    headers: { "x-shopify-access-token": request.accessToken },
    // A token must not follow a redirect to somewhere else.
    redirect: "manual",
    signal: AbortSignal.timeout(timeoutMs),
  });
  try {
    const { status, headers, data, extensions } = await client.rawRequest<unknown>(
      print(request.document),
      request.variables,
    );
    return { status, headers, data, errors: undefined, extensions };
  } catch (error) {
    if (error instanceof ClientError) return answerOf(error);
    throw new ShopifyUnavailableError(shop, describeFailure(error, timeoutMs));
  }
}

function answerOf({ response }: ClientError): Answer {
  return {
    status: response.status,
    headers: new Headers(response.headers),
    data: response.data,
    errors: response.errors,
    extensions: response.extensions,
  };
}

function describeFailure(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return "The request to Shopify failed.";
  if (error.name === "TimeoutError")
    return `Shopify did not answer within ${String(timeoutMs)} ms.`;
  // "fetch failed" says nothing; its cause carries the network's code.
  const code = error.cause instanceof Error && "code" in error.cause ? error.cause.code : undefined;
  return typeof code === "string"
    ? `Shopify could not be reached (${code}).`
    : "Shopify's answer could not be read.";
}
