import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { keepOrderHold, listOrderHolds, releaseOrderHold } from "#app/coordination/index.server.ts";
import { ReleaseFulfillmentHoldDocument } from "#app/shopify/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { ordersToHold } from "./orders-to-hold.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
let orderId: string;
let holdId: string;

beforeAll(async () => {
  rig = await createPoolRig({ locationsPerStore: 2 });
});
afterAll(() => rig.close());
beforeEach(async () => {
  // One unit is left where the order is shipped from: what an edit adds comes from the other place.
  sku = rig.nextShared({ north: 2 });
  await orders.rules([rig.warehouse.id]);
  orderId = orders.sell();
  await tell("orders/create");
  await rig.settle();
  const { items } = await listOrderHolds(rig, NORTH, { limit: 1 });
  expect(items[0]).toMatchObject({ orderId, keptBack: true });
  holdId = items[0]?.id ?? "";
});

const orders = ordersToHold(
  () => rig,
  () => sku,
);
const tell = (topic: string) => orders.tell(orderId, topic);
const editOrder = () =>
  rig.twin.operations.editOrder({
    shop: NORTH,
    orderId: orderId.split("/").at(-1) ?? "",
    sku,
    quantity: 2,
  });
/** How many of our holds each fulfillment order of the order is under, the oldest first. */
const holds = async () =>
  (await fulfillmentOrders()).map(({ fulfillmentHolds }) => fulfillmentHolds.length);
const fulfillmentOrders = async () => (await orders.inShopify(orderId)).fulfillmentOrders.nodes;
const askedOf = async () => {
  const { rows } = await rig.db.query("SELECT 1 FROM changes WHERE resource_id = $1", [holdId]);
  return rows.length;
};

it("what an edit adds to an order that is held is held too, once, and let go with the rest", async () => {
  editOrder();
  expect(await holds()).toEqual([1, 0]);
  await tell("orders/updated");
  await tell("orders/updated");
  await rig.settle();
  expect([await holds(), await askedOf()]).toEqual([[1, 1], 1]);
  await releaseOrderHold(rig.deps, { shop: NORTH, actor: "user:1" }, holdId);
  await rig.settle();
  expect(await holds()).toEqual([0, 0]);
});

it("what the merchant let go by hand stays let go, whatever is added", async () => {
  const [first] = await fulfillmentOrders();
  const holdIds = first?.fulfillmentHolds.map((hold) => hold.id) ?? [];
  const { graphql } = rig.deps.shopify;
  await graphql(NORTH, ReleaseFulfillmentHoldDocument, { id: first?.id ?? "", holdIds });
  editOrder();
  await tell("orders/updated");
  await rig.settle();
  expect(await holds()).toEqual([0, 1]);
});

it("a hold that ends while it is placed on what was added is taken away again", async () => {
  editOrder();
  await tell("orders/updated");
  rig.putAround(async (ask, _shop, text) => {
    if (!text.includes("mutation HoldFulfillmentOrder")) return ask();
    rig.restore();
    await releaseOrderHold(rig.deps, { shop: NORTH, actor: "user:1" }, holdId);
    await keepOrderHold(rig.deps, { shop: NORTH, holdId });
    // That was the job which the release left behind: nobody comes after us.
    rig.bench.jobs.splice(0);
    expect(await holds()).toEqual([0, 0]);
    return ask();
  });
  await rig.settle();
  expect(await holds()).toEqual([0, 0]);
});

it("what an edit adds while the order is being held is held too", async () => {
  orderId = orders.sell();
  await tell("orders/create");
  rig.putAround(async (ask, _shop, text) => {
    const answered = await ask();
    if (!text.includes("mutation HoldFulfillmentOrder")) return answered;
    rig.restore();
    editOrder();
    await tell("orders/updated");
    await rig.bench.run();
    return answered;
  });
  await rig.settle();
  expect(await holds()).toEqual([1, 1]);
});

it("a process that dies after any step leaves what was added under one hold", async () => {
  editOrder();
  for (let dieAfter = 1; ; dieAfter += 1) {
    await tell("orders/updated");
    const dies = rig.dieAfter(dieAfter);
    await rig.settle();
    rig.restore();
    await rig.settle();
    expect([dieAfter, await holds()]).toEqual([dieAfter, [1, 1]]);
    if (!dies.died()) return expect(dieAfter).toBeGreaterThan(1);
    await rig.db.query("UPDATE order_holds SET placed_on = placed_on[1:1] WHERE id = $1", [holdId]);
  }
});
