import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "#app/db.server.ts";
import { createAccessTokens } from "#app/shopify/access-tokens.ts";
import { ShopDetailsDocument, ShopifyReconnectNeededError } from "#app/shopify/index.server.ts";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";
import { touchQuietShops, touchShop } from "#app/worker/touch-quiet-shops.ts";
import { testDatabase } from "../support/database.ts";
import { NORTH, startSmallTwin } from "../twin-conformance/support.ts";
import type { Twin } from "../twin/types.ts";
import { holdJobs } from "../worker/rig.ts";
import { app, fromScript, manualClock, rejection, testShopify, testVault } from "./set-up.ts";

/** The tokens of two processes with their own pools, at the real token endpoint of the twin. */

const database = await testDatabase();
const second = openDatabase(database.url, { applicationName: "converge test" });
let twin: Twin;
beforeEach(async () => {
  twin = await startSmallTwin(app);
  await database.db.query("DELETE FROM sessions");
});
afterEach(() => twin.close());
afterAll(async () => {
  await second.close();
  await database.close();
});

/** A shop installed an hour ago, and the token requests that were made since. */
async function installedAnHourAgo() {
  const [vault, clock] = [testVault(), manualClock()];
  const room = testShopify({ db: database.db, vault, clock, twinUrl: twin.url });
  await room.authenticate.admin(fromScript(twin.mintSessionToken(NORTH)));
  clock.advance(3_600_000);
  let refreshes = 0;
  const send: typeof fetch = (input, init) => {
    refreshes += 1;
    return fetch(input, init);
  };
  const process = (db: Database) =>
    createAccessTokens({
      db,
      vault,
      clock,
      app,
      send: createShopifyFetch(twin.url, send),
      onTokensLost: async (_tx, _shop, stillLost) => void (await stillLost()),
    });
  const ask = () => room.graphql(NORTH, ShopDetailsDocument, {});
  return { process, ask, room, clock, refreshes: () => refreshes };
}

test("fifty workers in two processes make exactly one refresh", async () => {
  const { process, refreshes } = await installedAnHourAgo();
  const processes = [process(database.db), process(second)];
  const workers = processes.flatMap((each) => Array.from({ length: 25 }, () => each));
  const tokens = await Promise.all(workers.map((worker) => worker.get(NORTH)));
  expect(refreshes()).toBe(1);
  expect(new Set(tokens).size).toBe(1);
});

test("killed between the answer and the save: the old refresh token still works, and the new pair too", async () => {
  const { process, ask, refreshes } = await installedAnHourAgo();
  const dying: Database = {
    ...database.db,
    transaction: (work) =>
      database.db.transaction(async (tx, last) => {
        await work(tx, last);
        throw new Error("killed before the commit");
      }),
  };
  await expect(process(dying).get(NORTH)).rejects.toThrow("killed");
  await process(second).get(NORTH);
  expect(refreshes()).toBe(2);
  expect((await ask()).shop.name).toBeTruthy();
});

test("an uninstalled app's refresh token is dead at Shopify, and no second refresh is tried", async () => {
  const { process, refreshes } = await installedAnHourAgo();
  twin.operations.uninstall({ shop: NORTH });
  expect(await rejection(process(second).get(NORTH))).toBeInstanceOf(ShopifyReconnectNeededError);
  expect(await rejection(process(database.db).get(NORTH))).toBeInstanceOf(
    ShopifyReconnectNeededError,
  );
  expect(refreshes()).toBe(1);
});

test("a quiet shop is touched before its tokens die of age, one that was touched is left alone", async () => {
  const { room, clock } = await installedAnHourAgo();
  const [held, deps] = [holdJobs(), { db: database.db, shopify: room }];
  await touchQuietShops({ ...deps, enqueue: held.enqueue });
  expect(held.jobs).toEqual([]);
  clock.advance(8 * 86_400_000);
  await touchQuietShops({ ...deps, enqueue: held.enqueue });
  expect(held.jobs).toMatchObject([{ name: "touch-shop", payload: { shop: NORTH } }]);
  const before = (await room.readConnection(NORTH)).tokens?.renewableUntil ?? "";
  await touchShop({ ...deps, enqueue: held.enqueue }, NORTH);
  const after = (await room.readConnection(NORTH)).tokens?.renewableUntil ?? "";
  expect(Date.parse(after) - Date.parse(before)).toBeGreaterThan(7 * 86_400_000);
  expect(await room.shopsToRenew()).toEqual([]);
});

test("touching a shop whose tokens are dead is over: only its merchant can help", async () => {
  const { room, clock } = await installedAnHourAgo();
  twin.operations.uninstall({ shop: NORTH });
  clock.advance(8 * 86_400_000);
  const deps = { db: database.db, shopify: room, enqueue: holdJobs().enqueue };
  await touchShop(deps, NORTH);
  expect((await room.readConnection(NORTH)).tokens).toBeNull();
});
