import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  API_SECRET,
  at,
  exchangeToken,
  installedClient,
  NORTH,
  SOUTH,
  startSmallTwin,
  startTestApp,
  type TestApp,
} from "./support.ts";

const TOML = `
name = "Conformance"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["orders/create", "orders/updated", "products/update", "products/delete", "app/uninstalled", "customers/update", "refunds/create", "fulfillments/create", "app/scopes_update", "orders/cancelled", "locations/update", "shop/update"]
  uri = "/webhooks"
  [[webhooks.subscriptions]]
  topics = ["inventory_levels/update"]
  uri = "/webhooks"
  name = "stock"
  include_fields = ["inventory_item_id", "location_id", "available", "updated_at", "admin_graphql_api_id"]
  [[webhooks.subscriptions]]
  topics = ["inventory_levels/update"]
  uri = "/low"
  filter = "available:<5"
  [[webhooks.subscriptions]]
  compliance_topics = ["customers/data_request", "customers/redact", "shop/redact"]
  uri = "/compliance"
`;

let app: TestApp;
let twin: Twin;

async function restart(options: Parameters<typeof startSmallTwin>[0] = {}): Promise<void> {
  await twin?.close();
  twin = await startSmallTwin({ appUrl: app.url, appTomlText: TOML, ...options });
  for (const shop of [NORTH, SOUTH]) await exchangeToken(twin, {}, shop);
}

beforeEach(async () => {
  app = await startTestApp();
  await restart();
});
afterEach(async () => {
  await twin.close();
  await app.close();
});

const topics = () => app.received.map(({ headers }) => headers["x-shopify-topic"]);
const bodyOf = (topic: string) =>
  json(app.received.findLast(({ headers }) => headers["x-shopify-topic"] === topic)?.body);
const json = (body: string | undefined) => JSON.parse(body ?? "null") as Record<string, unknown>;
const sku = () => twin.operations.listStock({ shop: NORTH, limit: 1 })[0]?.sku ?? "";

