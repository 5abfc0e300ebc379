import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultSettings } from "#test/twin/faults/fault-table.ts";
import type { Twin } from "#test/twin/types.ts";
import {
  at,
  exchangeToken,
  first,
  installedClient,
  NORTH,
  startSmallTwin,
  startTestApp,
  type TestApp,
} from "./support.ts";

const TOML = `
name = "Bodies"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["orders/create", "orders/updated", "products/create", "products/update", "customers/update"]
  compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]
  uri = "/webhooks"
`;

let app: TestApp;
let twin: Twin;

beforeEach(async () => {
  app = await startTestApp();
  twin = await startSmallTwin({ appUrl: app.url, appTomlText: TOML });
  await exchangeToken(twin);
});
afterEach(async () => {
  await twin.close();
  await app.close();
});

const set = (faults: Partial<FaultSettings>) => twin.operations.faults(faults);

/** What came since the last call. */
async function received() {
  await twin.settled();
  return app.received.splice(0).map(({ headers, body }) => ({
    topic: headers["x-shopify-topic"] ?? headers["shopify-topic"],
    isEvent: "shopify-topic" in headers,
    eventId: headers["x-shopify-event-id"],
    version: headers["x-shopify-api-version"] ?? headers["shopify-api-version"],
    bytes: Buffer.byteLength(body),
    text: body,
    body: JSON.parse(body) as Record<string, unknown>,
  }));
}

/** What came of one topic alone. */
const told = async (topic: string) => (await received()).filter((each) => each.topic === topic);

