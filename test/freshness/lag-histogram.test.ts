import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketOf, quantileOf, upperBoundOf } from "#app/freshness/lag-histogram.ts";

/** Room for the rounding of logarithms at the exact edge of a bucket. */
const rounding = 1 + 1e-9;

describe("a bucket", () => {
  it("holds its lag, and is at most a fifth too wide", () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 90 * 86_400_000, noNaN: true }), (lagMs) => {
        const upper = upperBoundOf(bucketOf(lagMs));
        expect(upper * rounding).toBeGreaterThanOrEqual(lagMs);
        expect(upper).toBeLessThanOrEqual(lagMs * 1.2 * rounding);
      }),
    );
  });

  it.each([[-5_000], [0], [0.4], [1]])("for %d ms, clock skew included, is the first", (lagMs) => {
    expect(bucketOf(lagMs)).toBe(0);
  });

  it("numbers stay small: a day is bucket 101", () => {
    expect(bucketOf(86_400_000)).toBe(101);
  });
});

describe("a percentile read from buckets", () => {
  it("is never too low and at most a fifth too high, for any lags", () => {
    const lags = fc.array(fc.integer({ min: 1, max: 86_400_000 }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(lags, fc.constantFrom(0.5, 0.95, 0.99, 1), (sample, q) => {
        const counts = new Map<number, number>();
        for (const lag of sample) counts.set(bucketOf(lag), (counts.get(bucketOf(lag)) ?? 0) + 1);
        const sorted = [...sample].sort((a, b) => a - b);
        const rank = sorted.findIndex((_lag, index) => index + 1 >= q * sorted.length);
        const exact = sorted[rank] ?? 0;
        const read = quantileOf(counts, q) ?? 0;
        expect(read * rounding).toBeGreaterThanOrEqual(exact);
        expect(read).toBeLessThanOrEqual(exact * 1.2 * rounding);
      }),
    );
  });

  it("of nothing is nothing", () => {
    expect(quantileOf(new Map(), 0.95)).toBeNull();
    expect(quantileOf(new Map([[3, 0]]), 0.95)).toBeNull();
  });
});
