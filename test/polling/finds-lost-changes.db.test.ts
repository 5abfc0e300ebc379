import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readTopicHealth } from "#app/freshness/index.server.ts";
import { readPollHealth, requestPass } from "#app/polling/index.server.ts";
import { markLearned } from "#app/shops/index.server.ts";
import { NORTH, first } from "#test/twin-conformance/support.ts";
import { createPollRig, type PollRig } from "./poll-rig.ts";

let poll: PollRig;

beforeEach(async () => {
  poll = await createPollRig();
});
afterEach(() => poll.close());

const all = () => true;
const stock = () => first(poll.twin.operations.listStock({ shop: NORTH, limit: 1 }));
const changes = async () =>
  (await poll.bench.changes(NORTH)).map((change) => `${change.type} ${change.version}`);
const events = async () =>
  (await poll.bench.events(NORTH)).map((event) => `${event.source} ${event.topic} ${event.status}`);

describe("a change whose webhook was lost", () => {
  it("of stock is found, walks the corridor as a read, and counts once as missed", async () => {
    await poll.pass("inventory");
    const { sku } = stock();
    const { available } = poll.twin.operations.setStock({ shop: NORTH, sku, available: 77 });
    expect(await poll.deliver(all)).toBe(1);
    poll.sleep(10_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 1, reason: "schedule" });
    expect(await events()).toEqual(["poll inventory_levels/update applied"]);
    const [change] = await poll.bench.changes(NORTH);
    expect(change).toMatchObject({ sku, data: { available } });
    expect(await poll.missed()).toEqual({ waiting: ["inventory_levels/update"] });
    poll.sleep(35_000);
    expect(await poll.missed()).toEqual({ missed: ["inventory_levels/update"] });
    for (let pass = 0; pass < 3; pass += 1) {
      expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
      poll.sleep(30_000);
    }
    expect(await events()).toHaveLength(1);
    expect(await poll.counted()).toEqual({ "inventory_levels/update": 1 });
  });

  it("is found for every kind of data, births by their own topic", async () => {
    const shop = NORTH;
    for (const feed of ["inventory", "orders", "products", "customers"] as const)
      await poll.pass(feed);
    const { operations } = poll.twin;
    const { orderId } = operations.sell({ shop, sku: stock().sku, quantity: 1 });
    const { productId } = operations.createProduct({ shop, title: "Fresh" });
    operations.createCustomer({ shop, firstName: "Ada" });
    poll.sleep(2_000);
    operations.fulfill({ shop, orderId });
    operations.editProduct({ shop, price: "99.00", sku: stock().sku });
    expect(await poll.deliver(all)).toBeGreaterThan(4);
    poll.sleep(60_000);
    for (const feed of ["inventory", "orders", "products", "customers"] as const)
      await poll.pass(feed);
    poll.sleep(60_000);
    const { missed } = await poll.missed();
    expect(new Set(missed)).toEqual(
      new Set([
        "inventory_levels/update",
        "orders/create",
        "fulfillments/create",
        "products/create",
        "products/update",
        "customers/create",
      ]),
    );
    const told = await poll.bench.changes(NORTH);
    expect(told.map((change) => change.type)).toEqual(
      expect.arrayContaining(["product.created", "price.updated", "order.created"]),
    );
    expect(told.some((change) => change.resourceId.endsWith(`/Product/${productId}`))).toBe(true);
  });
});

