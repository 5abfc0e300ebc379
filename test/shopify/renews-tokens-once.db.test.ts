import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { Database } from "#app/db.server.ts";
import { createAccessTokens } from "#app/shopify/access-tokens.ts";
import {
  ShopDetailsDocument,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifyUnavailableError,
} from "#app/shopify/index.server.ts";
import { readOfflineTokens } from "#app/shopify/session-store.ts";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { type FakeShopify, startFakeShopify } from "./fake-shopify.ts";
import {
  app,
  manualClock,
  north,
  openedByAdmin,
  rejection,
  testShopify,
  testVault,
} from "./set-up.ts";

const hourMs = 3_600_000;
let database: TestDatabase;
let shopify: FakeShopify;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.db.query("DELETE FROM sessions");
  shopify = await startFakeShopify();
  shopify.onGraphql(() => ({ body: { data: { shop: { name: "North" } } } }));
});
afterEach(() => shopify.close());

/** A shop that was installed an hour ago, and what several processes would share. */
async function installed() {
  const vault = testVault();
  const clock = manualClock();
  const room = testShopify({ db: database.db, vault, clock, twinUrl: shopify.url });
  await room.authenticate.admin(openedByAdmin(north));
  const process = (db: Database = database.db) =>
    createAccessTokens({
      db,
      vault,
      clock,
      app,
      send: createShopifyFetch(shopify.url),
      onTokensLost: async (_tx, _shop, stillLost) => void (await stillLost()),
    });
  const ask = () => room.graphql(north, ShopDetailsDocument, {});
  return { vault, clock, room, process, ask };
}

const refreshes = () => shopify.issued.filter(({ grant }) => grant === "refresh");
const newest = () => shopify.issued.at(-1)?.accessToken;
const tokenRequests = () => shopify.seen.filter(({ path }) => path.includes("access_token"));

test("a token is used as it is until five minutes before its hour is over", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs - 6 * 60_000);
  expect(await process().get(north)).toBe(newest());
  expect(refreshes()).toHaveLength(0);
  clock.advance(2 * 60_000);
  expect(await process().get(north)).toBe(newest());
  expect(refreshes()).toHaveLength(1);
});

test("fifty workers at once make one refresh, and all get its token", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  const workers = Array.from({ length: 50 }, () => process());
  const tokens = await Promise.all(workers.map((worker) => worker.get(north)));
  expect(refreshes()).toHaveLength(1);
  expect(new Set(tokens)).toEqual(new Set([newest()]));
});

test("fifty callers in one process make one refresh, and take one connection", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  const worker = process();
  await Promise.all(Array.from({ length: 50 }, () => worker.get(north)));
  expect(refreshes()).toHaveLength(1);
});

test("fifty workers whose token was rejected make one refresh", async () => {
  const { process } = await installed();
  const rejected = newest() ?? "";
  const workers = Array.from({ length: 50 }, () => process());
  await Promise.all(workers.map((worker) => worker.replace(north, rejected)));
  expect(refreshes()).toHaveLength(1);
});

test("a rejected token is renewed and the request repeated", async () => {
  const { ask } = await installed();
  shopify.revoke(newest() ?? "");
  expect(await ask()).toEqual({ shop: { name: "North" } });
  expect(refreshes()).toHaveLength(1);
});

test("by the time Shopify sees a new token, it is stored", async () => {
  const { clock, vault, ask } = await installed();
  clock.advance(hourMs);
  const storedWhenUsed: (string | undefined)[] = [];
  shopify.onGraphql(async () => {
    storedWhenUsed.push((await readOfflineTokens(database.db, vault, north))?.accessToken);
    return { body: { data: { shop: { name: "North" } } } };
  });
  await ask();
  expect(refreshes()).toHaveLength(1);
  expect(storedWhenUsed).toEqual([newest()]);
});

test("a process that dies before the new token is saved has not used it: the next one refreshes", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  const dying: Database = {
    ...database.db,
    transaction: (work) =>
      database.db.transaction(async (tx, last) => {
        await work(tx, last);
        throw new Error("killed before the commit");
      }),
  };
  await expect(process(dying).get(north)).rejects.toThrow("killed");
  expect(refreshes()).toHaveLength(1);
  expect(await process().get(north)).toBe(newest());
  expect(refreshes()).toHaveLength(2);
});

