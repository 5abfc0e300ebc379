import { createHmac, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What the fake answers to one request. */
export interface FakeAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

/** A request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly headers: Record<string, string | undefined>;
  readonly text: string;
  readonly fields: Record<string, unknown>;
}

/** Shopify's token endpoint with real rotation, and a GraphQL endpoint that says what it is told. */
export interface FakeShopify {
  readonly url: string;
  readonly seen: SeenRequest[];
  /** Token exchanges and refreshes that were answered with tokens. */
  readonly issued: { grant: "exchange" | "refresh"; accessToken: string; refreshToken: string }[];
  /** Replaces the answer to GraphQL requests whose token is good. */
  onGraphql(answer: (request: SeenRequest) => FakeAnswer | Promise<FakeAnswer>): void;
  /** Replaces the answer of the token endpoint; undefined: as usual. */
  onToken(answer: (request: SeenRequest) => FakeAnswer | Promise<FakeAnswer> | undefined): void;
  /** From now on nobody knows this access token. */
  revoke(accessToken: string): void;
  close(): Promise<void>;
}

/** Starts it on a free port. Access tokens live for `accessTokenSeconds`. */
export async function startFakeShopify(accessTokenSeconds = 3600): Promise<FakeShopify> {
  const issued: FakeShopify["issued"] = [];
  const seen: SeenRequest[] = [];
  const accepted = new Set<string>();
  // Old refresh tokens work until the pair that replaced them is used for the first time.
  const refreshable = new Map<string, { replaces: string | undefined }>();
  let graphql: Parameters<FakeShopify["onGraphql"]>[0] = () => ({ body: { data: {} } });
  let token: Parameters<FakeShopify["onToken"]>[0] = () => undefined;

  const issue = (grant: "exchange" | "refresh", replaces: string | undefined): FakeAnswer => {
    const pair = {
      grant,
      accessToken: `shpat_${randomUUID()}`,
      refreshToken: `shprt_${randomUUID()}`,
    };
    issued.push(pair);
    accepted.add(pair.accessToken);
    refreshable.set(pair.refreshToken, { replaces });
    return {
      body: {
        access_token: pair.accessToken,
        scope: "read_products,read_inventory",
        expires_in: accessTokenSeconds,
        refresh_token: pair.refreshToken,
        refresh_token_expires_in: 7_776_000,
      },
    };
  };
  const tokenEndpoint = ({ fields }: SeenRequest): FakeAnswer => {
    if (fields.grant_type !== "refresh_token") return issue("exchange", undefined);
    const used = String(fields.refresh_token);
    const known = refreshable.get(used);
    if (!known) return { status: 400, body: { error: "invalid_grant" } };
    if (known.replaces !== undefined) refreshable.delete(known.replaces);
    return issue("refresh", used);
  };
  const graphqlEndpoint = (request: SeenRequest) => {
    const presented = request.headers["x-shopify-access-token"] ?? "";
    const pair = issued.find(({ accessToken }) => accessToken === presented);
    if (!pair || !accepted.has(presented))
      return { status: 401, body: { errors: "[API] Invalid API key or access token" } };
    const replaces = refreshable.get(pair.refreshToken)?.replaces;
    if (replaces !== undefined) refreshable.delete(replaces);
    return graphql(request);
  };

  const server = createServer((request, response) => {
    void (async () => {
      const arrived = await read(request);
      seen.push(arrived);
      const answer: FakeAnswer = arrived.path.startsWith("/admin/oauth/")
        ? await (token(arrived) ?? tokenEndpoint(arrived))
        : await graphqlEndpoint(arrived);
      const text =
        typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body ?? {});
      response.writeHead(answer.status ?? 200, {
        "content-type": "application/json",
        ...answer.headers,
      });
      response.end(text);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    seen,
    issued,
    onGraphql(answer) {
      graphql = answer;
    },
    onToken(answer) {
      token = answer;
    },
    revoke: (accessToken) => accepted.delete(accessToken),
    close: () => closeServer(server),
  };
}

/** Signs a session token as Shopify does; `claims` replaces single claims. */
export function signSessionToken(
  app: { apiKey: string; apiSecret: string },
  shop: string,
  claims: Record<string, unknown> = {},
): string {
  const nowSeconds = Math.floor(Date.now() / 1000);
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: app.apiKey,
    sub: "42",
    exp: nowSeconds + 60,
    nbf: nowSeconds,
    iat: nowSeconds,
    jti: randomUUID(),
    sid: randomUUID(),
    ...claims,
  })}`;
  return `${signed}.${createHmac("sha256", app.apiSecret).update(signed).digest("base64url")}`;
}

async function read(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? "",
    path: request.url ?? "",
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, value?.toString()]),
    ),
    text,
    fields: text.startsWith("{") ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
