import { randomBytes } from "node:crypto";
import { type Config, loadConfig } from "#app/config.server.ts";
import { type Clock, type Database, openDatabase } from "#app/db.server.ts";
import { createLogger } from "#app/observability/logger.ts";
import { createShopify, type Shopify, type ShopifyOptions } from "#app/shopify/index.server.ts";
import { createVault, type Vault } from "#app/vault/index.server.ts";
import { signSessionToken } from "./fake-shopify.ts";

/** The app as Shopify knows it in these tests. */
export const app = { apiKey: "the-api-key", apiSecret: "the-api-secret" };
export const appUrl = "https://converge.test";
export const north = "north.myshopify.com";

/** A configuration; `twinUrl` undefined: as in production. */
export function testConfig(twinUrl: string | undefined): Config {
  return loadConfig({
    SHOPIFY_API_KEY: app.apiKey,
    SHOPIFY_API_SECRET: app.apiSecret,
    SHOPIFY_APP_URL: appUrl,
    CONVERGE_ENCRYPTION_KEY: randomBytes(32).toString("base64"),
    ...(twinUrl !== undefined && { SHOPIFY_TWIN_URL: twinUrl }),
  });
}

/** A clock that moves when told, and a `wait` that moves it and keeps a list. */
export function manualClock(startMs = Date.now()): Clock & {
  advance(ms: number): void;
  wait(ms: number): Promise<void>;
  waits: number[];
} {
  let nowMs = startMs;
  const waits: number[] = [];
  return {
    now: () => nowMs,
    advance(ms) {
      nowMs += ms;
    },
    async wait(ms) {
      waits.push(ms);
      nowMs += ms;
    },
    waits,
  };
}

/** A vault with a key of its own. */
export function testVault(): Vault {
  return createVault([randomBytes(32)]);
}

/** A database that nothing answers at: for what must work without one. */
export function noDatabase(): Database {
  return openDatabase("postgresql://nobody@127.0.0.1:1/none", {
    applicationName: "converge test",
    connectTimeoutMs: 200,
  });
}

/** The room as a process makes it, with a silent log and nothing to do at an install. */
export function testShopify(
  options: Partial<ShopifyOptions> & { db: Database; twinUrl?: string | undefined },
): Shopify {
  return createShopify({
    config: testConfig(options.twinUrl),
    vault: testVault(),
    clock: { now: () => Date.now() },
    log: createLogger("test", "silent"),
    onInstalled: async () => undefined,
    onTokensLost: async (_tx, _shop, stillLost) => void (await stillLost()),
    ...options,
  });
}

/** The document the admin opens, with its session token. */
export function openedByAdmin(shop: string, claims: Record<string, unknown> = {}): Request {
  const url = new URL(`${appUrl}/app`);
  url.search = new URLSearchParams({
    embedded: "1",
    shop,
    host: hostOf(shop),
    id_token: signSessionToken(app, shop, claims),
  }).toString();
  return new Request(url, { headers: { "user-agent": browser } });
}

/** A request App Bridge makes for a script on the page. */
export function fromScript(token: string): Request {
  return new Request(`${appUrl}/app/events`, {
    headers: { "user-agent": browser, authorization: `Bearer ${token}` },
  });
}

/** The `host` parameter: the admin's address of the shop, in base64 without padding. */
export function hostOf(shop: string): string {
  return Buffer.from(`admin.shopify.com/store/${shop.split(".")[0] ?? ""}`)
    .toString("base64")
    .replace(/=+$/, "");
}

/** What a promise rejects with; throws when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (thrown) {
    return thrown;
  }
  throw new Error("expected a rejection");
}

/** What a promise rejects with, which has to be a Response. */
export async function thrownResponse(promise: Promise<unknown>): Promise<Response> {
  const thrown = await rejection(promise);
  if (thrown instanceof Response) return thrown;
  throw new Error("expected a Response to be thrown", { cause: thrown });
}

const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/153.0.0.0 Safari/537.36";
