import fc from "fast-check";
import { v7 as uuidv7 } from "uuid";
import { describe, expect, it } from "vitest";
import { envelopeOf } from "#app/intake/envelope.ts";
import { traceparentOf } from "#app/intake/trace-context.ts";

const receivedAtMs = Date.parse("2026-11-23T15:00:05Z");
const triggeredAt = "2026-11-23T15:00:00.123456789Z";
const eventId = "019ab0f5-8c3f-7c11-9f7e-3d5a1b2c4d6e";

type Headers = Parameters<typeof envelopeOf>[0];

const headersOf = (changes: Partial<Headers> = {}): Headers => ({
  transport: "webhooks",
  signature: undefined,
  topic: "products/update",
  shop: "example.myshopify.com",
  webhookId: "webhook-1",
  eventId: "event-1",
  triggeredAt,
  apiVersion: undefined,
  subscription: undefined,
  ...changes,
});

function read(body: string | Uint8Array, changes: Partial<Headers> = {}) {
  return envelopeOf(headersOf(changes), Buffer.from(body), receivedAtMs, eventId);
}

const topics = ["products/update", "orders/delete", "inventory_levels/update", "shop/update"];

describe("an envelope", () => {
  it("is read from any bytes under any topic without an error", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json({ maxDepth: 8 }).map((text) => Buffer.from(text)),
      fc
        .dictionary(
          fc.constantFrom("id", "updated_at", "admin_graphql_api_id", "data", "query_variables"),
          fc.jsonValue({ maxDepth: 3 }),
        )
        .map((value) => Buffer.from(JSON.stringify(value))),
    );
    const topic = fc.oneof(
      fc.constantFrom(...topics),
      fc.string(),
      fc.constantFrom("__proto__", "constructor"),
    );
    fc.assert(
      fc.property(bytes, topic, (body, name) => {
        const { status, reason, resource, domain } = read(body, { topic: name });
        expect(["received", "ignored", "dead"]).toContain(status);
        // Whatever is not going to be processed says why.
        expect(reason === null).toBe(status === "received");
        if (status === "received" && domain !== null)
          expect(resource?.id).toMatch(/^gid:\/\/shopify\/\w+\/\S+$/);
      }),
      { numRuns: 1_000 },
    );
  });

  it("of a topic that only connected systems send is ignored, and says why", () => {
    const { status, reason, resource } = read('{"id":1}', { topic: "changes/inventory" });
    expect(status).toBe("ignored");
    expect(reason).toContain("Only connected systems");
    expect(resource).toBeNull();
  });

  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", ""])(
    "of the topic %j is no rule's",
    (topic) => {
      expect(read('{"id":1}', { topic })).toMatchObject({
        status: "ignored",
        reason: "No rule of Converge handles this topic.",
      });
    },
  );

  it.each([
    ["a hundred levels", 100, "dead"],
    ["a hundred thousand levels", 100_000, "dead"],
    ["ninety levels", 90, "received"],
  ])("nested %s deep is decided on, not walked for ever", (_case, depth, status) => {
    const body = `{"id":1,"deep":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const envelope = read(body);
    expect(envelope.status).toBe(status);
    if (status === "dead") expect(envelope.reason).toBe("The body is nested too deeply to read.");
  });

  it("nested a hundred thousand objects deep is dead too", () => {
    const body = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expect(read(body)).toMatchObject({ status: "dead" });
  });
});

describe("the resource", () => {
  it.each([
    [
      "the gid, before any number",
      '{"id":1,"admin_graphql_api_id":"gid://shopify/Product/2"}',
      "2",
    ],
    ["a small id", '{"id":632910392}', "632910392"],
    ["the largest safe id", '{"id":9007199254740991}', "9007199254740991"],
    ["an id one past it", '{"id":9007199254740993}', "9007199254740993"],
    ["the largest 64-bit id", '{"id":18446744073709551615}', "18446744073709551615"],
    [
      "the id, not one of its parts' ids",
      '{"variants":[{"id":9007199254740995}],"id":9007199254740993}',
      "9007199254740993",
    ],
    ["an Event's data", '{"data":{"product":{"id":"gid://shopify/Product/7"}}}', "7"],
    [
      "an Event's query variables",
      '{"query_variables":{"productId":"gid://shopify/Product/8"}}',
      "8",
    ],
  ])("is taken from %s", (_case, body, id) => {
    expect(read(body).resource?.id).toBe(`gid://shopify/Product/${id}`);
  });

  it("of a large body is what parsing all of it would say", () => {
    const own =
      '"admin_graphql_api_id":"gid://shopify/Product/2","updated_at":"2026-11-23T10:00:00Z"';
    const long = `"note":"${"x".repeat(5_000)}"`;
    const later =
      '"data":{"product":{"id":"gid://shopify/Product/7","updatedAt":"2026-11-23T12:00:00Z"}}';
    const at = (time: string) => ({ version: `2026-11-23T${time}:00Z` });
    expect(read(`{${own},${long}}`).resource).toMatchObject(at("10:00"));
    // In an Event the time is its data's, wherever that stands.
    const event = read(`{${own},${long},${later}}`, { transport: "events" });
    expect(event.resource).toMatchObject(at("12:00"));
  });

  it.each([
    ["zero", '{"id":0}'],
    ["negative", '{"id":-5}'],
    ["broken", '{"id":1.5}'],
    ["text", '{"id":"7"}'],
    ["one past 64 bits", '{"id":18446744073709551616}'],
    ["without end", `{"id":${"9".repeat(4_000)}}`],
    ["beyond every number", '{"id":1e999}'],
    ["another kind's gid", '{"admin_graphql_api_id":"gid://shopify/Order/1"}'],
    ["a gid with spaces in it", '{"admin_graphql_api_id":"gid://shopify/Product/1 2"}'],
    ["a gid that ends a line", '{"admin_graphql_api_id":"gid://shopify/Product/1\\n"}'],
    ["a gid without end", `{"admin_graphql_api_id":"gid://shopify/Product/${"1".repeat(4_000)}"}`],
  ])("whose id is %s is not guessed: the event is dead and says so", (_case, body) => {
    expect(read(body)).toMatchObject({
      status: "dead",
      reason: "The body does not say which Product it is about (admin_graphql_api_id is missing).",
      resource: null,
    });
  });

  it("of a stock level is its gid only: the number in it is in no other field", () => {
    const topic = "inventory_levels/update";
    expect(read('{"id":7,"inventory_item_id":1,"location_id":2}', { topic }).status).toBe("dead");
    const gid = "gid://shopify/InventoryLevel/9007199254740993?inventory_item_id=9007199254740995";
    const body = `{"admin_graphql_api_id":"${gid}"}`;
    expect(read(body, { topic }).resource?.id).toBe(gid);
  });
});

