import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultSla } from "#app/freshness/default-slas.ts";
import { judgeFlow } from "#app/alerts/judge-freshness.ts";
import { errorBudgetOf, storeTime, weekTime, windowOf } from "#app/freshness/index.server.ts";
import { stock } from "#test/alerts/simulated-shop.ts";

const zone = "Europe/Berlin";
const windowIn = (windowDays: number, at: string) => {
  const sla = { windowDays, windowKind: "calendar" } as const;
  const { fromMs, toMs } = windowOf(sla, Date.parse(at), zone);
  return [new Date(fromMs).toISOString(), new Date(toMs).toISOString()];
};

describe("the window of an SLA", () => {
  it("is its last days unless it is the calendar's", () => {
    const nowMs = Date.parse("2026-11-26T12:00:00Z");
    expect(windowOf(defaultSla("orders"), nowMs, zone)).toEqual({
      fromMs: nowMs - 30 * 24 * 3_600_000,
      toMs: nowMs,
    });
  });

  it("of the calendar is the week, month or quarter of the store's clocks, to its end", () => {
    // A Thursday.
    const now = "2026-11-26T12:00:00Z";
    expect(windowIn(7, now)).toEqual(["2026-11-22T23:00:00.000Z", "2026-11-29T23:00:00.000Z"]);
    expect(windowIn(30, now)).toEqual(["2026-10-31T23:00:00.000Z", "2026-11-30T23:00:00.000Z"]);
    // Clocks go back within this quarter.
    expect(windowIn(90, now)).toEqual(["2026-09-30T22:00:00.000Z", "2026-12-31T23:00:00.000Z"]);
    // Already next year there.
    expect(windowIn(90, "2026-12-31T23:30:00Z")[0]).toBe("2026-12-31T23:00:00.000Z");
  });

  it("contains now, begins at midnight, and follows the one before it without a gap", () => {
    const days = fc.constantFrom(7, 30, 90);
    const at = fc.integer({
      min: Date.parse("2024-01-01T00:00:00Z"),
      max: Date.parse("2028-01-01T00:00:00Z"),
    });
    fc.assert(
      fc.property(
        days,
        at,
        fc.constantFrom(zone, "Asia/Kolkata", "UTC"),
        (windowDays, nowMs, timeZone) => {
          const sla = { windowDays, windowKind: "calendar" } as const;
          const { fromMs, toMs } = windowOf(sla, nowMs, timeZone);
          expect(fromMs).toBeLessThanOrEqual(nowMs);
          expect(toMs).toBeGreaterThan(nowMs);
          expect(storeTime(fromMs, fromMs, timeZone)).toBe("00:00:00");
          if (windowDays === 7) expect(weekTime(fromMs, timeZone).weekday).toBe(1);
          expect(windowOf(sla, fromMs - 1, timeZone).toMs).toBe(fromMs);
        },
      ),
    );
  });

  it("says how much may go wrong: a share of the whole month, from its first day on", () => {
    const nowMs = Date.parse("2026-11-26T12:00:00Z");
    const sla = { ...defaultSla("orders"), windowKind: "calendar" } as const;
    const totals = { knownSeconds: 86_400, breachSeconds: 216 * 60 };
    const budget = errorBudgetOf(sla, totals, [], nowMs, windowOf(sla, nowMs, zone));
    expect(budget.allowedMinutes).toBeCloseTo(30 * 24 * 60 * 0.01);
    expect(budget.leftPercent).toBeCloseTo(50);
    expect(budget.from).toBe("2026-10-31T23:00:00.000Z");
  });

  it("says when the budget is gone by the month's own length", () => {
    const nowMs = Date.parse("2027-02-15T12:00:00Z");
    const sla = { ...defaultSla("orders"), windowKind: "calendar" } as const;
    // Half of 28 days at 99 %.
    const totals = { knownSeconds: 14 * 86_400, breachSeconds: 14 * 864 };
    const { leftMinutes } = errorBudgetOf(sla, totals, [], nowMs, windowOf(sla, nowMs, zone));
    const flow = stock({ sla, leftMinutes, burn: 14, burning: "fast" });
    expect(judgeFlow(flow, new Set())).toMatchObject([
      { kind: "sla_burn", detail: { budgetLeftSeconds: 86_400 } },
    ]);
  });
});
