import { describe, expect, it } from "vitest";
import { defaultSla } from "#app/freshness/default-slas.ts";
import { dataDomains } from "#app/data-domains.ts";
import { feeds, type PollHealth } from "#app/polling/types.ts";
import { costOf } from "#app/staleness/cost-of-sla.ts";

const slas = dataDomains.map(defaultSla);

/** A read of any feed costs 5 points and takes two seconds; the plan gives back 100 a second. */
const health: PollHealth = {
  feeds: feeds.map((feed) => ({
    feed,
    everySeconds: 60,
    lastCompleteAt: null,
    running: false,
    problem: null,
    pointsPerHour: 300,
  })),
  budgetPerHour: 360_000,
  certificates: feeds.map((feed) => ({
    id: feed,
    number: 1,
    feed,
    reason: "schedule",
    startedAt: "2026-11-26T10:00:00.000Z",
    completedAt: "2026-11-26T10:00:02.000Z",
    from: "2026-11-26T09:00:00.000Z",
    to: "2026-11-26T10:00:00.000Z",
    slices: 1,
    pages: 1,
    rows: 0,
    found: 0,
    points: 5,
    note: null,
  })),
  missed: [],
};

describe("what an SLA costs", () => {
  it("is what its reads cost, of what the plan gives back", () => {
    const cost = costOf("a", slas, health);
    // Every 30, 15, 15 and 120 seconds.
    expect(cost.pointsPerSecond).toBeCloseTo(5 / 30 + 5 / 15 + 5 / 15 + 5 / 120);
    expect(cost).toMatchObject({ budgetPerSecond: 100, feasible: "yes" });
    expect(cost.sentence).toBe("At your plan this needs 0.9 of 100 points per second.");
    const [first, ...rest] = slas;
    if (!first) throw new Error("there is no SLA");
    const dear = {
      ...health,
      feeds: health.feeds.map((feed) => ({ ...feed, pointsPerHour: 12_000 })),
    };
    expect(costOf("a", [{ ...first, pollEverySeconds: 4 }, ...rest], dear).feasible).toBe("tight");
    const more = costOf("a", [{ ...first, pollEverySeconds: 2 }, ...rest], dear);
    expect(more).toMatchObject({ feasible: "no" });
    expect(more.sentence).toContain("read less often");
  });

  it("no money helps where the reads are too far apart, and what is not known is not made up", () => {
    const hasty = { ...defaultSla("inventory"), warnAfterSeconds: 5, breachAfterSeconds: 10 };
    const cost = costOf("a", [hasty, ...slas.slice(1)], health);
    expect(cost).toMatchObject({ feasible: "no" });
    expect(cost.sentence).toBe(
      "Reading every 30 s cannot keep data within 10 s: read every 8 s at most.",
    );
    const restless = { ...defaultSla("inventory"), warnAfterSeconds: 30 };
    const warned = costOf("a", [restless, ...slas.slice(1)], health);
    expect(warned.feasible).toBe("tight");
    expect(warned.sentence).toContain(
      "Read every 30 s, data is older than the warning of 30 s before each read: read more often or warn later.",
    );
    const unread = {
      ...health,
      certificates: [],
      feeds: health.feeds.map((feed) => ({ ...feed, pointsPerHour: null })),
    };
    expect(costOf("a", slas, unread)).toMatchObject({ pointsPerSecond: null, feasible: "unknown" });
  });
});
