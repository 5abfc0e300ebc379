import { describe, expect, it } from "vitest";
import {
  errorBudgetOf,
  type SampledHour,
  slaOf,
  standingNow,
  stateOf,
  windowOf,
} from "#app/freshness/index.server.ts";
import { defaultSla } from "#app/freshness/default-slas.ts";

const hourMs = 3_600_000;
const nowMs = Date.parse("2026-11-26T12:00:00Z");
const sla = { ...defaultSla("inventory"), targetPercent: 99, windowDays: 30 };
const monthSeconds = 30 * 24 * 3_600;

/** The last `known` minutes, of which the last `bad` were over the SLA. */
function lastMinutes(known: number, bad: number): SampledHour[] {
  return Array.from({ length: 7 }, (_, index) => {
    const start = nowMs - (7 - index) * hourMs;
    const ago = (minute: number) => (nowMs - start) / 60_000 - minute;
    const of = (minutes: number, value: number) =>
      Array.from({ length: 60 }, (_none, minute) => (ago(minute) <= minutes ? value : null));
    const breach = of(bad, 60);
    return {
      domain: "inventory" as const,
      system: null,
      hourMs: start,
      ages: of(known, 5),
      known: of(known, 60),
      breach,
    };
  });
}

const budgetOf = (
  totals: { knownSeconds: number; breachSeconds: number },
  hours: readonly SampledHour[] = [],
  target = 99,
) =>
  errorBudgetOf(
    { ...sla, targetPercent: target },
    totals,
    hours,
    nowMs,
    windowOf(sla, nowMs, null),
  );

describe("the error budget", () => {
  it("is a share of the whole window, in minutes and percent, and may be overspent", () => {
    const half = budgetOf({ knownSeconds: monthSeconds, breachSeconds: 216 * 60 });
    expect(half.allowedMinutes).toBeCloseTo(432);
    expect(half.leftMinutes).toBeCloseTo(216);
    expect(half.leftPercent).toBeCloseTo(50);
    expect(half.sliPercent).toBeCloseTo(99.5);
    expect(half.standing).toBe("met");
    const over = budgetOf({ knownSeconds: monthSeconds, breachSeconds: 864 * 60 });
    expect(over.leftPercent).toBeCloseTo(-100);
    expect(over.leftMinutes).toBeCloseTo(-432);
    expect(over.standing).toBe("exhausted");
  });

  it("says nothing of what is not known", () => {
    const none = budgetOf({ knownSeconds: 0, breachSeconds: 0 });
    expect(none).toMatchObject({ sliPercent: null, leftPercent: 100, standing: "no_data" });
    expect(none.burn).toEqual({
      last5Minutes: null,
      last30Minutes: null,
      lastHour: null,
      last6Hours: null,
    });
    expect(budgetOf({ knownSeconds: 3_600, breachSeconds: 60 }).standing).toBe("learning");
    expect(budgetOf({ knownSeconds: 100_000, breachSeconds: 5_000 }).standing).toBe("breached");
  });

  it("does not hide what is wrong right now, nor call well what is used up", () => {
    expect(standingNow("learning", "ok")).toBe("learning");
    expect(standingNow("learning", "breach")).toBe("breached");
    expect(standingNow("met", "warn")).toBe("at_risk");
    expect(standingNow("breached", "warn")).toBe("breached");
    expect(standingNow("exhausted", "ok")).toBe("exhausted");
    expect(standingNow("no_data", "breach")).toBe("no_data");
  });

  it("of a target of 100 percent is none at all", () => {
    const kept = budgetOf({ knownSeconds: monthSeconds, breachSeconds: 0 }, [], 100);
    expect(kept).toMatchObject({ leftPercent: 100, leftMinutes: 0, standing: "met" });
    const lost = budgetOf({ knownSeconds: monthSeconds, breachSeconds: 60 }, [], 100);
    expect(lost).toMatchObject({ leftPercent: -100, leftMinutes: -1, standing: "exhausted" });
  });
});

describe("the burn rate", () => {
  const known = { knownSeconds: monthSeconds, breachSeconds: 0 };

  it("is how many times too fast the budget goes", () => {
    const { burn, burning } = budgetOf(known, lastMinutes(420, 60));
    expect(burn.lastHour).toBeCloseTo(100);
    expect(burn.last6Hours).toBeCloseTo(100 / 6);
    expect(burning).toBe("fast");
  });

  it("needs both windows: what is over burns no more, what just began matters not yet", () => {
    const over = lastMinutes(420, 60).map((hour) => ({
      ...hour,
      breach: hour.breach.map((seconds, minute) =>
        nowMs - hour.hourMs - minute * 60_000 <= 40 * 60_000 ? 0 : seconds,
      ),
    }));
    expect(budgetOf(known, over)).toMatchObject({ burning: null, burn: { last5Minutes: 0 } });
    expect(budgetOf(known, lastMinutes(420, 8)).burning).toBeNull();
    expect(budgetOf(known, lastMinutes(420, 9)).burning).toBe("fast");
    // All of it over burns ten times too fast at 90 %: six times over six hours after 216 minutes.
    expect(budgetOf(known, lastMinutes(420, 215), 90).burning).toBeNull();
    expect(budgetOf(known, lastMinutes(420, 217), 90).burning).toBe("slow");
  });

  it("is not told from too little, and a blip is no trend", () => {
    expect(budgetOf(known, lastMinutes(20, 20)).burn.lastHour).toBeNull();
    expect(budgetOf(known, lastMinutes(20, 20)).burning).toBeNull();
    const blip = lastMinutes(420, 1).map((hour) => ({
      ...hour,
      breach: hour.breach.map((seconds) => (seconds === null ? null : 59)),
    }));
    expect(budgetOf(known, blip, 99.99).burning).toBeNull();
    expect(budgetOf(known, lastMinutes(420, 1), 99.99).burning).toBe("fast");
  });
});

it("a system's own SLA comes before the store's", () => {
  const own = { ...sla, system: "sys_1", breachAfterSeconds: 5, warnAfterSeconds: 4 };
  const slas = [sla, own, defaultSla("orders")];
  expect(slaOf(slas, "inventory", "sys_1")).toBe(own);
  expect(slaOf(slas, "inventory", "sys_2")).toBe(sla);
  expect(slaOf(slas, "inventory", null)).toBe(sla);
  expect([4, 5, 6].map((age) => stateOf(age, own))).toEqual(["ok", "warn", "breach"]);
});
