import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs, retryAfterMs } from "#app/delivery/backoff.ts";

const policy = { baseDelayMs: 2_000, maxDelayMs: 3_600_000 };

describe("full jitter", () => {
  it("spreads over the whole step, from nothing to its ceiling", () => {
    expect([1, 2, 3, 9].map((attempt) => backoffMs(policy, attempt, () => 1))).toEqual([
      2_000, 4_000, 8_000, 512_000,
    ]);
    expect(backoffMs(policy, 5, () => 0)).toBe(0);
    expect(backoffMs(policy, 5, () => 0.5)).toBe(16_000);
  });

  it("never leaves [0, min(cap, base x 2^(attempt-1))], however often it failed", () => {
    fc.assert(
      fc.property(
        fc.record({
          baseDelayMs: fc.integer({ min: 1, max: 86_400_000 }),
          maxDelayMs: fc.integer({ min: 1, max: 86_400_000 }),
        }),
        fc.integer({ min: 1, max: 50 }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (any, attempt, random) => {
          const delay = backoffMs(any, attempt, () => random);
          expect(Number.isInteger(delay)).toBe(true);
          expect(delay).toBeGreaterThanOrEqual(0);
          expect(delay).toBeLessThanOrEqual(
            Math.min(any.maxDelayMs, any.baseDelayMs * 2 ** (attempt - 1)),
          );
        },
      ),
    );
  });

  it("does not send those that failed together back together", () => {
    const delays = Array.from({ length: 1_000 }, () => backoffMs(policy, 4, Math.random));
    const inFirstQuarter = delays.filter((delay) => delay < 4_000).length;
    expect(inFirstQuarter).toBeGreaterThan(150);
    expect(inFirstQuarter).toBeLessThan(350);
  });
});

describe("Retry-After", () => {
  const nowMs = Date.parse("2026-11-23T10:00:00Z");
  const capMs = 3_600_000;

  it.each([
    ["seconds", "120", 120_000],
    ["a fraction of a second", "0.5", 500],
    ["zero", "0", 0],
    ["spaces around it", " 3 ", 3_000],
    ["an HTTP date", "Mon, 23 Nov 2026 10:01:30 GMT", 90_000],
    ["a date that is past", "Mon, 23 Nov 2026 09:00:00 GMT", 0],
    ["more than the policy's longest delay", "86400", capMs],
  ])("as %s", (_case, header, expected) => {
    expect(retryAfterMs(header, nowMs, capMs)).toBe(expected);
  });

  it.each([[null], [""], ["soon"], ["-5"], ["1e9 years"]])("%j asks for nothing", (header) => {
    expect(retryAfterMs(header, nowMs, capMs)).toBeNull();
  });
});
