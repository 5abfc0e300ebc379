import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addLags, domainLags, type LagSample, stageLags } from "#app/freshness/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const hourMs = 3_600_000;
const tenMs = Date.parse("2026-11-23T10:00:00Z");

const total = (domain: string, lagMs: number, systemId = "sys_a"): LagSample => ({
  shop,
  domain,
  stage: "total",
  systemId,
  lagMs,
});

async function add(samples: readonly LagSample[], atMs: number): Promise<void> {
  await rig.db.transaction((tx) => addLags(tx, samples, atMs));
}

describe("the lag of a domain", () => {
  it("is read from what was added, minute by minute, in any number of transactions", async () => {
    shop = await rig.installedShop();
    const fast = Array.from({ length: 95 }, () => total("inventory", 1_000));
    const slow = Array.from({ length: 5 }, () => total("inventory", 60_000, "sys_b"));
    await Promise.all([add(fast, tenMs + 5_000), add(slow, tenMs + 30_000)]);
    await add([total("orders", 2_000)], tenMs + 59_999);
    const lags = await domainLags(rig.db, shop, tenMs, tenMs + hourMs, 6);
    expect(lags.map((lag) => [lag.domain, lag.total.count])).toEqual([
      ["inventory", 100],
      ["orders", 1],
    ]);
    const [inventory] = lags;
    expectWithin(inventory?.total.p50, 1);
    expectWithin(inventory?.total.p95, 1);
    expectWithin(inventory?.total.p99, 60);
  });

  it("is drawn in equal spans, empty ones included", async () => {
    shop = await rig.installedShop();
    await add([total("inventory", 1_000)], tenMs);
    await add([total("inventory", 4_000), total("inventory", 4_000)], tenMs + 25 * 60_000);
    const [lag] = await domainLags(rig.db, shop, tenMs, tenMs + hourMs, 6);
    expect(lag?.series.map((point) => point.count)).toEqual([1, 0, 2, 0, 0, 0]);
    expect(lag?.series.map((point) => point.at.slice(11, 16))).toEqual([
      "10:00",
      "10:10",
      "10:20",
      "10:30",
      "10:40",
      "10:50",
    ]);
    expect(lag?.series[1]?.p95Seconds).toBeNull();
    expectWithin(lag?.series[2]?.p95Seconds ?? undefined, 4);
  });

  it("leaves out what is before, after, another stage's or another shop's", async () => {
    shop = await rig.installedShop();
    const other = shop;
    await add([total("inventory", 1_000)], tenMs);
    shop = await rig.installedShop();
    await add([total("inventory", 1_000)], tenMs - 60_000);
    await add([total("inventory", 1_000)], tenMs + hourMs);
    await add([{ shop, domain: "inventory", stage: "queue", lagMs: 5 }], tenMs);
    expect(await domainLags(rig.db, shop, tenMs, tenMs + hourMs, 6)).toEqual([]);
    expect(await domainLags(rig.db, other, tenMs, tenMs + hourMs, 6)).toHaveLength(1);
  });

  it("survives writers that meet on the same rows in different orders", async () => {
    shop = await rig.installedShop();
    const samples = Array.from({ length: 40 }, (_, index) =>
      total(index % 2 === 0 ? "inventory" : "orders", 2 ** (index % 12)),
    );
    await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        add(turn % 2 === 0 ? samples : [...samples].reverse(), tenMs),
      ),
    );
    const lags = await domainLags(rig.db, shop, tenMs, tenMs + hourMs, 1);
    expect(lags.map((lag) => lag.total.count)).toEqual([160, 160]);
  });
});

/** A percentile is at most a fifth too high, and never too low. */
function expectWithin(seconds: number | undefined, exact: number): void {
  expect(seconds).toBeGreaterThanOrEqual(exact * 0.999);
  expect(seconds).toBeLessThanOrEqual(exact * 1.2001);
}

describe("the lag of a stage", () => {
  const range = { fromMs: tenMs, toMs: tenMs + hourMs };

  it("is of the wanted domain, system and minutes; stages before delivery are every system's", async () => {
    shop = await rig.installedShop();
    const queue = (lagMs: number) => ({
      shop,
      domain: "inventory",
      stage: "queue" as const,
      lagMs,
    });
    await add([queue(500), total("inventory", 1_000), total("inventory", 9_000, "sys_b")], tenMs);
    await add([total("orders", 2_000), total("inventory", 90_000)], tenMs + 30 * 60_000);
    await add([total("inventory", 3_600_000)], tenMs + hourMs);
    const all = await stageLags(rig.db, shop, range);
    expect(all.total.count).toBe(4);
    expect(all.delivery).toEqual({ p50: null, p95: null, p99: null, count: 0 });
    const own = await stageLags(rig.db, shop, { ...range, domain: "inventory", system: "sys_a" });
    expect([own.queue.count, own.total.count]).toEqual([1, 2]);
    expectWithin(own.queue.p50 ?? undefined, 0.5);
    expectWithin(own.total.p99 ?? undefined, 90);
    // The minute a range begins in counts whole.
    const early = await stageLags(rig.db, shop, { fromMs: tenMs + 59_000, toMs: tenMs + 60_000 });
    expect(early.total.count).toBe(2);
  });
});
