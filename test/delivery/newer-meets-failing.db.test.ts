import { afterAll, beforeAll, expect, it } from "vitest";
import type { Transaction } from "#app/db.server.ts";
import { claimDue } from "#app/delivery/claim-store.ts";
import { recordAttempts, supersedeFailed } from "#app/delivery/delivery-store.ts";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { connectSystem, publish, statusesOf, storeChanges } from "./publish.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** A version in flight and a newer one that is to be told, in a store of their own. */
async function meeting() {
  const shop = await rig.installedShop();
  const policy = { mode: "latest" };
  const system = await connectSystem(rig, shop, "http://127.0.0.1:1/hook", { policy });
  await publish(rig, shop, { resource: "a", second: 1 });
  const how = { latestOnly: true, probe: false };
  const { deliveries } = await claimDue(rig.db, system.id, 1, Date.now(), how);
  const id = deliveries[0]?.id ?? "";
  const newer = await storeChanges(rig, shop, [{ resource: "a", second: 2 }]);
  const job = { shop, changeIds: newer.map((change) => change.id) };
  return {
    id,
    statuses: () => statusesOf(rig, shop),
    tell: (tx: Transaction) => fanOutChanges(rig, tx, [job]),
    fail: async (tx: Transaction) => {
      await recordAttempts(tx, [
        {
          id,
          attempt: 1,
          status: "retrying",
          atMs: Date.now(),
          durationMs: 5,
          httpStatus: 500,
          error: "The system failed (500).",
          response: null,
          nextAttemptAtMs: Date.now() + 60_000,
        },
      ]);
      await supersedeFailed(tx, [id], Date.now());
    },
  };
}

it("a result of an attempt that is over changes nothing: another lane has begun the next one", async () => {
  const { id, statuses, fail } = await meeting();
  await rig.db.query("UPDATE deliveries SET attempts = 2 WHERE id = $1", [id]);
  await rig.db.transaction(fail);
  expect(await statuses()).toEqual(["delivering"]);
  const tried = "SELECT attempt FROM delivery_attempts WHERE delivery_id = $1";
  expect((await rig.db.query(tried, [id])).rows).toEqual([{ attempt: 1 }]);
});

/** Whether somebody waits for a lock of this test's database. */
async function waiting(): Promise<boolean> {
  const { rows } = await rig.db.query(
    `SELECT 1 AS one FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}

/** Does one, and begins the other before the first is committed. */
async function meet(
  first: (tx: Transaction) => Promise<void>,
  second: (tx: Transaction) => Promise<void>,
): Promise<void> {
  let other: Promise<void> = Promise.resolve();
  await rig.db.transaction(async (tx) => {
    await first(tx);
    other = rig.db.transaction(second);
    await expect.poll(waiting, { timeout: 5_000 }).toBe(true);
  });
  await other;
}

it("a newer version that is told while the older one's failure is noted takes its place", async () => {
  const { tell, fail, statuses } = await meeting();
  await meet(fail, tell);
  expect(await statuses()).toEqual(["superseded", "pending"]);
});

it("a failure that is noted while the newer version is told gives way to it", async () => {
  const { tell, fail, statuses } = await meeting();
  await meet(tell, fail);
  expect(await statuses()).toEqual(["superseded", "pending"]);
});