describe("what is sent", () => {
  it("signs the bytes it sends and carries Shopify's headers", async () => {
    const { eventId } = twin.operations.sell({ shop: NORTH, quantity: 1 });
    await twin.settled();
    const order = app.received.find(
      ({ headers }) => headers["x-shopify-topic"] === "orders/create",
    );
    const { headers = {}, body = "", path } = order ?? {};
    expect(path).toBe("/webhooks");
    expect(headers).toMatchObject({
      "content-type": "application/json",
      "x-shopify-shop-domain": NORTH,
      "x-shopify-api-version": "2026-10",
      "x-shopify-event-id": eventId,
      "x-shopify-webhook-id": expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      "x-shopify-triggered-at": expect.stringMatching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/,
      ) as string,
      "x-shopify-hmac-sha256": createHmac("sha256", API_SECRET).update(body).digest("base64"),
    });
  });

  it("shares the event id between the topics of one action, never the webhook id", async () => {
    twin.operations.sell({ shop: NORTH, quantity: 1 });
    await twin.settled();
    const ids = (name: string) => new Set(app.received.map(({ headers }) => headers[name]));
    expect(topics()).toEqual(
      expect.arrayContaining(["orders/create", "orders/updated", "inventory_levels/update"]),
    );
    expect(ids("x-shopify-event-id").size).toBe(1);
    expect(ids("x-shopify-webhook-id").size).toBe(app.received.length);
    expect(ids("x-shopify-triggered-at").size).toBeGreaterThan(1);
  });

  it("writes bodies as they are on the wire: bare big integers, escaped slashes, shop time", async () => {
    const { orderId } = twin.operations.sell({ shop: SOUTH, quantity: 1 });
    await twin.settled();
    const body = app.received[0]?.body ?? "";
    expect(BigInt(orderId)).toBeGreaterThan(2n ** 53n);
    expect(body).toContain(`"id":${orderId},`);
    expect(body).toContain(`"admin_graphql_api_id":"gid:\\/\\/shopify\\/Order\\/${orderId}"`);
    expect(body).toMatch(/"updated_at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+1[01]:00"/);
    expect(json(body)["customer"]).toMatchObject({ email: expect.any(String) as string });
  });

  it("cuts bodies to include_fields, names the subscription, and obeys filters", async () => {
    const { inventoryLevelId } = twin.operations.setStock({
      shop: NORTH,
      sku: sku(),
      available: 40,
    });
    await twin.settled();
    expect(app.received.map(({ path }) => path)).toEqual(["/webhooks"]);
    expect(app.received[0]?.headers["x-shopify-name"]).toBe("stock");
    expect(Object.keys(json(app.received[0]?.body)).sort()).toEqual([
      "admin_graphql_api_id",
      "available",
      "inventory_item_id",
      "location_id",
      "updated_at",
    ]);
    expect(json(app.received[0]?.body)).toMatchObject({
      admin_graphql_api_id: inventoryLevelId,
      available: 40,
    });
    twin.operations.setStock({ shop: NORTH, sku: sku(), available: 4 });
    await twin.settled();
    expect(app.received.map(({ path }) => path).sort()).toEqual(["/low", "/webhooks", "/webhooks"]);
  });

  it("takes stock numbers when the body is built, not when they change", async () => {
    await restart({ assembleDelayMs: 50 });
    const target = sku();
    twin.operations.setStock({ shop: NORTH, sku: target, available: 31 });
    twin.operations.setStock({ shop: NORTH, sku: target, available: 32 });
    await twin.settled();
    expect(app.received.map(({ body }) => json(body)["available"])).toEqual([32, 32]);
  });

  it("tells about products, customers, shipping, refunds and deletions", async () => {
    const { orderId } = twin.operations.sell({ shop: NORTH, quantity: 1 });
    twin.operations.fulfill({ shop: NORTH, orderId });
    twin.operations.refund({ shop: NORTH, orderId });
    twin.operations.updateCustomer({ shop: NORTH, firstName: "New" });
    const { productId } = twin.operations.editProduct({ shop: NORTH, price: "12.5" });
    await twin.settled();
    const bodies = new Map(
      app.received.map(({ headers, body }) => [headers["x-shopify-topic"], json(body)]),
    );
    expect(bodies.get("fulfillments/create")).toMatchObject({ status: "success" });
    expect(bodies.get("refunds/create")).toMatchObject({ restock: true });
    expect(bodies.get("orders/updated")).toMatchObject({
      financial_status: "refunded",
      fulfillment_status: "fulfilled",
    });
    expect(bodies.get("customers/update")).toMatchObject({ first_name: "New" });
    expect(JSON.stringify(bodies.get("products/update"))).toContain('"price":"12.50"');
    twin.operations.renameShop({ shop: NORTH, name: "New Name" });
    twin.operations.renameLocation({ shop: NORTH, name: "New Place" });
    const second = twin.operations.sell({ shop: NORTH, quantity: 1 });
    twin.operations.cancelOrder({ shop: NORTH, orderId: second.orderId });
    await twin.settled();
    expect(bodyOf("shop/update")).toMatchObject({ name: "New Name", myshopify_domain: NORTH });
    expect(bodyOf("locations/update")).toMatchObject({ name: "New Place", active: true });
    expect(bodyOf("orders/cancelled")).toMatchObject({
      name: second.name,
      cancel_reason: "customer",
      financial_status: "refunded",
    });
    app.received.length = 0;
    twin.operations.deleteProduct({ shop: NORTH, productId });
    await twin.settled();
    expect(app.received.map(({ body }) => body)).toEqual([`{"id":${productId}}`]);
  });
});

describe("who gets it", () => {
  it("sends nothing where the app is not installed, but compliance topics always", async () => {
    twin.operations.uninstall({ shop: NORTH });
    await twin.settled();
    expect(topics()).toEqual(["app/uninstalled"]);
    twin.operations.sell({ shop: NORTH, quantity: 1 });
    const [customer] = twin.operations.listCustomers({ shop: NORTH });
    twin.operations.redact({ shop: NORTH });
    twin.operations.redact({ shop: NORTH, customerId: customer?.customerId ?? "" });
    twin.operations.dataRequest({ shop: NORTH, customerId: customer?.customerId ?? "" });
    await twin.settled();
    expect(topics().slice(1)).toEqual([
      "shop/redact",
      "customers/redact",
      "customers/data_request",
    ]);
    expect(new Set(app.received.slice(1).map(({ path }) => path))).toEqual(
      new Set(["/compliance"]),
    );
    expect(json(app.received[2]?.body)).toMatchObject({
      shop_domain: NORTH,
      customer: { email: customer?.email },
      orders_to_redact: expect.any(Array) as unknown[],
    });
  });

  it("tells the app which scopes it has", async () => {
    twin.operations.setScopes({ shop: NORTH, scopes: ["read_products"] });
    await twin.settled();
    expect(json(app.received[0]?.body)).toMatchObject({ current: ["read_products"] });
  });
});

