import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Database, openDatabase } from "#app/db.server.ts";
import { createLogger } from "#app/observability/logger.ts";
import { createCostBudget } from "#app/shopify/cost-budget.ts";
import { lowestLevel, readBudget } from "#app/shopify/cost-store.ts";
import { createGraphqlClient } from "#app/shopify/graphql-client.ts";
import {
  type Priority,
  ProductVariantPageDocument,
  ShopDetailsDocument,
} from "#app/shopify/index.server.ts";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { API_KEY, API_SECRET, NORTH, SOUTH, startSmallTwin } from "../twin-conformance/support.ts";
import type { Twin } from "../twin/types.ts";

/** Several processes, each with its own pool and its own clock, over one Postgres and one Shopify. */

const log = createLogger("test", "silent");
let database: TestDatabase;
let twin: Twin;
const opened: Database[] = [];
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  await Promise.all(opened.map((db) => db.close()));
  await database.close();
});
/** A shop of the test's own: what an earlier test left behind may still be on its way. */
let shop: string;
beforeEach(async () => {
  shop = `store-${randomUUID()}.myshopify.com`;
  await database.db.query("DELETE FROM api_budgets");
});
afterEach(() => twin.close());

/** An answer of Shopify's, as it was seen on the wire. */
interface Seen {
  readonly throttled: boolean;
  readonly available: number;
}

