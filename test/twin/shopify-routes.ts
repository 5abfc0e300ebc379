import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { ADMIN_API_VERSION } from "./graphql/admin-schema.ts";
import { answerGraphql, type GraphqlEngine } from "./graphql/endpoint.ts";
import { faultyAnswer } from "./faults/http-faults.ts";
import { HttpError, readBody, readJson, sendJson } from "./http.ts";
import { answerTokenRequest, type OAuthContext } from "./oauth/access-token-endpoint.ts";
import type { TokenBook } from "./oauth/tokens.ts";
import type { Store } from "./state/model.ts";
import type { RouteHandler } from "./types.ts";

export type ShopifyRoutesOptions = {
  stores: Map<string, Store>;
  tokens: TokenBook;
  engine: GraphqlEngine;
  oauth: OAuthContext;
  /** Called after anything that may have changed the state. */
  touched(): void;
};

const GRAPHQL_PATH = /^\/admin\/api\/([\w-]+)\/graphql\.json$/;
const INVALID_TOKEN =
  "[API] Invalid API key or access token (unrecognized login or wrong password)";

/** What Shopify serves on a store's own domain, which here is told by the header x-twin-shop. */
export function shopifyRoutes(options: ShopifyRoutesOptions): RouteHandler {
  return async (req, res, url) => {
    const graphql = GRAPHQL_PATH.exec(url.pathname);
    const isToken = url.pathname === "/admin/oauth/access_token";
    if (!graphql && !isToken) return false;
    const headers = { "x-request-id": randomUUID() };
    const store = options.stores.get(String(req.headers["x-twin-shop"] ?? ""));
    if (!store) {
      sendJson(res, 404, { errors: "Not Found" }, headers);
    } else if (req.method !== "POST") {
      sendJson(res, 405, { errors: "Method Not Allowed" }, { ...headers, allow: "POST" });
    } else if (graphql) {
      await serveGraphql(options, store, graphql[1] ?? "", req, res, headers);
    } else {
      await serveTokens(options, store, req, res, headers);
    }
    return true;
  };
}

async function serveTokens(
  options: ShopifyRoutesOptions,
  store: Store,
  req: IncomingMessage,
  res: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  const { faults, random } = options.engine;
  const form = await readForm(req);
  if (random.chance(faults.oauthErrors)) {
    return sendJson(res, 500, { errors: "Internal Server Error" }, headers);
  }
  const answer = answerTokenRequest(options.oauth, store, form);
  options.touched();
  const isLost = form["grant_type"] === "refresh_token" && random.chance(faults.lostRefreshes);
  if (isLost) res.destroy();
  else sendJson(res, answer.status, answer.body, { ...headers, "cache-control": "no-store" });
}

async function serveGraphql(
  options: ShopifyRoutesOptions,
  store: Store,
  version: string,
  req: IncomingMessage,
  res: ServerResponse,
  headers: Record<string, string>,
): Promise<void> {
  if (!isServed(version)) return sendJson(res, 404, { errors: "Not Found" }, headers);
  const token = String(req.headers["x-shopify-access-token"] ?? "");
  const known = options.tokens.find(token, store.shop.domain);
  if (!known || !store.installation.installed) {
    return sendJson(res, 401, { errors: INVALID_TOKEN }, headers);
  }
  const body = await readGraphqlBody(req);
  const { faults, random } = options.engine;
  const faulty = await faultyAnswer(faults, random);
  if (faulty) {
    res.writeHead(faulty.status, { ...headers, ...faulty.headers }).end(faulty.body);
    return;
  }
  const answer = await answerGraphql(options.engine, { store, body });
  options.touched();
  if (answer.isMutation && random.chance(faults.lostAnswers)) {
    res.destroy();
    return;
  }
  sendJson(res, answer.status, answer.body, {
    ...headers,
    "x-shopify-api-version": version,
    "x-shopify-shop-id": store.shop.id,
  });
}

/** Every version up to the newest one the twin knows; all of them get the newest schema. */
function isServed(version: string): boolean {
  return version === "unstable" || (/^\d{4}-\d{2}$/.test(version) && version <= ADMIN_API_VERSION);
}

async function readGraphqlBody(req: IncomingMessage): Promise<unknown> {
  const type = req.headers["content-type"] ?? "";
  if (type.startsWith("application/graphql")) return { query: await readBody(req) };
  return readJson(req);
}

/** Fields of a JSON or form body, as text. */
async function readForm(req: IncomingMessage): Promise<Record<string, string>> {
  if ((req.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) {
    return Object.fromEntries(new URLSearchParams(await readBody(req)));
  }
  const body = await readJson(req);
  if (body === null || typeof body !== "object") throw new HttpError(400, "Not a JSON object.");
  const fields = Object.entries(body).map(([key, value]) => [key, String(value)] as const);
  return Object.fromEntries(fields);
}