describe("a change that webhooks told", () => {
  it("is not sent again and nothing is missed, whether it was processed already or not", async () => {
    const shop = NORTH;
    for (const feed of ["inventory", "orders", "products", "customers"] as const)
      await poll.pass(feed);
    const { operations } = poll.twin;
    operations.sell({ shop, sku: stock().sku });
    operations.editProduct({ shop, title: "New name" });
    operations.updateCustomer({ shop, note: "Likes tea" });
    expect(await poll.deliver()).toBe(0);
    const before = await changes();
    poll.sleep(60_000);
    for (const feed of ["inventory", "orders", "products", "customers"] as const)
      expect(await poll.pass(feed)).toMatchObject({ found: 0 });
    expect(await changes()).toEqual(before);
    expect(await poll.missed()).toEqual({});
  });

  it("a moment ago waits for its webhook, which then is the one that counts", async () => {
    await poll.pass("inventory");
    poll.twin.operations.setStock({ shop: NORTH, sku: stock().sku, available: 5 });
    poll.sleep(2_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
    expect(await events()).toEqual([]);
    await poll.deliver();
    poll.sleep(60_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
    expect(await events()).toEqual(["webhook inventory_levels/update applied"]);
  });

  it("late is late and not missed, before it was counted and after", async () => {
    await poll.pass("inventory");
    poll.twin.operations.setStock({ shop: NORTH, sku: stock().sku, available: 5 });
    poll.sleep(15_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 1 });
    await poll.deliver();
    poll.sleep(60_000);
    expect(await poll.missed()).toEqual({ late: ["inventory_levels/update"] });
    expect(await poll.counted()).toEqual({});

    poll.twin.operations.setStock({ shop: NORTH, sku: stock().sku, available: 6 });
    poll.sleep(15_000);
    await poll.pass("inventory");
    poll.sleep(60_000);
    expect(await poll.missed()).toMatchObject({ missed: ["inventory_levels/update"] });
    await poll.deliver();
    poll.sleep(70_000);
    expect((await poll.missed())["late"]).toHaveLength(2);
    const nowMs = poll.rig.clock.now();
    const health = await readTopicHealth(poll.rig.db, NORTH, nowMs - 3_600_000, nowMs + 1, 6);
    expect(health).toMatchObject([{ topic: "inventory_levels/update", missed: 0, late: 2 }]);
  });
});

describe("a hole somebody knows of", () => {
  it("is read whole, however old; the certificate says why, and what it cost is known", async () => {
    const shop = NORTH;
    await poll.pass("products");
    const { productId } = poll.twin.operations.editProduct({ shop, title: "Lost long ago" });
    await poll.deliver(all);
    const since = new Date(poll.rig.clock.now() - 1_000);
    poll.sleep(5 * 3_600_000);
    // As if the passes meanwhile had seen nothing of it.
    await poll.rig.db.query("UPDATE poll_feeds SET watermark = $1, deep_at = $1", [
      new Date(poll.rig.clock.now()),
    ]);
    expect(await poll.pass("products")).toMatchObject({ found: 0 });
    const ask = (reason: string) =>
      poll.rig.db.transaction((tx) => requestPass(tx, shop, "pricing", since, reason));
    expect(await ask("outage")).toBe(true);
    expect(await poll.pass("products")).toMatchObject({ found: 1, reason: "outage" });
    expect((await poll.bench.changes(shop))[0]?.resourceId).toContain(productId);
    expect(await poll.pass("products")).toMatchObject({ found: 0, reason: "schedule" });
    const health = await readPollHealth(poll.rig.db, shop);
    expect(health.missed).toMatchObject([{ topic: "products/update", state: "waiting" }]);
    const products = health.feeds.find((feed) => feed.feed === "products");
    expect(products?.pointsPerHour).toBeGreaterThan(0);
    expect(health.budgetPerHour).toBe(360_000);
  });
});

describe("a change in the second of the installation", () => {
  it("is told, as nobody can say which came first, and is not said to be missed", async () => {
    poll.sleep(10_700);
    const installedAt = new Date(poll.rig.clock.now());
    await poll.rig.db.query("UPDATE shops SET installed_at = $1", [installedAt]);
    // Shopify stamps it with the second that had begun before.
    poll.sleep(100);
    const { sku } = stock();
    poll.twin.operations.setStock({ shop: NORTH, sku, available: 1_234 });
    await poll.deliver(all);
    // Its clock says the second that begins now.
    poll.sleep(20_200);
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
    expect((await poll.bench.changes(NORTH)).map(({ data }) => data["available"])).toEqual([1_234]);
    expect(await poll.missed()).toEqual({});
  });
});

describe("what was there before the installation", () => {
  it("and only had its stamp moved by a purchase is not missed while the store is learned", async () => {
    await markLearned(poll.rig.db, NORTH, poll.rig.clock.now());
    poll.twin.operations.faults({ strayUpdates: 100 });
    poll.twin.operations.setStock({ shop: NORTH, sku: stock().sku, available: 77 });
    poll.twin.operations.faults({ strayUpdates: 0 });
    await poll.deliver();
    poll.sleep(60_000);
    expect(await poll.pass("products")).toMatchObject({ rows: 1, found: 0 });
    // It is learned all the same, and from now on a lost change of it counts.
    expect(await events()).toContain("poll products/update applied");
    expect(await poll.missed()).toEqual({});
  });

  it("but was born after it is missed, learned or not", async () => {
    await markLearned(poll.rig.db, NORTH, poll.rig.clock.now());
    poll.twin.operations.createProduct({ shop: NORTH, title: "Fresh" });
    await poll.deliver(all);
    poll.sleep(60_000);
    expect(await poll.pass("products")).toMatchObject({ found: 1 });
  });

  it("was never owed a webhook", async () => {
    for (const feed of ["inventory", "orders", "products", "customers"] as const)
      expect(await poll.pass(feed)).toMatchObject({ found: 0 });
    expect(await events()).toEqual([]);
  });
});
