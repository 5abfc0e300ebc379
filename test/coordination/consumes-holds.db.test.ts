import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  answerHold,
  consumeHolds,
  getHold,
  listEntries,
  placeHold,
  releaseHold,
} from "#app/coordination/index.server.ts";
import { holdsFor, unitsOf } from "#app/coordination/order-units.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 10, south: 10 });
  await rig.tellBoth(sku);
  await rig.say(sku, { available: 10 });
  await rig.settle();
});

/** A hold of three units for an order, to which everybody has agreed unless told. */
const hold = async (reference: string, { agreed = true, quantity = 3 } = {}): Promise<string> => {
  const participants = [rig.warehouse.id];
  const wanted = { sku, quantity, participants, ttlSeconds: 600, reference, autoConfirm: true };
  const placed = await placeHold(rig.deps, NORTH, wanted);
  if (placed.outcome !== "held") throw new Error(JSON.stringify(placed));
  await rig.settle();
  if (agreed) await agree(placed.hold.id);
  return placed.hold.id;
};
const agree = async (id: string) => {
  await answerHold(rig.deps, rig.warehouse.id, id, "acknowledged");
  await rig.settle();
};
/** What Shopify tells of an order. */
const tell = async (name: string, units: number, more: object = {}) => {
  const id = Number(name.replace(/\D/g, ""));
  const body = {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${String(id)}`,
    name,
    created_at: new Date().toISOString(),
    updated_at: new Date().toISOString(),
    cancelled_at: null,
    line_items: [{ sku, quantity: units, current_quantity: units }],
    ...more,
  };
  await rig.bench.receive({ shop: NORTH, topic: "orders/updated", body: JSON.stringify(body) });
};
const statusOf = async (id: string) => (await getHold(rig, NORTH, id))?.status;
/** Available in both stores, reserved in the first, and the pool. */
const stock = async () => {
  const [north, south] = [await rig.quantities(NORTH, sku), await rig.quantities(SOUTH, sku)];
  const { quantity, held, sum, heldSum } = (await rig.pool(sku)) ?? {};
  expect([sum, heldSum]).toEqual([quantity, held]);
  return { shown: [north.available, south.available], reserved: north.reserved, quantity, held };
};
const gone = { shown: [7, 7], reserved: 0, quantity: 7, held: 0 };

describe("a confirmed hold", () => {
  it("is consumed by the order it was for: its units leave the pool with the sale, once", async () => {
    const id = await hold("Order #9001");
    rig.sell(NORTH, sku, 3);
    await tell("#9001", 3);
    await rig.hint(NORTH, sku);
    await rig.settle();
    expect([await statusOf(id), await stock()]).toEqual(["consumed", gone]);
    await tell("#9001", 3, { fulfillment_status: "fulfilled" });
    await rig.settle();
    expect(await stock()).toEqual(gone);
    expect(await getHold(rig, NORTH, id)).toMatchObject({ orderId: "gid://shopify/Order/9001" });
    const pool = await rig.pool(sku);
    const entries = await listEntries(rig, pool?.id ?? "", { limit: 9, before: null });
    expect(entries.filter(({ kind }) => kind === "consume")).toMatchObject([
      { delta: 0, heldDelta: -3, note: "Order #9001" },
    ]);
  });

  it("shows nothing more before the sale was counted, whatever is heard first", async () => {
    const id = await hold("9002");
    rig.sell(NORTH, sku, 3);
    // The order is heard of at once, the stock level not at all: reading it finds the sale.
    await tell("#9002", 3);
    rig.written.length = 0;
    await rig.settle();
    expect([await statusOf(id), await stock()]).toEqual(["consumed", gone]);
    expect(Math.max(...rig.written)).toBeLessThanOrEqual(7);
  });

  it("that is not confirmed waits, and is consumed when the order is heard of again", async () => {
    const id = await hold("#9003", { agreed: false });
    rig.sell(NORTH, sku, 3);
    await tell("#9003", 3);
    await rig.hint(NORTH, sku);
    await rig.settle();
    expect(await statusOf(id)).toBe("held");
    await agree(id);
    await tell("#9003", 3, { fulfillment_status: "fulfilled" });
    await rig.settle();
    expect([await statusOf(id), await stock()]).toEqual(["consumed", gone]);
    expect(await releaseHold(rig.deps, NORTH, id, "No need.")).toMatchObject({
      outcome: "refused",
    });
  });

  it("of several for one order ends as often as the order has units, by workers at once too", async () => {
    const ids = [await hold("#9004"), await hold("#9004")];
    const jobs = ids.map((holdId) => ({
      shop: NORTH,
      holdId,
      orderId: "gid://shopify/Order/9004",
      units: 5,
    }));
    const run = (batch: typeof jobs) =>
      rig.db.transaction((tx) => consumeHolds(rig.deps, tx, batch));
    await Promise.all([run(jobs), run([...jobs].reverse()), run(jobs)]);
    await rig.settle();
    const statuses = await Promise.all(ids.map(statusOf));
    expect(statuses.sort()).toEqual(["confirmed", "consumed"]);
    expect(await stock()).toMatchObject({ quantity: 10, held: 3, reserved: 3 });
  });

  it("goes on to its end when a process dies after any step", async () => {
    await rig.say(sku, { available: 40 });
    await rig.settle();
    for (let dieAfter = 1; ; dieAfter += 1) {
      const before = (await rig.pool(sku))?.quantity ?? 0;
      const name = `#91${String(dieAfter).padStart(2, "0")}`;
      const id = await hold(name);
      rig.sell(NORTH, sku, 3);
      await tell(name, 3);
      await rig.hint(NORTH, sku);
      const dies = rig.dieAfter(dieAfter);
      await rig.settle();
      rig.restore();
      await rig.settle();
      const left = before - 3;
      expect([dieAfter, await statusOf(id), await stock()]).toEqual([
        dieAfter,
        "consumed",
        { shown: [left, left], reserved: 0, quantity: left, held: 0 },
      ]);
      if (!dies.died()) return expect(dieAfter).toBeGreaterThan(3);
    }
  }, 60_000);
});

describe("the order a hold was for", () => {
  const holds = [{ id: "1", sku: "MUG", quantity: 2, reference: "order #1001 " }];
  const order = (more: object) =>
    unitsOf({ name: "#1001", line_items: [{ sku: "MUG", quantity: 2 }], ...more });
  const found = (more: object) => {
    const units = order(more);
    return units === null ? null : holdsFor(units, holds).map(({ id }) => id);
  };

  it("has its name and its units, as they are now", () => {
    expect(found({})).toEqual(["1"]);
    expect(found({ name: "#10010" })).toEqual([]);
    expect(found({ line_items: [{ sku: "CUP", quantity: 2 }] })).toEqual([]);
    const edited = [{ sku: "MUG", quantity: 2, current_quantity: 1 }];
    expect(found({ line_items: edited })).toEqual([]);
    expect(found({ line_items: [...edited, ...edited] })).toEqual(["1"]);
  });

  it("is nobody's when it is cancelled, or when not enough was told of it", () => {
    expect(found({ cancelled_at: "2026-11-26T10:00:00Z" })).toBeNull();
    expect(found({ line_items: undefined })).toBeNull();
    expect(found({ name: null })).toBeNull();
  });
});
