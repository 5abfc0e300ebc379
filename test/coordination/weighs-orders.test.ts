import { describe, expect, it } from "vitest";
import { isSettled, orderFacts, weighOrder } from "#app/coordination/weigh-order.ts";
import type { OrderCondition } from "#app/coordination/types.ts";

const since = new Date("2026-11-26T10:00:00Z");
const body = {
  created_at: "2026-11-26T11:00:00+01:00",
  total_price: "1000.00",
  currency: "EUR",
  line_items: [{ sku: "RING-1" }, { sku: null }, { title: "Gift" }],
  tags: "VIP, wholesale",
  cancelled_at: null,
  fulfillment_status: null,
};
const weigh = (when: OrderCondition, more: object = {}) =>
  weighOrder({ when, since }, orderFacts({ ...body, ...more }));

const total = (atLeast: string, currency = "EUR"): OrderCondition => ({
  kind: "total",
  atLeast,
  currency,
});
const sku = (...skus: string[]): OrderCondition => ({ kind: "sku", skus });
const tag = (...tags: string[]): OrderCondition => ({ kind: "tag", tags });

describe("a rule is about an order", () => {
  it.each<[string, OrderCondition, boolean]>([
    ["of just so much", total("1000"), true],
    ["of a hundredth less: no", total("1000.01"), false],
    ["of more, though the text of it sorts before", total("999.99"), true],
    ["of as much in another currency: no", total("1000", "USD"), false],
    ["with one of its articles", sku("NONE", "RING-1"), true],
    ["with an article that is spelled otherwise: no", sku("ring-1"), false],
    ["with one of its tags, whatever its case", tag("vip"), true],
    ["with a tag that only begins alike: no", tag("whole"), false],
  ])("%s", (_, when, expected) => {
    expect(weigh(when)).toBe(expected);
  });

  it("placed in the second in which it was saved, and not before", () => {
    const at = (createdAt: string) =>
      weighOrder(
        { when: tag("vip"), since: new Date("2026-11-26T10:00:00.400Z") },
        orderFacts({ ...body, created_at: createdAt }),
      );
    expect([at("2026-11-26T10:00:00Z"), at("2026-11-26T09:59:59Z")]).toEqual([true, false]);
  });

  it("or that has to be read, where what was told does not say", () => {
    expect(weigh(total("1"), { total_price: undefined })).toBeNull();
    expect(weigh(sku("RING-1"), { line_items: undefined })).toBeNull();
    expect(weigh(tag("VIP"), { tags: undefined })).toBeNull();
    expect(weigh(tag("VIP"), { created_at: undefined })).toBeNull();
    // What is told is enough to say no.
    expect(weigh(tag("none"), { created_at: undefined })).toBe(false);
    expect(weigh(tag("VIP"), { tags: ["VIP"] })).toBe(true);
  });
});

it("nothing of an order waits to be shipped once it is cancelled or shipped", () => {
  expect(isSettled(body)).toBeNull();
  expect(isSettled({ ...body, cancelled_at: "2026-11-26T11:00:00Z" })).toBe("cancelled");
  expect(isSettled({ ...body, fulfillment_status: "fulfilled" })).toBe("shipped");
  expect(isSettled({ ...body, fulfillment_status: "partial" })).toBeNull();
});
