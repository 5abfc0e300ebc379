import { describe, expect, it } from "vitest";
import { keptHeaders, longestValue, readWebhookHeaders } from "#app/intake/webhook-headers.ts";
import { type HeaderSet, headerSets } from "./shared-samples.ts";

const classic = {
  "x-shopify-topic": "orders/updated",
  "x-shopify-hmac-sha256": "c2ln",
  "x-shopify-shop-domain": "Example.MyShopify.com",
  "x-shopify-webhook-id": "webhook-1",
  "x-shopify-event-id": "event-1",
  "x-shopify-triggered-at": "2026-11-23T15:00:00.123456789Z",
  "x-shopify-api-version": "2026-10",
  "x-shopify-name": "orders-of-ours",
};

const event = {
  "shopify-topic": "Product",
  "shopify-action": "update",
  "shopify-hmac-sha256": "ZXZlbnQ=",
  "shopify-shop-domain": "example.myshopify.com",
  "shopify-webhook-id": "webhook-2",
  "shopify-handle": "product-updates",
};

describe("the headers of a delivery", () => {
  it("of the classic family are read under their names", () => {
    expect(readWebhookHeaders(classic)).toEqual({
      transport: "webhooks",
      signature: "c2ln",
      topic: "orders/updated",
      shop: "example.myshopify.com",
      webhookId: "webhook-1",
      eventId: "event-1",
      triggeredAt: "2026-11-23T15:00:00.123456789Z",
      apiVersion: "2026-10",
      subscription: "orders-of-ours",
    });
  });

  it("of the Events family name their topic by resource and action", () => {
    expect(readWebhookHeaders(event)).toMatchObject({
      transport: "events",
      signature: "ZXZlbnQ=",
      topic: "Product/update",
      webhookId: "webhook-2",
      subscription: "product-updates",
      eventId: undefined,
    });
  });

  it("of both families at once are those of an Event, none taken from the other", () => {
    const both = readWebhookHeaders({ ...classic, ...event });
    expect(both).toMatchObject({ transport: "events", shop: "example.myshopify.com" });
    expect(both).toMatchObject({ topic: "Product/update", eventId: undefined });
  });

  it("are trimmed, and nothing but spaces is nothing", () => {
    const read = readWebhookHeaders({ "x-shopify-topic": " a/b ", "x-shopify-webhook-id": "  " });
    expect(read).toMatchObject({ topic: "a/b", webhookId: undefined });
  });

  it("sent twice count once, the first time", () => {
    expect(readWebhookHeaders({ "x-shopify-topic": ["a/b", "c/d"] }).topic).toBe("a/b");
  });

  it("that are not there are read as absent", () => {
    const { transport, ...rest } = readWebhookHeaders({});
    expect(transport).toBe("webhooks");
    expect(new Set(Object.values(rest))).toEqual(new Set([undefined]));
  });
});

describe("the headers kept with a body", () => {
  it("are Shopify's, without the signature, none without end", () => {
    const kept = keptHeaders({
      ...classic,
      ...event,
      "x-shopify-test": "x".repeat(8_000),
      "x-shopify-order-id": ["1", "2"],
      authorization: "Bearer secret",
      cookie: "session=1",
    });
    expect(kept["x-shopify-topic"]).toBe("orders/updated");
    expect(kept["shopify-action"]).toBe("update");
    expect(kept["x-shopify-order-id"]).toBe("1, 2");
    expect(kept["x-shopify-test"]).toHaveLength(longestValue);
    expect(Object.keys(kept).filter((name) => !/^(x-)?shopify-/.test(name))).toEqual([]);
    expect(Object.keys(kept).filter((name) => name.includes("hmac"))).toEqual([]);
  });
});

const sets = headerSets();

describe.skipIf(sets.length === 0)("a header set seen or documented", () => {
  it.each(
    sets.map((set): [string, HeaderSet] => [
      `${set.kind}, ${set.headers["X-Shopify-Topic"] ?? "Event"}`,
      set,
    ]),
  )("is read whole: %s", (_name, { headers }) => {
    // Node gives header names in lower case, however they were spelled on the way.
    const arrived = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    const isEvent = "shopify-topic" in arrived;
    const prefix = isEvent ? "shopify-" : "x-shopify-";
    const topic = arrived[`${prefix}topic`] ?? "";
    expect(readWebhookHeaders(arrived)).toEqual({
      transport: isEvent ? "events" : "webhooks",
      signature: arrived[`${prefix}hmac-sha256`],
      topic: isEvent ? `${topic}/${arrived["shopify-action"] ?? ""}` : topic,
      shop: arrived[`${prefix}shop-domain`],
      webhookId: arrived[`${prefix}webhook-id`],
      eventId: arrived[`${prefix}event-id`],
      triggeredAt: arrived[`${prefix}triggered-at`],
      apiVersion: arrived[`${prefix}api-version`],
      subscription: arrived[isEvent ? "shopify-handle" : "x-shopify-name"],
    });
  });
});