describe("retries", () => {
  it("repeats the same delivery until it is accepted", async () => {
    app.answerWith(500);
    twin.operations.updateCustomer({ shop: NORTH, note: "x" });
    while (app.received.length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    app.answerWith(204);
    await twin.settled();
    const [first, ...others] = app.received;
    for (const other of others) expect(other).toEqual(first);
    const { counters, entries } = twin.operations.ledger();
    expect(counters).toMatchObject({ triggered: 1, delivered: 1, abandoned: 0, pending: 0 });
    expect(entries[0]).toMatchObject({ outcome: "delivered", topic: "customers/update" });
    expect(entries[0]?.attempts.map(({ status }) => status)).toEqual([
      ...others.map(() => 500),
      204,
    ]);
  });

  it("counts a redirect, a refused connection and silence as failures, and gives up after eight retries", async () => {
    app.answerWith(302);
    twin.operations.updateCustomer({ shop: NORTH, note: "x" });
    await twin.settled();
    expect(app.received).toHaveLength(9);
    expect(twin.operations.ledger().entries[0]?.outcome).toBe("abandoned");
    await app.close();
    twin.operations.updateCustomer({ shop: NORTH, note: "y" });
    await twin.settled();
    const [entry] = twin.operations.ledger().entries;
    expect(entry?.outcome).toBe("abandoned");
    expect(entry?.attempts[0]).toMatchObject({ status: null });
    expect(entry?.attempts[0]?.error).toContain("ECONNREFUSED");
    app = await startTestApp();
  });

  it("gives the app a limited time to answer", async () => {
    await restart({ webhookTimeoutMs: 60, retryScheduleMs: [] });
    app.hang();
    twin.operations.updateCustomer({ shop: NORTH, note: "x" });
    await twin.settled();
    const [attempt] = twin.operations.ledger().entries[0]?.attempts ?? [];
    expect(attempt).toMatchObject({ status: null });
    expect(attempt?.durationMs).toBeGreaterThanOrEqual(50);
    expect(attempt?.durationMs).toBeLessThan(1_000);
  });

  it("deletes subscriptions made by the API after eight failures, not those of the file", async () => {
    const client = await installedClient(twin);
    const created = await client(
      `mutation($input: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: CUSTOMERS_UPDATE, webhookSubscription: $input) {
          webhookSubscription { id } userErrors { message }
        }
      }`,
      { input: { uri: `${app.url}/made` } },
    );
    expect(at(created, "webhookSubscriptionCreate", "userErrors")).toEqual([]);
    twin.operations.updateCustomer({ shop: NORTH, note: "x" });
    await twin.settled();
    expect(app.received.map(({ path }) => path).sort()).toEqual(["/made", "/webhooks"]);
    app.answerWith(503);
    twin.operations.updateCustomer({ shop: NORTH, note: "y" });
    await twin.settled();
    const count = await client("{ webhookSubscriptionsCount { count } }");
    expect(at(count, "webhookSubscriptionsCount", "count")).toBe(0);
    app.answerWith(200);
    app.received.length = 0;
    twin.operations.updateCustomer({ shop: NORTH, note: "z" });
    await twin.settled();
    expect(app.received.map(({ path }) => path)).toEqual(["/webhooks"]);
  });
});

describe("faults", () => {
  const changes = (count: number) => {
    for (let index = 0; index < count; index += 1) {
      twin.operations.updateCustomer({ shop: NORTH, note: String(index) });
    }
  };

  it("drops", async () => {
    twin.operations.faults({ drop: 100 });
    changes(5);
    await twin.settled();
    expect(app.received).toEqual([]);
    expect(twin.operations.ledger().counters).toMatchObject({ triggered: 5, dropped: 5 });
  });

  it("duplicates with the same webhook id", async () => {
    twin.operations.faults({ duplicate: 100 });
    changes(5);
    await twin.settled();
    const ids = app.received.map(({ headers }) => headers["x-shopify-webhook-id"]);
    expect(ids).toHaveLength(10);
    expect(new Set(ids).size).toBe(5);
  });

  it("delays a share and reorders", async () => {
    twin.operations.faults({ delayMs: 150, delayShare: 50 });
    changes(40);
    await twin.settled();
    const { counters } = twin.operations.ledger();
    expect(counters.delayed).toBeGreaterThan(5);
    expect(counters.delayed).toBeLessThan(35);
    const notes = app.received.map(({ body }) => Number(json(body)["note"]));
    expect(notes).toHaveLength(40);
    expect(notes).not.toEqual(notes.toSorted((a, b) => a - b));
    twin.operations.faults({ delayShare: 0, reorder: 50 });
    changes(10);
    await twin.settled();
    expect(twin.operations.ledger().counters.reordered).toBeGreaterThan(0);
  });
});

it("keeps up with several hundred webhooks a second", async () => {
  const startedMs = performance.now();
  for (let index = 0; index < 500; index += 1) {
    twin.operations.setStock({ shop: NORTH, available: 100 + index });
  }
  await twin.settled();
  expect(app.received).toHaveLength(500);
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});
