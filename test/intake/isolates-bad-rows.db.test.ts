import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "#app/db.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import { createLogger } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";
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

let database: TestDatabase;
let queue: Queue;
let db: Database;
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
  db = intakeDatabase(database.url);
  door = await openDoor(db, queue);
});

afterAll(async () => {
  await door.close();
  await queue.stop(100);
  await db.close();
  await database.close();
});

beforeEach(async () => {
  shop = await installedShop(database.db);
});

/** Makes Postgres refuse every event with that reason of its own, as a row it cannot hold. */
async function refuse(condition: string, sqlState: string): Promise<void> {
  await database.db.query(
    `CREATE OR REPLACE FUNCTION refuse_event() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF ${condition} THEN RAISE EXCEPTION 'refused' USING ERRCODE = '${sqlState}'; END IF;
       RETURN NEW;
     END $$;
     CREATE OR REPLACE TRIGGER refuse_event BEFORE INSERT ON events
       FOR EACH ROW EXECUTE FUNCTION refuse_event()`,
  );
}

/** Sends fifty webhooks in one moment, one of them bad; returns the statuses of the good and the bad. */
async function fiftyWithOneBad(bad: Parameters<typeof send>[1]) {
  const good = Array.from({ length: 49 }, (_unused, number) => ({
    shop,
    body: stockLevel(number),
  }));
  const all = [...good.slice(0, 20), bad, ...good.slice(20)];
  const statuses = (await Promise.all(all.map((each) => send(door, each)))).map(
    ({ status }) => status,
  );
  return { bad: statuses[20], good: new Set(statuses.toSpliced(20, 1)) };
}

async function storedEvents(): Promise<number> {
  return (await listEvents(database.db, shop, {}, { limit: 100 })).items.length;
}

describe("a row that Postgres refuses", () => {
  it.each([
    ["a value it cannot hold", "22003"],
    ["a constraint", "23514"],
    ["an index entry that is too large", "54000"],
  ])("for %s (%s) is turned away; the 49 beside it are stored", async (_why, sqlState) => {
    const id = randomUUID();
    await refuse(`NEW.delivery_key = '${id}'`, sqlState);
    const statuses = await fiftyWithOneBad({ shop, id });
    expect(statuses).toEqual({ bad: 503, good: new Set([200]) });
    expect(await storedEvents()).toBe(49);
    expect(await jobsOf(database.db, shop)).toBeGreaterThan(0);
    expect(await listEvents(database.db, shop, { webhookId: id }, { limit: 1 })).toMatchObject({
      items: [],
    });
  });
});

describe("a webhook with the oddest values that come through the door", () => {
  it.each([
    ["ids of 255 letters that take two bytes each", { id: "é".repeat(255) }],
    ["a topic of 255 letters", { topic: "é".repeat(255) }],
    [
      "headers of 8 KB",
      { headers: { "x-shopify-event-id": "e".repeat(8_000), "x-shopify-name": "n".repeat(4_000) } },
    ],
    ["a time before all time", { headers: { "x-shopify-triggered-at": "-4713-01-01T00:00:00Z" } }],
    ["a body of zero bytes", { body: Buffer.alloc(100) }],
    [
      "an id of four thousand digits",
      { topic: "orders/create", body: `{"id":${"7391".repeat(1_000)}}` },
    ],
    ["a lone surrogate", { topic: "orders/create", body: '{"id":1,"updated_at":"\\ud800"}' }],
  ])("%s: is stored, and harms nobody beside it", async (_case, odd) => {
    const statuses = await fiftyWithOneBad({ shop, ...odd });
    expect(statuses).toEqual({ bad: 200, good: new Set([200]) });
    expect(await storedEvents()).toBe(50);
  });
});
