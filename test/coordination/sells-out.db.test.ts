import { afterAll, beforeAll, expect, it } from "vitest";
import { autoBuffer } from "#app/coordination/auto-buffer.ts";
import { readExposure, replaceBuffers } from "#app/coordination/index.server.ts";
import { seededRandom } from "#test/crash/random.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/**
 * A flash sale: more customers than units in both stores, stores that follow only every few orders,
 * notifications that are lost or come twice. Without a buffer units are sold twice in the last
 * moments; with the buffer that such sales and such a lag call for, none is.
 */

let rig: Awaited<ReturnType<typeof createPoolRig>>;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());

const units = 25;
/** Orders in each store between two moments at which stores follow. */
const ordersBehind = 3;

/** Sells until no store shows a unit; returns how many were sold. */
async function flashSale(sku: string, seed: number): Promise<number> {
  const random = seededRandom(seed);
  await rig.hint(NORTH, sku);
  await rig.hint(SOUTH, sku);
  await rig.say(sku, { available: units });
  await rig.settle();
  let sold = 0;
  for (let showing = true; showing; ) {
    showing = false;
    for (let order = 0; order < ordersBehind; order += 1)
      for (const shop of [NORTH, SOUTH]) {
        if ((await rig.quantities(shop, sku)).available < 1) continue;
        rig.sell(shop, sku);
        sold += 1;
        showing = true;
        // One in ten is never told of, one in ten twice.
        const luck = random.next();
        if (luck > 0.1) await rig.hint(shop, sku);
        if (luck > 0.9) await rig.hint(shop, sku);
      }
    await rig.settle();
  }
  return sold;
}

it("says how many units are at risk at the pace of the last minute, and forgets old sales", async () => {
  const sku = rig.shared[2] ?? "";
  await rig.hint(NORTH, sku);
  await rig.hint(SOUTH, sku);
  await rig.say(sku, { available: 5 });
  await rig.settle();
  expect(await readExposure(rig.deps, NORTH)).toMatchObject({ units: 0, worst: [] });
  rig.sell(SOUTH, sku, 2);
  await rig.hint(SOUTH, sku);
  await rig.settle();
  await rig.db.query("UPDATE store_group_members SET lag_ms = 60000");
  const exposure = await readExposure(rig.deps, NORTH);
  expect(exposure).toMatchObject({ articles: 1, lagSeconds: 60, measured: true });
  // Two units in a minute, three left, a minute until the other store knows of it; some seconds fade.
  expect(exposure?.units).toBeLessThanOrEqual(9 * Math.exp(-2) - 1);
  expect(exposure?.units).toBeGreaterThan(0.1);
  expect(exposure?.worst).toEqual([expect.objectContaining({ sku, sellable: 3, buffer: 0 })]);
  await rig.db.query("UPDATE store_group_members SET lag_ms = 0");
  rig.later(2 * 3_600_000);
  expect(await readExposure(rig.deps, NORTH)).toMatchObject({ units: 0 });
  rig.later(-2 * 3_600_000);
});

it("sells no unit twice with the buffer it calls for, and some without", async () => {
  const [first, second] = rig.shared;
  if (first === undefined || second === undefined) throw new Error("too few articles");
  expect(await flashSale(first, 1)).toBeGreaterThan(units);
  const lagSeconds = 1;
  const unitsPerSecond = (2 * ordersBehind) / lagSeconds;
  const value = autoBuffer({ unitsPerSecond, lagSeconds, risk: 0.01 });
  const items = [{ groupId: rig.groupId, mode: "fixed", value }];
  const saved = await replaceBuffers(rig.deps, { shop: NORTH, actor: "user:1" }, items);
  expect(saved.ok).toBe(true);
  const sold = await flashSale(second, 1);
  expect(sold).toBeLessThanOrEqual(units);
  // What is kept back is not lost: it is sold as soon as the sale is over.
  await replaceBuffers(rig.deps, { shop: NORTH, actor: "user:1" }, []);
  await rig.settle();
  const left = (await rig.quantities(NORTH, second)).available;
  expect(sold + left).toBe(units);
}, 120_000);
