/** What the conformance tests stand on: a running twin, an app that listens, a GraphQL client. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { startTwin } from "#test/twin/server.ts";
import type { Twin, TwinOptions } from "#test/twin/types.ts";

export const NORTH = "north.myshopify.com";
export const SOUTH = "south.myshopify.com";
export const API_KEY = "conformance-key";
export const API_SECRET = "conformance-secret";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
const TOKEN_TYPE = "urn:shopify:params:oauth:token-type";

export type ReceivedWebhook = {
  path: string;
  headers: Record<string, string>;
  body: string;
};

export type TestApp = {
  url: string;
  received: ReceivedWebhook[];
  /** What the app answers from now on. */
  answerWith(status: number): void;
  /** Never answers again. */
  hang(): void;
  close(): Promise<void>;
};

/** An app that keeps what it receives. */
export async function startTestApp(): Promise<TestApp> {
  const received: ReceivedWebhook[] = [];
  let status: number | null = 200;
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on("data", (chunk: Buffer) => chunks.push(chunk));
    req.on("end", () => {
      const headers: Record<string, string> = {};
      for (const [name, value] of Object.entries(req.headers)) headers[name] = String(value);
      received.push({ path: req.url ?? "", headers, body: Buffer.concat(chunks).toString("utf8") });
      if (status !== null) res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answerWith: (next) => {
      status = next;
    },
    hang: () => {
      status = null;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export const ALL_SCOPES = [
  "write_products",
  "write_inventory",
  "read_locations",
  "write_orders",
  "write_customers",
  "write_merchant_managed_fulfillment_orders",
];

/** A small twin for tests: few articles, no latency, quick retries. */
export function startSmallTwin(options: Partial<TwinOptions> = {}): Promise<Twin> {
  return startTwin({
    apiKey: API_KEY,
    apiSecret: API_SECRET,
    appUrl: "http://127.0.0.1:9",
    skusPerStore: 40,
    scopes: ALL_SCOPES,
    retryScheduleMs: [5, 5, 5, 5, 5, 5, 5, 5],
    ...options,
  });
}

export type JsonAnswer = { status: number; headers: Headers; body: Record<string, unknown> };

/** POSTs JSON to a store of the twin. */
export async function postJson(
  twin: Pick<Twin, "url">,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<JsonAnswer> {
  const response = await fetch(`${twin.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-twin-shop": NORTH, ...headers },
    body: JSON.stringify(body),
  });
  const parsed = (await response.json()) as Record<string, unknown>;
  return { status: response.status, headers: response.headers, body: parsed };
}

/** A token exchange as the app's library does it. */
export function exchangeToken(
  twin: Twin,
  changes: Record<string, string> = {},
  shop = NORTH,
): Promise<JsonAnswer> {
  const body = {
    client_id: API_KEY,
    client_secret: API_SECRET,
    grant_type: EXCHANGE,
    subject_token: twin.mintSessionToken(shop),
    subject_token_type: ID_TOKEN,
    requested_token_type: `${TOKEN_TYPE}:offline-access-token`,
    expiring: "1",
    ...changes,
  };
  return postJson(twin, "/admin/oauth/access_token", body, { "x-twin-shop": shop });
}

export function refreshToken(twin: Twin, token: unknown, shop = NORTH): Promise<JsonAnswer> {
  const body = {
    client_id: API_KEY,
    client_secret: API_SECRET,
    grant_type: "refresh_token",
    refresh_token: token,
  };
  return postJson(twin, "/admin/oauth/access_token", body, { "x-twin-shop": shop });
}

export const ONLINE = `${TOKEN_TYPE}:online-access-token`;

export type GraphqlError = {
  message: string;
  path?: (string | number)[];
  extensions: { code: string } & Record<string, unknown>;
};

export type GraphqlBody = {
  data: Record<string, unknown> | null;
  errors?: GraphqlError[];
  extensions?: {
    cost: {
      requestedQueryCost: number;
      actualQueryCost: number | null;
      throttleStatus: {
        maximumAvailable: number;
        currentlyAvailable: number;
        restoreRate: number;
      };
    };
    search?: { path: unknown[]; warnings: { field: string; code: string }[] }[];
  };
};

export type Client = (query: string, variables?: Record<string, unknown>) => Promise<GraphqlBody>;

/** Installs the app and returns a client with its token. */
export async function installedClient(twin: Twin, shop = NORTH): Promise<Client> {
  const { body } = await exchangeToken(twin, {}, shop);
  return clientFor(twin, String(body["access_token"]), shop);
}

export function clientFor(twin: Pick<Twin, "url">, token: string, shop = NORTH): Client {
  return async (query, variables = {}) => {
    const answer = await postGraphql(twin, token, { query, variables }, shop);
    if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
    return answer.body as unknown as GraphqlBody;
  };
}

export function postGraphql(
  twin: Pick<Twin, "url">,
  token: string,
  body: unknown,
  shop = NORTH,
): Promise<JsonAnswer> {
  return postJson(twin, "/admin/api/2026-10/graphql.json", body, {
    "x-twin-shop": shop,
    "x-shopify-access-token": token,
  });
}

/** The value at a path of an answer, typed as the test expects it. */
export function at<T>(body: GraphqlBody, ...path: (string | number)[]): T {
  let value: unknown = body.data;
  for (const key of path) {
    if (value === null || typeof value !== "object") {
      throw new Error(`${path.join(".")} is not there: ${JSON.stringify(body)}`);
    }
    value = (value as Record<string | number, unknown>)[key];
  }
  return value as T;
}

/** The first of rows that must not be empty. */
export function first<T>(rows: readonly T[] | undefined): T {
  const [row] = rows ?? [];
  if (row === undefined) throw new Error("There is no row at all.");
  return row;
}