describe("a fault of bodies", () => {
  it("updateWithCreate: creating tells of an update as well, in one action", async () => {
    const topics = async () => (await received()).map(({ topic }) => topic).toSorted();
    twin.operations.createProduct({ shop: NORTH });
    expect(await topics()).toEqual(["products/create"]);
    set({ updateWithCreate: true });
    twin.operations.createProduct({ shop: NORTH });
    const both = await received();
    expect(both.map(({ topic }) => topic).toSorted()).toEqual([
      "products/create",
      "products/update",
    ]);
    expect(new Set(both.map(({ eventId }) => eventId)).size).toBe(1);
    expect(new Set(both.map(({ text }) => text)).size).toBe(1);
  });

  it("moreOrderUpdates: an order is told of again and again, once it was told of", async () => {
    const { orderId } = twin.operations.sell({ shop: NORTH });
    expect(await told("orders/updated")).toHaveLength(1);
    set({ moreOrderUpdates: 7 });
    twin.operations.cancelOrder({ shop: NORTH, orderId });
    expect((await told("orders/updated")).length).toBeGreaterThanOrEqual(8);
  });

  it("newVariants: a new product has so many, each with a SKU of its own", async () => {
    set({ newVariants: 2_048 });
    twin.operations.createProduct({ shop: NORTH, sku: "WIDE" });
    const { body } = first(await told("products/create"));
    const variants = body["variants"] as { sku: string }[];
    expect(new Set(variants.map(({ sku }) => sku)).size).toBe(2_048);
    expect(variants[0]?.sku).toBe("WIDE-1");
  });

  it("leastBytes and mostBytes: bodies grow, and too large ones are told by their id", async () => {
    set({ leastBytes: 1_048_576 });
    const { productId } = twin.operations.editProduct({ shop: NORTH, title: "Merino Tee" });
    const large = first(await received());
    expect(large.bytes).toBeGreaterThanOrEqual(1_048_576);
    expect(large.body["title"]).toBe("Merino Tee");
    twin.operations.sell({ shop: NORTH });
    expect(first(await told("orders/create")).bytes).toBeGreaterThanOrEqual(1_048_576);
    set({ mostBytes: 1_000_000, alsoAsEvents: true });
    twin.operations.editProduct({ shop: NORTH, productId, title: "Tee" });
    const stubs = await received();
    expect(stubs.find(({ isEvent }) => !isEvent)?.text).toBe(`{"id":${productId}}`);
    // An Event says what its query asked for, however large the product is.
    expect(stubs.find(({ isEvent }) => isEvent)?.body).toMatchObject({ topic: "Product" });
    set({ mostBytes: 100 });
    twin.operations.editProduct({ shop: NORTH, productId, title: "Shirt" });
    const event = (await received()).find(({ isEvent }) => isEvent)?.body ?? {};
    expect(event).toMatchObject({ topic: "Product", action: "update", handle: "product-changes" });
    expect(event["payload_url"]).toMatch(/^https:/);
    expect(event["payload_size_bytes"]).toBeGreaterThan(100);
    expect(event).not.toHaveProperty("data");
  });

  it("oldVersion: what later versions took away is there, what they added is not", async () => {
    const tell = async () => {
      twin.operations.updateCustomer({ shop: NORTH, note: `at ${String(Math.random())}` });
      twin.operations.sell({ shop: NORTH });
      const all = await received();
      const customer = all.find(({ topic }) => topic === "customers/update");
      const order = all.find(({ topic }) => topic === "orders/create")?.body ?? {};
      const [line = {}] = order["line_items"] as Record<string, unknown>[];
      return {
        version: customer?.version,
        tags: customer?.body["tags"],
        spent: typeof customer?.body["total_spent"],
        checkout: "checkout_id" in order,
        plan: "selling_plan_id" in line,
      };
    };
    expect(await tell()).toEqual({
      version: "2026-10",
      tags: undefined,
      spent: "undefined",
      checkout: false,
      plan: true,
    });
    set({ oldVersion: true });
    expect(await tell()).toEqual({
      version: "2024-10",
      tags: "",
      spent: "string",
      checkout: true,
      plan: false,
    });
  });

  it("idsAsText and emailAlone: privacy law's topics name people in other ways", async () => {
    const { customerId: id, email } = first(
      twin.operations.listCustomers({ shop: NORTH, limit: 1 }),
    );
    const tell = async () => {
      twin.operations.redact({ shop: NORTH, customerId: id });
      return first(await received()).body;
    };
    expect((await tell())["customer"]).toMatchObject({ id: Number(id), email });
    set({ idsAsText: true });
    const quoted = await tell();
    expect(quoted["shop_id"]).toMatch(/^\d+$/);
    expect(quoted["customer"]).toMatchObject({ id, email });
    set({ idsAsText: false, emailAlone: true });
    expect((await tell())["customer"]).toEqual({ email });
  });

  it("bulkEdit: every product is told of by itself", async () => {
    expect(twin.operations.bulkEdit({ shop: NORTH })).toEqual({ products: 10 });
    const all = await received();
    expect(all.map(({ topic }) => topic)).toEqual(Array(10).fill("products/update"));
    expect(new Set(all.map(({ eventId }) => eventId)).size).toBe(10);
  });

  it.each([
    ["JPY", "10", "10.0"],
    ["KWD", "10.000", "10.0"],
    ["USD", "10.00", "10.0"],
  ] as const)("currency %s: money has its places", async (currency, text, decimal) => {
    const client = await installedClient(twin);
    const { productId, variantId } = twin.operations.createProduct({ shop: NORTH, price: "10.00" });
    twin.operations.currency({ shop: NORTH, currency });
    app.received.splice(0);
    twin.operations.editProduct({ shop: NORTH, productId, title: "Priced" });
    const [variant] = first(await told("products/update")).body["variants"] as { price: string }[];
    expect(variant?.price).toBe(text);
    const answer = await client(
      `query($p: ID!, $v: ID!) { productVariant(id: $v) { price }
        product(id: $p) { priceRangeV2 { minVariantPrice { amount currencyCode } } } }`,
      { p: `gid://shopify/Product/${productId}`, v: `gid://shopify/ProductVariant/${variantId}` },
    );
    expect(at(answer, "productVariant", "price")).toBe(text);
    expect(at(answer, "product", "priceRangeV2", "minVariantPrice")).toEqual({
      amount: decimal,
      currencyCode: currency,
    });
  });
});