async function accessToken(store: string): Promise<string> {
  const answer = await fetch(`${twin.url}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-twin-shop": store },
    body: JSON.stringify({
      client_id: API_KEY,
      client_secret: API_SECRET,
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token: twin.mintSessionToken(store),
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** The API client of one process for one store, whose clock may be wrong. */
async function startProcess(store: string, clockErrorMs = 0) {
  const db = openDatabase(database.url, { applicationName: "converge test", maxConnections: 4 });
  opened.push(db);
  const token = await accessToken(store);
  const seen: Seen[] = [];
  const waits: number[] = [];
  const send = createShopifyFetch(twin.url, async (input, init) => {
    const answer = await fetch(input, init);
    const body = (await answer.clone().json()) as {
      errors?: unknown;
      extensions: { cost: { throttleStatus: { currentlyAvailable: number } } };
    };
    const { currentlyAvailable } = body.extensions.cost.throttleStatus;
    seen.push({ throttled: body.errors !== undefined, available: currentlyAvailable });
    return answer;
  });
  const graphql = createGraphqlClient({
    send,
    tokens: { get: async () => token, replace: async () => token, giveUp: async () => undefined },
    budget: createCostBudget(db, log),
    clock: { now: () => Date.now() + clockErrorMs },
    apiVersion: "2026-10",
    random: Math.random,
    wait(ms) {
      waits.push(ms);
      return new Promise((resolve) => setTimeout(resolve, ms));
    },
  });
  return { store, graphql, seen, waits };
}

type Process = Awaited<ReturnType<typeof startProcess>>;

/** As many requests as a process gets through in that time, several at once. */
async function flood(
  { store, graphql }: Process,
  priority: Priority,
  untilMs: number,
): Promise<number> {
  let done = 0;
  const worker = async () => {
    while (Date.now() < untilMs) {
      await graphql(store, ProductVariantPageDocument, { after: null }, { priority });
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: 4 }, worker));
  return done;
}

test("two processes that ask as fast as they can, one with a wrong clock, do not overdraw", async () => {
  twin = await startSmallTwin({ costBucket: { maximumAvailable: 1_000, restoreRate: 20 } });
  const [one, two] = [await startProcess(NORTH), await startProcess(NORTH, -90_000)];
  await one.graphql(NORTH, ProductVariantPageDocument, { after: null });
  await two.graphql(NORTH, ProductVariantPageDocument, { after: null });
  const startMs = Date.now();
  const done = await Promise.all(
    [one, two].map((process) => flood(process, "write-back", startMs + 3_000)),
  );
  const seen = [...one.seen, ...two.seen];
  // Both had their share, the bucket was used to its bottom, and Shopify never had to refuse.
  expect(Math.min(...done)).toBeGreaterThan(5);
  expect(Math.min(...seen.map(({ available }) => available))).toBeLessThan(500);
  expect(seen.filter(({ throttled }) => throttled)).toEqual([]);
});

test("a reconciliation in two processes leaves half of the bucket, so that a write goes at once", async () => {
  twin = await startSmallTwin({ costBucket: { maximumAvailable: 1_000, restoreRate: 20 } });
  // The other store: what the answers of the first one had to say may still be on its way.
  const [one, two] = [await startProcess(SOUTH), await startProcess(SOUTH)];
  const live = await startProcess(SOUTH);
  await live.graphql(SOUTH, ProductVariantPageDocument, { after: null });
  const untilMs = Date.now() + 3_000;
  const writes = async () => {
    while (Date.now() < untilMs) {
      await live.graphql(SOUTH, ShopDetailsDocument, {});
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  await Promise.all([
    flood(one, "reconciliation", untilMs),
    flood(two, "reconciliation", untilMs),
    writes(),
  ]);
  const levels = [...one.seen, ...two.seen].map(({ available }) => available);
  expect(Math.min(...levels)).toBeLessThan(700);
  // The few points the writes take are theirs to take below the half.
  expect(Math.min(...levels)).toBeGreaterThan(450);
  expect(one.waits.length + two.waits.length).toBeGreaterThan(0);
  expect(live.waits).toEqual([]);
  expect(live.seen.some(({ throttled }) => throttled)).toBe(false);
});

const budget = () => createCostBudget(database.db, log);

/** A shop whose bucket is known: `available` of 1,000 points, filling by `restoreRate` a second. */
async function known(available: number, restoreRate: number, of = shop): Promise<void> {
  await database.db.query(
    `INSERT INTO api_budgets (shop, available, maximum, restore_rate, as_of, answered_at)
     VALUES ($1, $2, 1000, $3, now(), now())`,
    [of, available, restoreRate],
  );
}

const level = async () => (await readBudget(database.db, shop))?.available;
const written = () => expect.poll(() => level());

test("every priority may draw the bucket down to its own floor and no further", async () => {
  twin = await startSmallTwin();
  const take = async (priority: Priority) => {
    let taken = 0;
    while ((await budget().reserve(shop, 50, priority)) === 0) taken += 50;
    return taken;
  };
  await known(1000, 0);
  expect(await take("reconciliation")).toBe(500);
  expect(await take("polling")).toBe(200);
  expect(await take("confirm")).toBe(200);
  expect(await take("write-back")).toBe(100);
});

test("the wait is what is missing, by the rate at which it comes back", async () => {
  twin = await startSmallTwin();
  await known(100, 50);
  const waits = await Promise.all(
    (["write-back", "confirm", "polling", "reconciliation"] as const).map((priority) =>
      budget().reserve(shop, 120, priority),
    ),
  );
  // 120 + floor - 100 points at 50 a second, less what has come back since.
  for (const [index, expected] of [400, 2400, 6400, 10_400].entries()) {
    expect(waits[index]).toBeLessThanOrEqual(expected);
    expect(waits[index]).toBeGreaterThan(expected - 400);
  }
});

test("a request that needs more than there ever is goes when the bucket is full", async () => {
  twin = await startSmallTwin();
  await known(999, 0);
  expect(await budget().reserve(shop, 800, "reconciliation")).toBeGreaterThan(0);
  await database.db.query("UPDATE api_budgets SET available = 1000");
  expect(await budget().reserve(shop, 800, "reconciliation")).toBe(0);
});

const said = (available: number, actualQueryCost: number | null, restoreRate = 0) => ({
  requestedQueryCost: 100,
  actualQueryCost,
  throttleStatus: { maximumAvailable: 1000, currentlyAvailable: available, restoreRate },
});

test("what a request did not need goes back, and Shopify is believed only where it says less", async () => {
  twin = await startSmallTwin();
  await known(1000, 0);
  await budget().reserve(shop, 100, "write-back");
  await budget().reserve(shop, 100, "write-back");
  budget().settle(shop, 100, said(960, 40), false);
  await written().toBe(860);
  budget().settle(shop, 100, said(500, 40), false);
  await written().toBe(500);
  budget().settle(shop, 0, said(1000, 0), false);
  await expect.poll(() => readBudget(database.db, shop)).toMatchObject({ available: 500 });
});

test("what a refused request had taken goes back whole", async () => {
  twin = await startSmallTwin();
  await known(300, 0);
  await budget().reserve(shop, 100, "write-back");
  budget().settle(shop, 100, said(990, null), true);
  await written().toBe(300);
  expect((await readBudget(database.db, shop))?.throttledAt).not.toBeNull();
});

test("points in the hand of a process that died come back by time", async () => {
  twin = await startSmallTwin();
  await known(1000, 100);
  expect(await budget().reserve(shop, 700, "write-back")).toBe(0);
  expect(await level()).toBeLessThan(400);
  await database.db.query("UPDATE api_budgets SET as_of = as_of - interval '7 seconds'");
  expect(await level()).toBe(1000);
});

test("a database whose clock goes back an hour does not stop the work for an hour", async () => {
  twin = await startSmallTwin();
  await known(0, 100);
  await database.db.query("UPDATE api_budgets SET as_of = now() + interval '1 hour'");
  expect(await budget().reserve(shop, 100, "write-back")).toBe(0);
});

test("a pause that Shopify asks of one process holds for all, and one shop's for no other", async () => {
  twin = await startSmallTwin();
  await known(1000, 0);
  await known(1000, 0, SOUTH);
  budget().pause(shop, 5_000);
  await expect.poll(() => budget().reserve(shop, 1, "write-back")).toBeGreaterThan(4_000);
  expect(await budget().reserve(SOUTH, 1, "write-back")).toBe(0);
});

test("a shop nobody has asked yet is asked; the emptiest bucket of all is known", async () => {
  twin = await startSmallTwin();
  expect(await lowestLevel(database.db)).toBeUndefined();
  expect(await budget().reserve(shop, 100, "reconciliation")).toBe(0);
  await known(400, 0);
  await known(900, 0, SOUTH);
  expect(await lowestLevel(database.db)).toBe(400);
});