test("a process that dies after the save leaves the token to the next one", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  await process().get(north);
  expect(await process().get(north)).toBe(newest());
  expect(refreshes()).toHaveLength(1);
});

test("a dead refresh token asks for a reconnect, once at Shopify, until the merchant opens the app", async () => {
  const { clock, room, ask } = await installed();
  clock.advance(hourMs);
  shopify.onToken(({ fields }) =>
    fields.grant_type === "refresh_token"
      ? { status: 400, body: { error: "invalid_grant" } }
      : undefined,
  );
  expect(await rejection(ask())).toBeInstanceOf(ShopifyReconnectNeededError);
  const asked = tokenRequests().length;
  const error = await rejection(ask());
  expect(error).toBeInstanceOf(ShopifyReconnectNeededError);
  expect(String(error)).toContain("open Converge");
  expect(tokenRequests()).toHaveLength(asked);

  // Five minutes of the library's clock are left to the old token, but it is gone: a new exchange.
  await room.authenticate.admin(openedByAdmin(north));
  expect(shopify.issued.at(-1)?.grant).toBe("exchange");
});

test("a shop without a session asks for a reconnect without asking Shopify", async () => {
  const room = testShopify({ db: database.db, twinUrl: shopify.url });
  const error = await rejection(room.graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifyReconnectNeededError);
  expect(shopify.seen).toHaveLength(0);
});

test("a token without expiry that is rejected cannot be renewed", async () => {
  const { ask } = await installed();
  await database.db.query(`UPDATE sessions SET expires = NULL, "refreshToken" = NULL`);
  expect(await ask()).toEqual({ shop: { name: "North" } });
  shopify.revoke(newest() ?? "");
  expect(await rejection(ask())).toBeInstanceOf(ShopifyReconnectNeededError);
});

test.each([
  ["429", { status: 429 }],
  ["500", { status: 500, body: "<html>" }],
  ["no token in the answer", { body: {} }],
])("a refresh answered with %s keeps the refresh token for later", async (_name, answer) => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  shopify.onToken(() => answer);
  expect(await rejection(process().get(north))).toBeInstanceOf(ShopifyUnavailableError);
  shopify.onToken(() => undefined);
  expect(await process().get(north)).toBe(newest());
});

test("a wrong API secret is no reason to send merchants away", async () => {
  const { clock, process } = await installed();
  clock.advance(hourMs);
  shopify.onToken(() => ({ status: 401, body: { error: "invalid_client" } }));
  const error = await rejection(process().get(north));
  expect(error).toBeInstanceOf(ShopifyRefusedError);
  expect(String(error)).toContain("SHOPIFY_API_SECRET");
  shopify.onToken(() => undefined);
  expect(await process().get(north)).toBe(newest());
});

test("what a merchant's visit stores during a refresh stands", async () => {
  const { clock, room, process } = await installed();
  clock.advance(hourMs);
  let visited = false;
  shopify.onToken(async ({ fields }) => {
    if (fields.grant_type !== "refresh_token" || visited) return shopifyIssues("exchanged");
    visited = true;
    await database.db.query("UPDATE sessions SET expires = now() - interval '1 hour'");
    await room.authenticate.admin(openedByAdmin(north));
    return shopifyIssues("refreshed");
  });
  expect(await process().get(north)).toBe("shpat_exchanged");
  expect(await process().get(north)).toBe("shpat_exchanged");
});

test("an uninstall during a refresh is final", async () => {
  const { clock, room, process } = await installed();
  clock.advance(hourMs);
  shopify.onToken(async () => {
    await room.forgetShop(database.db, north);
    return shopifyIssues("too-late");
  });
  expect(await rejection(process().get(north))).toBeInstanceOf(ShopifyReconnectNeededError);
  expect((await database.db.query("SELECT 1 FROM sessions")).rows).toEqual([]);
});

/** An answer of the token endpoint with a pair that outlives every clock here. */
function shopifyIssues(name: string) {
  return {
    body: {
      access_token: `shpat_${name}`,
      scope: "read_products",
      expires_in: 10 * 3600,
      refresh_token: `shprt_${name}`,
      refresh_token_expires_in: 7_776_000,
    },
  };
}
