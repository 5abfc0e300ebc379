import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultSettings } from "#test/twin/faults/fault-table.ts";
import type { Twin } from "#test/twin/types.ts";
import { webhookHeaders } from "#test/twin/webhooks/send-webhook.ts";
import {
  API_SECRET,
  at,
  exchangeToken,
  installedClient,
  NORTH,
  startSmallTwin,
  startTestApp,
  type TestApp,
} from "./support.ts";

const TOML = `
name = "Faults"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["orders/create", "products/update", "customers/create"]
  uri = "/webhooks"
  [[webhooks.subscriptions]]
  topics = ["inventory_levels/update"]
  uri = "/stock"
  include_fields = ["available", "admin_graphql_api_id"]
`;

const PREVIOUS_SECRET = "secret-before-the-rotation";

let app: TestApp;
let twin: Twin;

beforeEach(async () => {
  app = await startTestApp();
  twin = await startSmallTwin({
    appUrl: app.url,
    appTomlText: TOML,
    previousApiSecret: PREVIOUS_SECRET,
  });
  await exchangeToken(twin);
});
afterEach(async () => {
  await twin.close();
  await app.close();
});

const set = (faults: Partial<FaultSettings>) => twin.operations.faults(faults);
const customer = () => twin.operations.createCustomer({ shop: NORTH });
const webhookIds = () => app.received.map(({ headers }) => headers["x-shopify-webhook-id"]);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const stock = (available: number) => {
  const [row] = twin.operations.listStock({ shop: NORTH, limit: 1 });
  return twin.operations.setStock({ shop: NORTH, sku: row?.sku ?? "", available });
};

