import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  answerOrderHold,
  keepOrderHold,
  listOrderHolds,
  releaseOrderHold,
  replaceOrderRules,
} from "#app/coordination/index.server.ts";
import type { OrderHoldView } from "#app/coordination/types.ts";
import { ShopifyQueryError } from "#app/shopify/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { tablesNaming } from "#test/privacy/whole-database.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { ordersToHold } from "./orders-to-hold.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
let fraud: string;

beforeAll(async () => {
  rig = await createPoolRig();
  // Of another store of the group.
  fraud = (await connectSystem(rig, SOUTH, "http://127.0.0.1:9/", { domains: ["orders"] })).id;
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 10 });
  await rules({});
});

const { inShopify, sell, tell, ...orders } = ordersToHold(
  () => rig,
  () => sku,
);
const rules = (more: object) => orders.rules([rig.warehouse.id, fraud], more);
const order = async (): Promise<{ orderId: string; id: string }> => {
  const orderId = sell();
  await tell(orderId, "orders/create");
  await rig.settle();
  return { orderId, id: (await viewOf(orderId)).id };
};
const viewOf = async (orderId: string): Promise<OrderHoldView> => {
  const { items } = await listOrderHolds(rig, NORTH, { limit: 200 });
  const found = items.filter((one) => one.orderId === orderId);
  expect(found).toHaveLength(1);
  return found[0] as OrderHoldView;
};
/** The handles of the holds Shopify has on an order. */
const handles = async (orderId: string) =>
  (await inShopify(orderId)).fulfillmentOrders.nodes.flatMap(({ fulfillmentHolds }) =>
    fulfillmentHolds.map(({ handle }) => handle),
  );
const handleFor = (orderId: string) => [`converge-${orderId.split("/").at(-1) ?? ""}-rings`];
const answer = async (id: string, systemId: string, given: "acknowledged" | "refused") => {
  const answered = await answerOrderHold(rig.deps, systemId, id, given);
  await rig.settle();
  return answered?.outcome === "ok" ? answered.hold.status : answered?.outcome;
};
const told = async (id: string) => {
  const { rows } = await rig.db.query<{ type: string; count: number }>(
    `SELECT type, count(*)::int AS count FROM changes WHERE resource_id = $1
     GROUP BY type ORDER BY min(processed_at), type`,
    [id],
  );
  return rows.map(({ type, count }) => `${type} ${String(count)}`);
};

