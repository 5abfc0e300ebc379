import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "#app/db.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import { createLogger } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";
import { type HalfOpenProxy, halfOpenProxy } from "#test/support/half-open-proxy.ts";
import {
  doorVault,
  type Door,
  installedShop,
  intakeDatabase,
  jobsOf,
  openDoor,
  send,
  stockLevel,
} from "./door.ts";

/** Shopify waits five seconds in all; the contract says four. */
const patienceMs = 4_000;

let database: TestDatabase;
let queue: Queue;
let proxy: HalfOpenProxy;
let behindProxy: Database;
let door: Door;
let shop: string;

beforeAll(async () => {
  database = await testDatabase();
  queue = await openQueue({
    url: database.url,
    log: createLogger("test", "silent"),
    vault: doorVault,
    role: "web",
  });
  proxy = await halfOpenProxy(database.url);
  behindProxy = intakeDatabase(proxy.url);
  door = await openDoor(behindProxy, queue);
});

afterAll(async () => {
  await door.close();
  await behindProxy.close();
  await proxy.close();
  await queue.stop(100);
  await database.close();
});

beforeEach(async () => {
  proxy.heal();
  shop = await installedShop(database.db);
  // A connection that works and idles in the pool, as in a process that has run for a while.
  expect((await send(door, { shop, id: "before" })).status).toBe(200);
});

/** Sends one webhook, which must be turned away in time. */
async function turnedAway(id: string, body = stockLevel(1)): Promise<void> {
  const startedMs = performance.now();
  const answer = await send(door, { shop, id, body });
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(performance.now() - startedMs).toBeLessThan(patienceMs);
  expect(proxy.hung).toBe(true);
}

/** How often an event of that id is stored, and as how many duplicates. */
async function stored(id: string) {
  const { items } = await listEvents(database.db, shop, { webhookId: id }, { limit: 10 });
  return items.map((event) => event.duplicates);
}

describe("a database that hangs", () => {
  it.each([
    // Prepared statements travel by name: the middle of storing is where the id goes to the database.
    ["in the middle of storing", (id: string) => id],
    ["before the commit arrives", () => "COMMIT"],
  ])("%s: the webhook gets 503 in time; sent again, it is stored once", async (_case, moment) => {
    const id = randomUUID();
    proxy.hangAt(moment(id));
    await turnedAway(id);
    proxy.heal();
    expect(await stored(id)).toEqual([]);
    const answer = await send(door, { shop, id });
    expect(answer.status).toBe(200);
    expect(await stored(id)).toEqual([0]);
    expect(await jobsOf(database.db, shop)).toBe(2);
  });

  it("for new connections too: every webhook of a burst is answered in time, and stored once after", async () => {
    const ids = Array.from({ length: 40 }, () => randomUUID());
    proxy.hang();
    await Promise.all(ids.map((id, number) => turnedAway(id, stockLevel(number))));
    proxy.heal();
    // Shopify comes back later than this; how soon the door is well again is part of the promise.
    const deadlineMs = performance.now() + 10_000;
    const missing = new Set(ids);
    while (missing.size > 0 && performance.now() < deadlineMs)
      await Promise.all(
        [...missing].map(async (id) => {
          if ((await send(door, { shop, id })).status === 200) missing.delete(id);
        }),
      );
    expect([...missing]).toEqual([]);
    for (const id of ids) expect(await stored(id)).toHaveLength(1);
    expect(await jobEvents()).toBe(ids.length + 1);
  });
});

describe("a commit whose answer is lost", () => {
  it("is answered 503; sent again, the webhook is a duplicate: one event, one job", async () => {
    const id = randomUUID();
    proxy.loseAnswerTo("COMMIT");
    await turnedAway(id);
    proxy.heal();
    expect(await stored(id)).toEqual([0]);
    expect((await send(door, { shop, id })).status).toBe(200);
    expect(await stored(id)).toEqual([1]);
    expect(await jobsOf(database.db, shop)).toBe(2);
  });
});

/** How many events the jobs of the shop name, counted with repeats. */
async function jobEvents(): Promise<number> {
  const { rows } = await database.db.query<{ count: string }>(
    "SELECT sum(jsonb_array_length(data->'eventIds')) AS count FROM pgboss.job WHERE data->>'shop' = $1",
    [shop],
  );
  return Number(rows[0]?.count);
}
