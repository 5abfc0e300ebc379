import { v7 as uuidv7 } from "uuid";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dropOldKeys } from "#app/api/index.server.ts";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { listNewestChanges } from "#app/mirror/index.server.ts";
import { applyRetention } from "#app/privacy/index.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { stockBody } from "#test/worker/webhooks.ts";

const day = 24 * 3_600_000;
const topic = "inventory_levels/update";
const nowMs = Date.now();

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

/** The rig as it was some days ago, with what works in it. */
function daysAgo(days: number): { rig: Rig; bench: Workbench } {
  const then = { ...rig, clock: { now: () => nowMs - days * day } };
  return { rig: then, bench: createWorkbench(then) };
}

/** A stock change of so many days ago, processed and made into deliveries. */
async function tell(shop: string, level: number, days: number): Promise<void> {
  const then = daysAgo(days);
  const at = new Date(nowMs - days * day).toISOString();
  await then.bench.process({ shop, topic, body: stockBody(level, 5, at), triggeredAt: at });
  const fanOuts = then.bench.jobs
    .filter((job) => job.name === "fan-out-changes")
    .map((job) => job.payload as JobPayload<"fan-out-changes">);
  await rig.db.transaction((tx) => fanOutChanges(then.rig, tx, fanOuts));
}

const retain = () => applyRetention({ ...rig, dropOldKeys });

