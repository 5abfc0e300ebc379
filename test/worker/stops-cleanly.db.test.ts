import { noTracing } from "#app/observability/index.server.ts";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake } from "#app/intake/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { startWorker } from "#app/worker/worker.ts";
import { soon } from "#test/delivery/lane-set-up.ts";
import { connectSystem, statusesOf } from "#test/delivery/publish.ts";
import { startReceiver } from "#test/delivery/receiver.ts";
import { createRig, type Rig, workerConfig } from "./rig.ts";
import { clientSecret, stockBody, webhookOf } from "./webhooks.ts";

let rig: Rig;
let queue: Queue;

beforeAll(async () => {
  rig = await createRig();
  queue = await openQueue({ url: rig.database.url, log: rig.log, vault: rig.vault, role: "web" });
});
afterAll(async () => {
  await queue.stop(1_000);
  await rig.close();
});

/** Stores webhooks about one stock level each, as the web process does. */
async function receive(shop: string, count: number): Promise<void> {
  const { db, vault, clock, counters, log } = rig;
  const intake = createIntake({
    db,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    secrets: [clientSecret],
  });
  for (let level = 0; level < count; level += 1) {
    const body = stockBody(level, 5, "2026-11-23T10:00:00Z");
    const draft = { shop, topic: "inventory_levels/update", body };
    expect(await intake.receive(webhookOf(draft))).toEqual({ outcome: "accepted" });
  }
}

/** Jobs that somebody holds. */
async function activeJobs(): Promise<number> {
  const { rows } = await rig.db.query<{ count: string }>(
    "SELECT count(*) FROM pgboss.job WHERE state = 'active'",
  );
  return Number(rows[0]?.count);
}

describe("a worker that is stopped in mid-work", () => {
  it("leaves nothing half done; the next one goes on at once, and nothing is sent twice", async () => {
    const shop = await rig.installedShop();
    const receiver = await startReceiver();
    receiver.react = () => ({ status: 200, delayMs: 80 });
    await connectSystem(rig, shop, receiver.url, { policy: { concurrency: 4 } });
    await receive(shop, 120);
    const first = await startWorker(workerConfig(rig));
    await expect.poll(() => receiver.requests.length, soon).toBeGreaterThan(8);
    await first.stop();
    const sentByFirst = receiver.requests.length;
    expect(sentByFirst).toBeLessThan(120);
    expect(await activeJobs()).toBe(0);
    expect(await statusesOf(rig, shop)).not.toContain("delivering");
    const second = await startWorker(workerConfig(rig));
    const startedMs = Date.now();
    await expect.poll(() => receiver.requests.length, soon).toBeGreaterThan(sentByFirst);
    expect(Date.now() - startedMs).toBeLessThan(4_000);
    await expect.poll(() => receiver.requests.length, soon).toBe(120);
    await second.stop();
    const ids = receiver.requests.map((request) => request.headers["webhook-id"]);
    expect(new Set(ids).size).toBe(120);
    expect(new Set(await statusesOf(rig, shop))).toEqual(new Set(["delivered"]));
    await receiver.close();
  });

  it("stops within a moment when there is nothing to do", async () => {
    const worker = await startWorker(workerConfig(rig));
    const startedMs = Date.now();
    await worker.stop();
    expect(Date.now() - startedMs).toBeLessThan(3_000);
  });
});

describe("a job in hand when its worker stops", () => {
  const open = () =>
    openQueue({ url: rig.database.url, log: rig.log, vault: rig.vault, role: "worker" });
  const add = (shop: string) =>
    rig.db.transaction((tx) =>
      queue.enqueue(tx, "learn-shop", [{ payload: { shop }, group: shop }]),
    );

  it("is finished when it is done in time", async () => {
    const worker = await open();
    let state = "waiting";
    await worker.workLong("learn-shop", 1, async () => {
      state = "begun";
      await sleep(600);
      state = "done";
    });
    await add("in-time.myshopify.com");
    await expect.poll(() => state, soon).toBe("begun");
    await worker.stop(5_000);
    expect(state).toBe("done");
    expect(await activeJobs()).toBe(0);
  });

  it("is handed back when it is not, and another worker takes it", async () => {
    const worker = await open();
    let begun = false;
    await worker.workLong("learn-shop", 1, async () => {
      begun = true;
      await sleep(20_000, undefined, { ref: false });
    });
    await add("too-late.myshopify.com");
    await expect.poll(() => begun, soon).toBe(true);
    await worker.stop(300);
    expect(await activeJobs()).toBe(0);
    const other = await open();
    const taken: string[] = [];
    await other.workLong("learn-shop", 1, async ({ shop }) => {
      taken.push(shop);
    });
    await expect.poll(() => taken, { timeout: 25_000 }).toEqual(["too-late.myshopify.com"]);
    await other.stop(1_000);
  });
});
