import { describe, expect, it } from "vitest";
import { expectedBeyond, unitsAtRisk } from "#app/coordination/exposure.ts";
import { seededRandom } from "#test/crash/random.ts";

const article = { free: 3, shown: 9, unitsPerSecond: 0.5, lagSeconds: 4 };

describe("units at risk of being sold twice", () => {
  it.each([
    { mean: 0.9, units: 1 },
    { mean: 6, units: 4 },
    { mean: 40, units: 52 },
  ])("are what sales that come one by one lead to: %o", ({ mean, units }) => {
    const random = seededRandom(11);
    const runs = 40_000;
    let beyond = 0;
    for (let run = 0; run < runs; run += 1) {
      let sold = -1;
      for (let at = 0; at <= 1; at += -Math.log(1 - random.next()) / mean) sold += 1;
      beyond += Math.max(0, sold - units);
    }
    // Four deviations of a mean of so many runs; the deviation of one is below that of the sales.
    const error = (4 * Math.sqrt(mean)) / Math.sqrt(runs);
    expect(Math.abs(beyond / runs - expectedBeyond(mean, units))).toBeLessThan(error);
  });

  it("are none where nothing sells, nothing is shown, or there is plenty", () => {
    expect(unitsAtRisk({ ...article, unitsPerSecond: 0 })).toBe(0);
    expect(unitsAtRisk({ ...article, shown: 0 })).toBe(0);
    expect(unitsAtRisk({ ...article, shown: 3 })).toBe(0);
    expect(unitsAtRisk({ ...article, free: 900, shown: 2_700 })).toBeLessThan(1e-9);
  });

  it("grow with the lag and shrink with the buffer, and are never more than stores show", () => {
    const now = unitsAtRisk(article);
    expect(now).toBeGreaterThan(0.1);
    expect(unitsAtRisk({ ...article, lagSeconds: 8 })).toBeGreaterThan(now);
    expect(unitsAtRisk({ ...article, free: 5 })).toBeLessThan(now / 2);
    // Three stores show three each, of three: six at most are sold twice, however fast it goes.
    expect(unitsAtRisk({ ...article, unitsPerSecond: 500 })).toBe(6);
    // So much is kept back that all stores together cannot sell more than there is.
    expect(unitsAtRisk({ ...article, shown: 3, unitsPerSecond: 500 })).toBe(0);
    // Sold out twice already: nothing is shown, and nothing more can go wrong.
    expect(unitsAtRisk({ ...article, free: -2, shown: 0 })).toBe(0);
  });
});