describe("the version", () => {
  const versionOf = (updatedAt: unknown, changes: Parameters<typeof headersOf>[0] = {}) =>
    read(JSON.stringify({ id: 1, updated_at: updatedAt }), changes);

  it.each([
    "2026-11-23T10:00:00-05:00",
    "2026-11-23T15:00:00Z",
    "2026-11-23T15:00:00.123456789Z",
    "2024-02-29T00:00:00Z",
    "1970-01-01T00:00:00Z",
  ])("is updated_at as it was written: %s", (text) => {
    expect(versionOf(text).resource).toMatchObject({
      version: text,
      versionAtMs: Date.parse(text),
    });
  });

  it.each([
    ["no time", "yesterday"],
    ["a time without an offset", "2026-11-23T10:00:00"],
    ["a day that does not exist", "2026-02-31T10:00:00Z"],
    ["a 29 February out of turn", "2026-02-29T10:00:00Z"],
    ["a month that does not exist", "2026-13-01T10:00:00Z"],
    ["before all time", "0000-01-01T00:00:00Z"],
    ["after all time", "9999-12-31T23:59:59Z"],
    ["an offset of a day", "2026-11-23T10:00:00+24:00"],
    ["ten decimals", "2026-11-23T10:00:00.1234567890Z"],
    ["a number", 1_795_000_000],
    ["a list", ["2026-11-23T15:00:00Z"]],
  ])("cannot be %s: the event is dead and says so", (_case, updatedAt) => {
    expect(versionOf(updatedAt)).toMatchObject({
      status: "dead",
      reason: "updated_at is not a point in time (RFC 3339).",
    });
  });

  it("is when it was triggered, when the body does not say", () => {
    expect(versionOf(null).resource?.version).toBe(triggeredAt);
    expect(versionOf(undefined).resource?.version).toBe(triggeredAt);
  });

  it("of a deletion is when it was triggered, whatever the body says", () => {
    const { resource } = versionOf("2020-01-01T00:00:00Z", { topic: "products/delete" });
    expect(resource?.version).toBe(triggeredAt);
  });

  it("is when it arrived, when nobody says anything of use", () => {
    const envelope = versionOf(null, { triggeredAt: "soon" });
    expect(envelope.triggeredAt).toBeNull();
    expect(envelope.resource).toMatchObject({ versionAtMs: receivedAtMs });
  });

  it("of an Event is the resource's own updatedAt", () => {
    const updatedAt = "2026-11-23T15:00:01Z";
    const product = { id: "gid://shopify/Product/7", updatedAt };
    const body = JSON.stringify({ topic: "Product", action: "update", data: { product } });
    const envelope = read(body, { transport: "events", topic: "Product/update" });
    expect(envelope).toMatchObject({ type: "product.updated", resource: { version: updatedAt } });
  });
});

describe("the correlation id", () => {
  it("is Shopify's event id, so that what one action caused stays together", () => {
    expect(read('{"id":1}').correlationId).toBe("event-1");
  });

  it.each([undefined, "x".repeat(256)])("is a new one when that cannot be used", (given) => {
    expect(read('{"id":1}', { eventId: given }).correlationId).toBe(`cor_${eventId}`);
  });

  it("leads to one trace per shop and action, with a span per event", () => {
    const trace = (shop: string, id: string = uuidv7()) =>
      traceparentOf(shop, "event-1", id).split("-");
    const [version, traceId, spanId, flags] = trace("a.myshopify.com", eventId);
    expect([version, flags]).toEqual(["00", "01"]);
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(spanId).toBe("9f7e3d5a1b2c4d6e");
    expect(trace("a.myshopify.com")[1]).toBe(traceId);
    expect(trace("a.myshopify.com")[2]).not.toBe(spanId);
    expect(trace("b.myshopify.com")[1]).not.toBe(traceId);
  });
});
