import { parse } from "graphql";
import { expect, test } from "vitest";
import {
  SetInventoryDocument,
  ShopDetailsDocument,
  UpdateOrderDocument,
} from "#app/shopify/index.server.ts";
import { isRepeatable } from "#app/shopify/is-repeatable.ts";
import { retryAfterMs, throttledWaitMs, transientPauseMs } from "#app/shopify/wait-times.ts";

const cost = (requested: number, available: number, restoreRate = 100) => ({
  requestedQueryCost: requested,
  throttleStatus: { maximumAvailable: 2000, currentlyAvailable: available, restoreRate },
});

test.each([
  ["752 points wanted, 2 there, 100 a second: 7.5 s", cost(752, 2), 7500],
  ["1 point missing of 3 a second: rounded up, but at least a second", cost(11, 10, 3), 1000],
  ["4 points missing of 3 a second", cost(14, 10, 3), 1334],
  ["a bucket that owes points", cost(100, -100), 2000],
  ["enough points already: at least a second", cost(10, 2000), 1000],
  ["a rate of nothing cannot be divided by", cost(100, 0, 0), 1000],
  ["no cost in the answer", undefined, 1000],
])("THROTTLED: %s", (_name, given, expectedMs) => {
  expect(throttledWaitMs(given)).toBe(expectedMs);
});

test.each([
  ["2", 2000],
  ["2.0", 2000],
  ["0.25", 250],
  ["0", 0],
])("Retry-After: %s means seconds", (header, expectedMs) => {
  expect(retryAfterMs(header, 0, 0)).toBe(expectedMs);
});

test("Retry-After: 0 again and again does not become a loop", () => {
  expect([0, 1, 2].map((refusals) => retryAfterMs("0", refusals, 0))).toEqual([0, 1000, 1000]);
});

test("Retry-After as a date is the time until then, and nothing once it is over", () => {
  const nowMs = Date.parse("2026-11-24T10:00:00Z");
  expect(retryAfterMs("Tue, 24 Nov 2026 10:00:07 GMT", 0, nowMs)).toBe(7000);
  expect(retryAfterMs("Tue, 24 Nov 2026 09:00:00 GMT", 0, nowMs)).toBe(0);
});

test.each([null, "", "soon", "-1"])(
  "Retry-After %j says nothing: 1 s, 2 s, 4 s ... 30 s",
  (header) => {
    expect([0, 1, 2, 10].map((refusals) => retryAfterMs(header, refusals, 0))).toEqual([
      1000, 2000, 4000, 30_000,
    ]);
  },
);

test.each([
  ["the first failure", 0, 0, 250],
  ["... at most", 0, 0.999, 500],
  ["the second failure", 1, 0, 500],
  ["... at most", 1, 0.999, 1000],
])("a failure of Shopify's, %s", (_name, failures, random, expectedMs) => {
  expect(transientPauseMs(failures, random)).toBe(expectedMs);
});

test("what may be repeated although Shopify may have carried it out", () => {
  expect(isRepeatable(ShopDetailsDocument)).toBe(true);
  expect(isRepeatable(SetInventoryDocument)).toBe(true);
  expect(isRepeatable(UpdateOrderDocument)).toBe(false);
  const half = parse(`mutation M($k: String!) { a: x @idempotent(key: $k) { id } b: y { id } }`);
  expect(isRepeatable(half)).toBe(false);
});