describe("an order of high value", () => {
  it("is held in Shopify once, and let go by the last who agrees", async () => {
    const { orderId, id } = await order();
    await tell(orderId, "orders/updated");
    await rig.settle();
    expect([await handles(orderId), await told(id)]).toEqual([
      handleFor(orderId),
      ["hold.requested 2"],
    ]);
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("held");
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("held");
    expect(await handles(orderId)).toHaveLength(1);
    expect(await answer(id, fraud, "acknowledged")).toBe("confirmed");
    expect(await answer(id, fraud, "refused")).toBe("refused");
    expect([await handles(orderId), await told(id)]).toEqual([
      [],
      ["hold.requested 2", "hold.confirmed 2"],
    ]);
    // What comes later begins nothing anew.
    await tell(orderId, "orders/updated");
    await rig.settle();
    expect(await handles(orderId)).toEqual([]);
    const { reference } = await viewOf(orderId);
    expect(reference).toMatch(/^#\d+$/);
    expect(await tablesNaming(rig.db, `"${reference}"`)).not.toContain("public.order_holds");
  });

  it("that one refused stays held until the merchant releases it", async () => {
    const { orderId, id } = await order();
    expect(await answer(id, fraud, "refused")).toBe("refused");
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("refused");
    expect([await handles(orderId), await told(id)]).toEqual([
      handleFor(orderId),
      ["hold.requested 2", "hold.released 2"],
    ]);
    expect(await releaseOrderHold(rig.deps, { shop: SOUTH, actor: "user:2" }, id)).toBeNull();
    await releaseOrderHold(rig.deps, { shop: NORTH, actor: "user:1" }, id);
    await rig.settle();
    expect([await handles(orderId), (await viewOf(orderId)).status]).toEqual([[], "released"]);
  });

  it("about which nobody spoke in time is kept, or shipped, as its rule says", async () => {
    const kept = await order();
    await rules({ onSilence: "release" });
    const shipped = await order();
    rig.due("expire-hold", kept.id);
    await rig.settle();
    expect((await viewOf(kept.orderId)).status).toBe("held");
    rig.later(601_000);
    for (const { id } of [kept, shipped]) rig.due("expire-hold", id);
    await rig.settle();
    rig.later(-601_000);
    expect([await handles(kept.orderId), await handles(shipped.orderId)]).toEqual([
      handleFor(kept.orderId),
      [],
    ]);
    expect((await viewOf(kept.orderId)).status).toBe("expired");
  });

  it("that is cancelled meanwhile is nobody's to answer for", async () => {
    const { orderId, id } = await order();
    rig.twin.operations.cancelOrder({ shop: NORTH, orderId: orderId.split("/").at(-1) ?? "" });
    await tell(orderId, "orders/cancelled", { cancelled_at: new Date().toISOString() });
    await rig.settle();
    expect((await viewOf(orderId)).status).toBe("cancelled");
    expect(await answer(id, fraud, "acknowledged")).toBe("refused");
    expect(await told(id)).toEqual(["hold.requested 2", "hold.released 2"]);
  });

  it("is found by a read that says too little, and others are left alone", async () => {
    const orderId = sell();
    await rules({ when: { kind: "total", atLeast: "100000", currency: "EUR" } });
    await tell(orderId, "orders/updated", { total_price: undefined });
    await rig.settle();
    expect((await listOrderHolds(rig, NORTH, { limit: 1 })).items[0]?.orderId).not.toBe(orderId);
    await rules({});
    const other = sell();
    await tell(other, "orders/updated", { line_items: undefined });
    await rig.settle();
    expect([await handles(orderId), await handles(other)]).toEqual([[], handleFor(other)]);
  });

  it.each([
    ["Shopify does not take the hold", () => Promise.resolve(refusal), /Not allowed/],
    ["the merchant has not allowed it", () => Promise.reject(denial), /Allow it/],
  ])("is not held where %s, and says so", async (_, answers, why) => {
    const orderId = sell();
    await tell(orderId, "orders/create");
    rig.putAround((ask, _shop, text) =>
      text.includes("mutation HoldFulfillmentOrder") ? answers() : ask(),
    );
    await rig.settle();
    const { status, keptBack, reason } = await viewOf(orderId);
    expect([status, keptBack, reason]).toEqual(["failed", false, expect.stringMatching(why)]);
  });

  it("that two rules hold is let go by each of them alone", async () => {
    const one = { when: { kind: "sku", skus: [sku] }, participants: [fraud], ttlSeconds: 600 };
    const caller = { shop: NORTH, actor: "user:1" };
    await replaceOrderRules(rig.deps, caller, [
      { ...one, name: "one" },
      { ...one, name: "two" },
    ]);
    const orderId = sell();
    await tell(orderId, "orders/create");
    await rig.settle();
    const { items } = await listOrderHolds(rig, NORTH, { limit: 2 });
    for (const [index, { id }] of items.entries()) {
      expect(await handles(orderId)).toHaveLength(2 - index);
      expect(await answer(id, fraud, "acknowledged")).toBe("confirmed");
    }
    expect(await handles(orderId)).toEqual([]);
  });
});

const denial = new ShopifyQueryError(NORTH, [
  { code: "ACCESS_DENIED", message: "Access denied", path: "fulfillmentOrderHold" },
]);
const refusal = {
  fulfillmentOrderHold: {
    fulfillmentHold: null,
    userErrors: [{ code: "INVALID", field: ["id"], message: "Not allowed" }],
  },
};

describe("a process that dies, or sleeps", () => {
  it("after any step leaves an order that is held once and let go once", async () => {
    for (let dieAfter = 1; ; dieAfter += 1) {
      const orderId = sell();
      await tell(orderId, "orders/create");
      const dies = rig.dieAfter(dieAfter);
      await rig.settle();
      rig.restore();
      await rig.settle();
      const { id } = await viewOf(orderId);
      expect([dieAfter, await handles(orderId), await told(id)]).toEqual([
        dieAfter,
        handleFor(orderId),
        ["hold.requested 2"],
      ]);
      await answerOrderHold(rig.deps, fraud, id, "acknowledged");
      await answerOrderHold(rig.deps, rig.warehouse.id, id, "acknowledged");
      const diesAgain = rig.dieAfter(dieAfter);
      await rig.settle();
      rig.restore();
      await rig.settle();
      expect([dieAfter, await handles(orderId), (await viewOf(orderId)).status]).toEqual([
        dieAfter,
        [],
        "confirmed",
      ]);
      if (!dies.died() && !diesAgain.died()) return expect(dieAfter).toBeGreaterThan(3);
    }
  }, 120_000);

  it("and wakes when all is over takes back what it placed too late", async () => {
    const orderId = sell();
    await tell(orderId, "orders/create");
    let slept = false;
    rig.putAround(async (ask, _shop, text) => {
      if (!slept && text.includes("mutation HoldFulfillmentOrder")) {
        slept = true;
        const { rows } = await rig.db.query<{ id: string }>(
          "SELECT id FROM order_holds WHERE order_id = $1",
          [orderId],
        );
        const id = rows[0]?.id ?? "";
        await keepOrderHold(rig.deps, { shop: NORTH, holdId: id });
        await answerOrderHold(rig.deps, fraud, id, "acknowledged");
        await answerOrderHold(rig.deps, rig.warehouse.id, id, "acknowledged");
        await keepOrderHold(rig.deps, { shop: NORTH, holdId: id });
        // That was the job which the end left behind: nobody comes after us.
        rig.bench.jobs.splice(0);
        expect(await handles(orderId)).toEqual([]);
      }
      return ask();
    });
    await rig.settle();
    expect([slept, await handles(orderId), (await viewOf(orderId)).status]).toEqual([
      true,
      [],
      "confirmed",
    ]);
  });
});
