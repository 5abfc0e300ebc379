import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake, type Intake } from "#app/intake/index.server.ts";
import { noTracing } from "#app/observability/index.server.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import type { RunningProcess } from "#app/start/process-frame.ts";
import { startWorker } from "#app/worker/worker.ts";
import { installShop } from "#app/shops/index.server.ts";
import { connectSystem, statusesOf } from "#test/delivery/publish.ts";
import { type Receiver, startReceiver } from "#test/delivery/receiver.ts";
import { createRig, type Rig, workerConfig } from "#test/worker/rig.ts";
import { clientSecret, productBody, stockBody, webhookOf } from "#test/worker/webhooks.ts";
import { fillEveryTable, rowCounts, tablesNaming } from "./whole-database.ts";

let rig: Rig;
let queue: Queue;
let intake: Intake;
let worker: RunningProcess;
let receiver: Receiver;

beforeAll(async () => {
  rig = await createRig();
  queue = await openQueue({ url: rig.database.url, log: rig.log, vault: rig.vault, role: "web" });
  const { db, vault, clock, counters, log } = rig;
  const secrets = [clientSecret];
  intake = createIntake({ db, queue, vault, clock, counters, log, tracing: noTracing, secrets });
  receiver = await startReceiver();
  worker = await startWorker(workerConfig(rig));
});
afterAll(async () => {
  await worker.stop();
  await queue.stop(1_000);
  await rig.close();
});

/** Waits until something has become true. */
async function until(isTrue: () => Promise<boolean>, timeout = 15_000): Promise<void> {
  await expect.poll(isTrue, { timeout, interval: 50 }).toBe(true);
}

async function send(shop: string, topic: string, body: unknown, triggeredAt?: string) {
  const draft = { shop, topic, body, ...(triggeredAt === undefined ? {} : { triggeredAt }) };
  const { outcome } = await intake.receive(webhookOf(draft));
  return outcome;
}

const uninstall = (shop: string) => send(shop, "app/uninstalled", { domain: shop });
const redact = (shop: string, triggeredAt?: string) =>
  send(shop, "shop/redact", { shop_id: 1, shop_domain: shop }, triggeredAt);

/** Stock, products, an unreadable body, a system that acknowledges and one that never does. */
async function live(shop: string): Promise<void> {
  await connectSystem(rig, shop, receiver.url);
  await connectSystem(rig, shop, "http://127.0.0.1:1/hook", { policy: { maxAttempts: 1 } });
  const at = new Date().toISOString();
  for (let level = 0; level < 20; level += 1)
    await send(shop, "inventory_levels/update", stockBody(level, level, at));
  await send(shop, "products/create", productBody(1, at, [{ id: 1, price: "5.00" }]));
  await send(shop, "orders/create", "no json");
  await send(shop, "refunds/create", { order_id: 5 });
  await until(async () => {
    const statuses = await statusesOf(rig, shop);
    return (
      statuses.length === 40 && statuses.every((status) => /delivered|dead|waiting/.test(status))
    );
  });
}

const isForgotten = (shop: string) => async () =>
  (await tablesNaming(rig.db, shop)).length === 0 && (await openOrders()) === 0;

async function openOrders(): Promise<number> {
  const { rows } = await rig.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pgboss.job
     WHERE name = 'forget-shop' AND state NOT IN ('completed', 'failed', 'cancelled')`,
  );
  return rows[0]?.count ?? 0;
}

describe("shop/redact", () => {
  it("leaves no row of the shop, in no table, and touches nobody else's", async () => {
    const shop = await rig.installedShop();
    await live(shop);
    await uninstall(shop);
    expect(await tablesNaming(rig.db, shop)).toContain("public.events");
    expect(await redact(shop)).toBe("accepted");
    await until(isForgotten(shop), 30_000);
    const left = await rowCounts(rig.db);
    // Figures without a shop, whose turn it is to sample, up to when hours are added up, and nothing else.
    const known = [
      "public.counters",
      "public.freshness_sampler",
      "public.lag_hours_until",
      "public.outcome_hours_until",
    ];
    const ours = Object.keys(left).filter((table) => table.startsWith("public."));
    expect(ours.filter((table) => !known.includes(table))).toEqual([]);
  }, 60_000);

  it("reaches every table that has a shop, those of tomorrow included", async () => {
    const shop = await rig.installedShop();
    const neighbour = await rig.installedShop();
    const tables = await fillEveryTable(rig.db, shop);
    expect(tables.length).toBeGreaterThan(15);
    await fillEveryTable(rig.db, neighbour);
    await redact(shop);
    await until(isForgotten(shop), 30_000);
    expect(await tablesNaming(rig.db, neighbour)).toEqual(expect.arrayContaining(tables));
  }, 60_000);

  it("catches what was under way while the shop was being deleted", async () => {
    const shop = await rig.installedShop();
    receiver.react = () => ({ status: 200, delayMs: 1_500 });
    await connectSystem(rig, shop, receiver.url);
    const at = new Date().toISOString();
    for (let level = 0; level < 40; level += 1)
      await send(shop, "inventory_levels/update", stockBody(level, level, at));
    await redact(shop);
    await until(isForgotten(shop), 30_000);
    receiver.react = () => ({ status: 200 });
    // Nothing comes back once the slowest answer is in.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await tablesNaming(rig.db, shop)).toEqual([]);
    const { rows } = await rig.db.query(
      "SELECT 1 FROM delivery_attempts WHERE delivery_id NOT IN (SELECT id FROM deliveries)",
    );
    expect(rows).toEqual([]);
  }, 60_000);

  it("does nothing to a merchant who came back within the 48 hours", async () => {
    const shop = await rig.installedShop();
    await uninstall(shop);
    await until(async () => {
      const { rows } = await rig.db.query(
        "SELECT 1 AS one FROM shops WHERE shop = $1 AND uninstalled_at IS NOT NULL",
        [shop],
      );
      return rows.length > 0;
    });
    await rig.db.transaction((tx) => installShop(tx, shop, "read_products", Date.now()));
    const inTwoDays = new Date(Date.now() + 47 * 3_600_000).toISOString();
    await redact(shop, inTwoDays);
    await until(async () => (await openOrders()) === 0, 30_000);
    expect(await tablesNaming(rig.db, shop)).toContain("public.shops");
  }, 60_000);

  it("of another shop than the body names deletes nobody", async () => {
    const shop = await rig.installedShop();
    expect(await send(shop, "shop/redact", { shop_domain: "other.myshopify.com" })).toBe(
      "accepted",
    );
    await until(async () => (await openOrders()) === 0);
    expect(await tablesNaming(rig.db, shop)).toContain("public.shops");
  });

  it("of a shop nobody knows is answered and does nothing", async () => {
    expect(await redact("gone.myshopify.com")).toBe("accepted");
    await until(async () => (await openOrders()) === 0, 30_000);
    expect(await tablesNaming(rig.db, "gone.myshopify.com")).toEqual([]);
  }, 60_000);
});