async function count(sql: string, shop: string): Promise<number> {
  const { rows } = await rig.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${sql}`,
    [shop],
  );
  return rows[0]?.count ?? -1;
}

const bodies = (shop: string) =>
  count("event_bodies b JOIN events e ON e.id = b.event_id WHERE e.shop = $1", shop);
const events = (shop: string) => count("events WHERE shop = $1", shop);
const changes = (shop: string) => count("changes WHERE shop = $1", shop);
const deliveries = (shop: string) => count("deliveries WHERE shop = $1", shop);

describe("retention", () => {
  it("takes bodies after thirty days and everything else after ninety", async () => {
    const shop = await rig.installedShop();
    await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
    for (const [level, days] of [120, 95, 45, 31, 29, 1].entries()) await tell(shop, level, days);
    for (const level of [0, 1]) await tell(shop, level, 1);
    await rig.db.query("UPDATE deliveries SET status = 'delivered' WHERE shop = $1", [shop]);
    await rig.db.query(
      `INSERT INTO delivery_attempts (delivery_id, attempt, at, duration_ms)
       SELECT id, 1, now(), 5 FROM deliveries WHERE shop = $1`,
      [shop],
    );
    await retain();
    expect([await bodies(shop), await events(shop)]).toEqual([4, 6]);
    expect([await changes(shop), await deliveries(shop)]).toEqual([6, 6]);
    const orphans = await count(
      "delivery_attempts a WHERE $1 <> '' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = a.delivery_id)",
      shop,
    );
    expect(orphans).toBe(0);
    expect(
      await count("lag_buckets WHERE shop = $1 AND minute < now() - interval '100 days'", shop),
    ).toBe(0); // prettier-ignore
    expect(await count("lag_buckets WHERE shop = $1", shop)).toBeGreaterThan(0);
    expect(await count("event_outcomes WHERE shop = $1", shop)).toBe(5);
  });

  it("keeps what still has to be done, with all it takes to do it, however old it is", async () => {
    const shop = await rig.installedShop();
    await connectSystem(rig, shop, "http://127.0.0.1:1/hook");
    await tell(shop, 1, 200);
    const then = daysAgo(200).bench;
    await then.receive({ shop, topic, body: stockBody(2, 5, new Date(nowMs).toISOString()) });
    await retain();
    expect(await deliveries(shop)).toBe(1);
    expect(await changes(shop)).toBe(1);
    // The one that waits for processing, whole; the other one's facts are in its change.
    expect([await events(shop), await bodies(shop)]).toEqual([1, 1]);
  });

  it("keeps what every resource is now, so that a system connected tomorrow can be told", async () => {
    const shop = await rig.installedShop();
    for (const days of [300, 200]) await tell(shop, 1, days);
    await tell(shop, 2, 250);
    await retain();
    await retain();
    expect([await events(shop), await changes(shop)]).toEqual([0, 2]);
    const present = await listNewestChanges(rig.db, shop, {
      domains: ["inventory"],
      after: null,
      limit: 10,
    });
    expect(present).toHaveLength(2);
  });

  it("keeps a dead letter's body for as long as the letter, so that it can be replayed", async () => {
    const shop = await rig.installedShop();
    await daysAgo(60).bench.receive({ shop, topic, body: "no json" });
    await daysAgo(91).bench.receive({ shop, topic, body: "no json either" });
    await retain();
    expect([await events(shop), await bodies(shop)]).toEqual([1, 1]);
  });

  it("counts a repeated delivery id as a repeat for as long as the event is there", async () => {
    const shop = await rig.installedShop();
    const webhook = {
      shop,
      topic,
      webhookId: "the-id",
      body: stockBody(7, 1, "2026-01-01T00:00:00Z"),
    };
    await daysAgo(89).bench.process(webhook);
    await retain();
    expect(await bodies(shop)).toBe(0);
    await expect(daysAgo(0).bench.receive(webhook)).rejects.toThrow("duplicate");
  });

  it("forgets the answers to API requests after a day", async () => {
    const shop = await rig.installedShop();
    for (const hours of [25, 23])
      await rig.db.query(
        `INSERT INTO api_idempotency (shop, caller, key, fingerprint, status, created_at)
         VALUES ($1, 'key', $2, '', 200, now() - make_interval(hours => $3))`,
        [shop, `key-${String(hours)}`, hours],
      );
    await retain();
    expect(await count("api_idempotency WHERE shop = $1", shop)).toBe(1);
  });

  it("takes full comparisons with what they found, and none that runs", async () => {
    const shop = await rig.installedShop();
    for (const [days, status] of [
      [120, "completed"],
      [100, "running"],
      [91, "failed"],
      [89, "completed"],
    ] as const) {
      const id = uuidv7({ msecs: nowMs - days * day });
      await rig.db.query(
        `INSERT INTO reconciliations (id, shop, domain, system, trigger, actor, mode, status, started_at, updated_at)
         VALUES ($1, $2, 'inventory', $3, 'schedule', 'converge', 'repair', $4, now(), now())`,
        [id, shop, `system-${String(days)}`, status],
      );
      await rig.db.query(
        `INSERT INTO reconciliation_findings (run_id, key, side, kind)
         SELECT $1, 'record ' || n, 'mirror', 'value' FROM generate_series(1, 700) n`,
        [id],
      );
    }
    await retain();
    expect(await count("reconciliations WHERE shop = $1", shop)).toBe(2);
    const left = "reconciliation_findings f JOIN reconciliations r ON r.id = f.run_id";
    expect(await count(`${left} WHERE r.shop = $1`, shop)).toBe(1_400);
    expect(await count("reconciliation_findings WHERE $1 <> ''", shop)).toBe(1_400);
  });

  it("is done by two workers at once as well as by one", async () => {
    const shop = await rig.installedShop();
    for (let level = 0; level < 40; level += 1)
      await daysAgo(100).bench.process({
        shop,
        topic,
        body: stockBody(level, 5, new Date(nowMs - 100 * day).toISOString()),
      });
    for (let level = 0; level < 40; level += 1) await tell(shop, level, 1);
    await Promise.all([retain(), retain(), retain()]);
    expect([await events(shop), await changes(shop)]).toEqual([40, 40]);
  });
});

it("is on the schedule of every migrated installation", async () => {
  const { rows } = await rig.db.query<{ name: string; cron: string }>(
    "SELECT name, cron FROM pgboss.schedule WHERE name = 'apply-retention'",
  );
  expect(rows).toEqual([{ name: "apply-retention", cron: "17 * * * *" }]);
  // A worker keeps the time: its queue opens and closes with the clock running.
  const queue = await openQueue({
    url: rig.database.url,
    log: rig.log,
    vault: rig.vault,
    role: "worker",
  });
  await queue.stop(100);
});
