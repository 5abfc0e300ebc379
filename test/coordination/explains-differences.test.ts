import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { explainDifference } from "#app/coordination/explain-difference.ts";

const before = { available: 10, committed: 4 };
const after = (available: number, committed: number) => ({ available, committed });

describe("the difference between two counts", () => {
  it.each([
    ["a sale", after(7, 7), { kind: "sale", delta: -3 }],
    ["a cancelled order", after(12, 2), { kind: "return", delta: 2 }],
    ["a shipment", after(10, 1), null],
    ["units lost", after(6, 4), { kind: "edit", delta: -4 }],
    ["units found: the owner's to tell", after(15, 4), { kind: "edit", delta: 0 }],
    ["a sale made up for by hand", after(10, 7), { kind: "sale", delta: -3 }],
    ["a sale and units found", after(17, 7), { kind: "sale", delta: -3 }],
  ] as const)("%s", (_what, now, difference) => {
    expect(explainDifference(before, now, false)).toEqual(difference);
  });

  it("moves the pool by what was sold and lost, and never by what no order explains", () => {
    const some = fc.nat(20);
    const history = fc.record({
      sold: some,
      cancelled: some,
      shipped: some,
      lost: some,
      found: some,
    });
    fc.assert(
      fc.property(history, ({ sold, cancelled, shipped, lost, found }) => {
        const edited = found - lost;
        const commerce = cancelled - sold;
        const now = after(10 + commerce + edited, 4 + sold - cancelled - shipped);
        const delta = explainDifference(before, now, false)?.delta ?? 0;
        // Units found while as many were shipped look like units of cancelled orders, for Shopify too.
        expect(delta).toBeLessThanOrEqual(
          commerce + Math.min(Math.max(0, edited), shipped) - Math.max(0, -edited),
        );
        if (edited <= 0) expect(delta).toBe(commerce + edited);
        expect(explainDifference(before, now, true)?.delta ?? 0).toBe(
          now.available - before.available,
        );
      }),
    );
  });
});
