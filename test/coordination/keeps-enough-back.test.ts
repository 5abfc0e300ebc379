import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { autoBuffer, poissonQuantile } from "#app/coordination/auto-buffer.ts";
import { seededRandom } from "#test/crash/random.ts";

/** Sales that come one by one, in one stretch of so many seconds. */
function salesIn(seconds: number, perSecond: number, random: () => number): number {
  let sales = -1;
  for (let at = 0; at <= seconds; at += -Math.log(1 - random()) / perSecond) sales += 1;
  return sales;
}

describe("the automatic buffer", () => {
  it.each([
    { perSecond: 0.05, lagSeconds: 30, risk: 0.05 },
    { perSecond: 2, lagSeconds: 4, risk: 0.01 },
    { perSecond: 8, lagSeconds: 30, risk: 0.02 },
  ])(
    "is enough but for the chosen risk, and no more than that: %o",
    ({ perSecond, lagSeconds, risk }) => {
      const buffer = autoBuffer({ unitsPerSecond: perSecond, lagSeconds, risk });
      const random = seededRandom(7);
      const runs = 20_000;
      let tooLittle = 0;
      let withOneLess = 0;
      for (let run = 0; run < runs; run += 1) {
        const sold = salesIn(lagSeconds, perSecond, () => random.next());
        if (sold > buffer) tooLittle += 1;
        if (sold > buffer - 1) withOneLess += 1;
      }
      // Three deviations of a count of so many runs.
      const error = 3 * Math.sqrt(risk / runs);
      expect(tooLittle / runs).toBeLessThan(risk + error);
      expect(withOneLess / runs).toBeGreaterThan(risk - error);
    },
  );

  it("grows with the lag and with the sales, also where the sums are large", () => {
    const given = fc.record({
      unitsPerSecond: fc.double({ min: 0.001, max: 20, noNaN: true }),
      lagSeconds: fc.double({ min: 0.1, max: 600, noNaN: true }),
      risk: fc.double({ min: 0.001, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(given, fc.double({ min: 1, max: 5, noNaN: true }), (one, times) => {
        const buffer = autoBuffer(one);
        expect(autoBuffer({ ...one, lagSeconds: one.lagSeconds * times })).toBeGreaterThanOrEqual(
          buffer,
        );
        expect(
          autoBuffer({ ...one, unitsPerSecond: one.unitsPerSecond * times }),
        ).toBeGreaterThanOrEqual(buffer);
        const mean = one.unitsPerSecond * one.lagSeconds;
        expect(buffer).toBeGreaterThanOrEqual(Math.floor(mean) - 1);
        expect(buffer).toBeLessThanOrEqual(mean + 10 * Math.sqrt(mean) + 10);
      }),
    );
    expect(poissonQuantile(0, 0.99)).toBe(0);
    // https://en.wikipedia.org/wiki/Poisson_distribution: P(X <= 5 | 2) = 0.9834, P(X <= 6 | 2) = 0.9955
    expect([poissonQuantile(2, 0.98), poissonQuantile(2, 0.99)]).toEqual([5, 6]);
  });
});
