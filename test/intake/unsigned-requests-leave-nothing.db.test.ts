import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLogger } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { type TestDatabase, testDatabase } from "#test/support/database.ts";
import { doorVault, type Door, openDoor } from "./door.ts";

let database: TestDatabase;
let queue: Queue;
let door: Door;

beforeAll(async () => {
  database = await testDatabase();
  queue = await openQueue({
    url: database.url,
    log: createLogger("test", "silent"),
    vault: doorVault,
    role: "web",
  });
  door = await openDoor(database.db, queue);
});

afterAll(async () => {
  await door.close();
  await queue.stop(100);
  await database.close();
});

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Bytes that are still in use after a collection, in the heap and outside of it. */
function bytesInUse(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const body = Buffer.alloc(16 * 1024, "x");

/** Sends requests that nobody signed, each different in all that a stranger can choose. */
async function sendUnsigned(count: number): Promise<void> {
  let sent = 0;
  const sendSome = async () => {
    while (sent < count) {
      const number = String((sent += 1));
      const answer = await fetch(door.url, {
        method: "POST",
        body,
        headers: {
          "x-shopify-topic": `topic/${number}`,
          "x-shopify-shop-domain": `shop-${number}.myshopify.com`,
          "x-shopify-webhook-id": number,
          ...(sent % 2 === 0 ? { "x-shopify-hmac-sha256": `${"A".repeat(43)}=` } : {}),
        },
      });
      expect(answer.status).toBe(401);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 16 }, sendSome));
}

async function rowsInAll(): Promise<number> {
  const { rows } = await database.db.query<{ count: string }>(
    `SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM event_bodies)
       + (SELECT count(*) FROM event_outcomes) + (SELECT count(*) FROM counters)
       + (SELECT count(*) FROM pgboss.job) AS count`,
  );
  return Number(rows[0]?.count);
}

it("ten thousand unsigned requests of 16 KB leave no row and no memory in use", async () => {
  const rowsBefore = await rowsInAll();
  // What is loaded and compiled on first use is no growth.
  await sendUnsigned(500);
  const bytesBefore = bytesInUse();
  await sendUnsigned(10_000);
  // They carried 160 MB; a kilobyte kept of each would be ten. Sockets that are still closing hold
  // buffers a while longer: what is kept for good is what never goes.
  await expect
    .poll(() => bytesInUse() - bytesBefore, { timeout: 20_000, interval: 250 })
    .toBeLessThan(8 * 1024 * 1024);
  expect(await rowsInAll()).toBe(rowsBefore);
  // What they leave is how many they were and why, in as many rows as there are causes.
  await door.counters.flush(database.db);
  const { rows } = await database.db.query<{ cause: string; value: string }>(
    "SELECT labels::json->>'outcome' AS cause, value FROM counters ORDER BY 1",
  );
  expect(rows).toEqual([
    { cause: "signature_missing", value: "5250" },
    { cause: "signature_wrong", value: "5250" },
  ]);
}, 60_000);
