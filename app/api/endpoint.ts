import type { z } from "zod";
import type { AppContext } from "#app/context.server.ts";

/** Who is asking. */
export interface Caller {
  readonly shop: string;
  /** For the audit log: `user:<id>` or `system:<id>`. */
  readonly actor: string;
  /** The system whose key it is; null: the merchant. */
  readonly systemId: string | null;
}

/** What endpoints work with. */
export type ApiDeps = Pick<
  AppContext,
  "config" | "db" | "queue" | "vault" | "clock" | "egress" | "log"
> & { readonly shopify: Pick<AppContext["shopify"], "readSessionToken" | "graphql"> };

/** A request, checked. */
export interface Input<Query, Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  /** The bytes of the request, for endpoints that stream; what nobody reads is thrown away. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** What the caller says this belongs to; checked where it is used. */
  readonly trace: {
    readonly correlationId: string | undefined;
    readonly traceparent: string | undefined;
  };
}

/** One call of the API: what it takes and gives is stated once, checked by that and published from it. */
export interface EndpointSpec<Query, Body> {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  /** As in OpenAPI: `/systems/{id}`. */
  readonly path: string;
  readonly summary: string;
  readonly query?: z.ZodType<Query>;
  readonly body?: z.ZodType<Body>;
  /** The body is a stream of this kind, of any length: it is read as it comes, by `run`. */
  readonly stream?: { readonly mediaType: string; readonly description: string };
  /** The status of an answer that worked, and its shape; no shape: no body. */
  readonly status: number;
  readonly answer?: z.ZodType;
  /** Other answers that are no problems, by status. */
  readonly otherAnswers?: Readonly<Record<number, z.ZodType>>;
  /** Only for the merchant: a system's key is not enough. */
  readonly merchantOnly?: boolean;
  /** Returns the answer. @throws Problem */
  run(deps: ApiDeps, caller: Caller, input: Input<Query, Body>): Promise<unknown>;
}

/** An endpoint among others. */
export type Endpoint = EndpointSpec<unknown, unknown>;

/** Lets the schemas give their types to `run`. */
export function endpoint<Query = undefined, Body = undefined>(
  spec: EndpointSpec<Query, Body>,
): Endpoint {
  return spec;
}

/** An answer with another status than usual. */
export class Answer {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}
