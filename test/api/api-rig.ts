import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createApi } from "#app/api/index.server.ts";
import type { ApiDeps } from "#app/api/endpoint.ts";
import { createShopify } from "#app/shopify/index.server.ts";
import { type ApiDocument, contradiction } from "./conformance.ts";
import { signSessionToken } from "#test/shopify/fake-shopify.ts";
import { createRig, holdJobs, type Rig, workerConfig } from "#test/worker/rig.ts";

/** What the API answered. */
export interface ApiAnswer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The API over real HTTP, on a database of its own; jobs are held. */
export interface ApiRig {
  readonly rig: Rig;
  readonly queue: ReturnType<typeof holdJobs>;
  readonly url: string;
  readonly document: ApiDocument;
  /**
   * Calls as `bearer` (undefined: as nobody). `body` text is sent as it is. Every answer is held
   * against the OpenAPI document. @throws Error when the two contradict each other
   */
  call(
    bearer: string | undefined,
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<ApiAnswer>;
  /** A session token of a shop's merchant. */
  merchant(shop: string, claims?: Record<string, unknown>): string;
  close(): Promise<void>;
}

/** @see ApiRig */
export async function createApiRig(): Promise<ApiRig> {
  const rig = await createRig();
  const queue = holdJobs();
  const config = workerConfig(rig);
  const onInstalled = async () => undefined;
  const onTokensLost = async () => undefined;
  const shopify = createShopify({ ...rig, config, onInstalled, onTokensLost });
  const deps: ApiDeps = { ...rig, config, shopify, queue: queue as unknown as ApiDeps["queue"] };
  const server = createServer(createApi(deps));
  await listen(server);
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const described = await fetch(`${url}/api/v1/openapi.json`);
  const document = (await described.json()) as ApiDocument;
  return {
    rig,
    queue,
    url,
    document,
    merchant: (shop, claims) => signSessionToken(config.shopify, shop, claims),
    call: async (bearer, method, path, body, headers = {}) => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
          "content-type": "application/json",
          ...headers,
        },
        ...(body === undefined
          ? {}
          : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = {
        status: response.status,
        type: response.headers.get("content-type"),
        headers: response.headers,
        body: text === "" ? null : (JSON.parse(text) as unknown),
      };
      const wrong = contradiction(document, { method, path, ...answer });
      if (wrong !== null)
        throw new Error(`${method} ${path} answered ${String(answer.status)}: ${wrong}\n${text}`);
      return answer;
    },
    close: async () => {
      await new Promise((resolve) => server.close(resolve));
      await rig.close();
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
}