describe("a fault of webhooks", () => {
  it("drop: is never sent, and says so in the ledger", async () => {
    set({ drop: 100 });
    customer();
    await twin.settled();
    expect(app.received).toEqual([]);
    expect(twin.operations.ledger().counters).toMatchObject({ triggered: 1, dropped: 1 });
    set({ drop: 0 });
    customer();
    await twin.settled();
    expect(app.received).toHaveLength(1);
  });

  it("lateCopies: come long after the app said 200, with the same webhook id", async () => {
    set({ lateCopyShare: 100, lateCopies: 3, lateCopyMs: 60 });
    const startedMs = Date.now();
    customer();
    await twin.settled();
    expect(app.received).toHaveLength(4);
    expect(new Set(webhookIds()).size).toBe(1);
    const attempts = twin.operations.ledger().entries[0]?.attempts ?? [];
    const copiesMs = attempts
      .filter(({ copy }) => copy)
      .map(({ at: time }) => Date.parse(time) - startedMs);
    for (const [index, ms] of copiesMs.entries())
      expect(ms).toBeGreaterThanOrEqual((index + 1) * 59);
    expect(copiesMs).toHaveLength(3);
  });

  it("latencyFactor: makes a slow day slower", async () => {
    await twin.close();
    twin = await startSmallTwin({ appUrl: app.url, appTomlText: TOML, webhookLatencyMs: 1 });
    await exchangeToken(twin);
    set({ latencyFactor: 1_000 });
    const startedMs = performance.now();
    for (let count = 0; count < 5; count += 1) customer();
    await twin.settled();
    expect(performance.now() - startedMs).toBeGreaterThan(300);
  });

  it("hold: nothing comes, and then everything at once", async () => {
    set({ hold: true });
    for (let count = 0; count < 20; count += 1) customer();
    await pause(60);
    expect(app.received).toEqual([]);
    expect(twin.operations.ledger().counters.pending).toBe(20);
    set({ hold: false });
    await twin.settled();
    expect(app.received).toHaveLength(20);
  });

  it("dropRetries: what failed once is gone", async () => {
    set({ dropRetries: 100 });
    app.answerWith(500);
    customer();
    await twin.settled();
    expect(app.received).toHaveLength(1);
    expect(twin.operations.ledger().counters).toMatchObject({ dropped: 1, abandoned: 0 });
  });

  it("newIdOnRetry: the webhook id changes, the event id does not", async () => {
    set({ newIdOnRetry: true });
    app.answerWith(500);
    customer();
    await twin.settled();
    expect(app.received).toHaveLength(9);
    expect(new Set(webhookIds()).size).toBe(9);
    expect(new Set(app.received.map(({ headers }) => headers["x-shopify-event-id"])).size).toBe(1);
  });

  it("lateBoundMs: two stock changes arrive as two equal values", async () => {
    set({ lateBoundMs: 80 });
    stock(10);
    stock(0);
    await twin.settled();
    const values = app.received.map(
      ({ body }) => (JSON.parse(body) as { available: number }).available,
    );
    expect(values).toEqual([0, 0]);
    expect(new Set(webhookIds()).size).toBe(2);
  });

  it("coalesceMs: equal trimmed bodies are sent once", async () => {
    set({ coalesceMs: 60_000, lateBoundMs: 50 });
    stock(10);
    stock(0);
    await twin.settled();
    expect(app.received).toHaveLength(1);
    expect(twin.operations.ledger().counters).toMatchObject({ coalesced: 1 });
    customer();
    customer();
    await twin.settled();
    expect(app.received).toHaveLength(3);
  });

  it("foreignSignature: is signed with the secret before the rotation", async () => {
    set({ foreignSignature: 100 });
    customer();
    await twin.settled();
    const { headers = {}, body = "" } = app.received[0] ?? {};
    const signed = (secret: string) => createHmac("sha256", secret).update(body).digest("base64");
    expect(headers["x-shopify-hmac-sha256"]).toBe(signed(PREVIOUS_SECRET));
    expect(headers["x-shopify-hmac-sha256"]).not.toBe(signed(API_SECRET));
  });

  it("alsoAsEvents: tells the same once more, with the headers and the body of an Event", async () => {
    set({ alsoAsEvents: true });
    const { productId } = twin.operations.editProduct({ shop: NORTH, title: "Merino Tee" });
    await twin.settled();
    expect(app.received).toHaveLength(2);
    const isEvent = ({ headers }: { headers: Record<string, string> }) =>
      "shopify-topic" in headers;
    const { headers = {}, body = "" } = app.received.find(isEvent) ?? {};
    const classic = JSON.parse(app.received.find((each) => !isEvent(each))?.body ?? "") as Record<
      string,
      unknown
    >;
    expect(headers).toMatchObject({
      "shopify-topic": "Product",
      "shopify-action": "update",
      "shopify-handle": "product-changes",
      "shopify-api-version": "2026-10",
      "shopify-shop-domain": NORTH,
      "shopify-hmac-sha256": createHmac("sha256", API_SECRET).update(body).digest("base64"),
    });
    // Since September 2026 Events have neither, and never had the other family's names.
    expect(
      Object.keys(headers).filter((name) => /^x-shopify|event-id|resource-id/.test(name)),
    ).toEqual([]);
    const gid = `gid://shopify/Product/${productId}`;
    const told = JSON.parse(body) as { data: { product: { updatedAt: string } } };
    expect(told).toMatchObject({
      topic: "Product",
      action: "update",
      handle: "product-changes",
      data: {
        product: { id: gid, title: "Merino Tee", status: "ACTIVE", tags: expect.any(Array) as [] },
      },
      fields_changed: { added: [], updated: [`product[id: '${gid}']`], removed: [] },
      query_variables: { productId: gid },
    });
    expect(Date.parse(told.data.product.updatedAt)).toBe(Date.parse(String(classic["updated_at"])));
    expect(new Set(twin.operations.ledger().entries.map(({ topic }) => topic))).toEqual(
      new Set(["products/update", "Product/update"]),
    );
    set({ alsoAsEvents: false });
    twin.operations.editProduct({ shop: NORTH, title: "Tee" });
    await twin.settled();
    expect(app.received).toHaveLength(3);
  });

  it("bothHeaderFamilies: carries shopify-* beside X-Shopify-*", async () => {
    set({ bothHeaderFamilies: true });
    customer();
    await twin.settled();
    const { headers = {} } = app.received[0] ?? {};
    expect(headers["shopify-topic"]).toBe("customers/create");
    expect(headers["shopify-webhook-id"]).toBe(headers["x-shopify-webhook-id"]);
    expect(headers["shopify-event-id"]).toBeUndefined();
  });

  it("productNoise: a stock change also updates its product, once", async () => {
    set({ productNoise: true });
    const { eventId } = stock(7);
    await twin.settled();
    const arrivals = app.received.map(({ headers }) => [
      headers["x-shopify-topic"],
      headers["x-shopify-event-id"],
    ]);
    expect(arrivals.toSorted()).toEqual([
      ["inventory_levels/update", eventId],
      ["products/update", eventId],
    ]);
  });

  it("deleteSubscriptions: takes those made through the API, not those of the file", async () => {
    const client = await installedClient(twin);
    await client(`mutation { webhookSubscriptionCreate(topic: CUSTOMERS_CREATE,
      webhookSubscription: { uri: "${app.url}/api-made" }) { userErrors { message } } }`);
    customer();
    await twin.settled();
    // One delivery per subscription: other webhook ids, the same event id.
    expect(new Set(webhookIds()).size).toBe(2);
    expect(new Set(app.received.map(({ headers }) => headers["x-shopify-event-id"])).size).toBe(1);
    expect(twin.operations.deleteSubscriptions({ shop: NORTH })).toEqual({
      deleted: ["customers/create"],
    });
    expect(
      at(await client("{ webhookSubscriptionsCount { count } }"), "webhookSubscriptionsCount"),
    ).toEqual({ count: 0 });
    customer();
    await twin.settled();
    expect(app.received.map(({ path }) => path).toSorted()).toEqual([
      "/api-made",
      "/webhooks",
      "/webhooks",
    ]);
  });
});

it("headers of one delivery stay the same, whatever is not asked for", () => {
  const headers = webhookHeaders(
    {
      webhookId: "w",
      eventId: "e",
      shop: NORTH,
      topic: "orders/create",
      url: "http://127.0.0.1:9",
      apiVersion: "2026-10",
      triggeredAt: "2026-11-23T10:00:00.000000001Z",
      name: null,
      body: "{}",
    },
    API_SECRET,
  );
  expect(Object.keys(headers).filter((name) => name.startsWith("shopify-"))).toEqual([]);
});
