import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ageAt,
  ageScale,
  bendRises,
  highestWithin,
  longestWithin,
  missedLoads,
  secondsWithin,
} from "#app/ui/charts/age-scale.ts";
import { budgetTone, budgetWords } from "#app/ui/charts/budget-bar.tsx";
import { floorOf } from "#app/ui/charts/burn-down.tsx";
import { formatAge } from "#app/ui/format/duration.ts";

/** Seconds from an arbitrary start, in milliseconds. */
const at = (seconds: number) => 1_000_000 + seconds * 1_000;
const corner = (seconds: number, age: number | null) => ({ atMs: at(seconds), seconds: age });
const span = (from: number, to: number) => ({ fromMs: at(from), toMs: at(to) });

describe("the scale of ages", () => {
  it("is even while the breach can be told from the ground, with marks a person would choose", () => {
    const scale = ageScale(70, 60);
    expect(scale.compressed).toBe(false);
    expect(scale.ticks.map(({ label }) => label)).toEqual(["0", "30 s", "1 min"]);
    expect(scale.positionOf(30) * 2).toBeCloseTo(scale.positionOf(60));
  });

  it("is compressed in an outage, so that the breach still stands clear of the ground", () => {
    const scale = ageScale(7_200, 60);
    expect(scale.compressed).toBe(true);
    expect(scale.positionOf(60)).toBeGreaterThan(0.05);
    expect(scale.ticks.map(({ label }) => label)).toEqual([
      "0",
      "5 min",
      "15 min",
      "30 min",
      "1 h",
      "2 h",
    ]);
  });

  it("keeps every age within the plot, higher ages higher, and labels apart", () => {
    const seconds = fc.integer({ min: 0, max: 40_000_000 });
    fc.assert(
      fc.property(
        seconds,
        fc.integer({ min: 1, max: 31_536_000 }),
        seconds,
        (most, breach, age) => {
          const scale = ageScale(most, breach);
          const place = scale.positionOf(Math.min(age, most));
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(1);
          expect(scale.positionOf(breach)).toBeGreaterThan(0);
          expect(scale.ticks.length).toBeGreaterThan(1);
          const places = scale.ticks.map(({ position }) => position);
          places.slice(1).forEach((each, n) => {
            expect(each - (places[n] ?? 0)).toBeGreaterThan(0.1);
          });
        },
      ),
    );
  });
});

describe("the line of ages", () => {
  const line = [corner(0, 0), corner(60, 60), corner(60, 5), corner(100, 45), corner(120, null)];

  it("says the age between its corners, and after a drop the lower one", () => {
    expect(ageAt(line, at(30))).toBe(30);
    expect(ageAt(line, at(60))).toBe(5);
    expect(ageAt(line, at(80))).toBe(25);
  });

  it("says nothing of a time of which nothing is known", () => {
    expect(ageAt(line, at(-1))).toBeNull();
    expect(ageAt(line, at(121))).toBeNull();
    expect(ageAt([], at(0))).toBeNull();
  });

  it("knows the highest age of a stretch", () => {
    expect(highestWithin(line, span(10, 20))).toBe(20);
    expect(highestWithin(line, span(50, 100))).toBe(60);
    expect(highestWithin(line, span(200, 300))).toBeNull();
  });

  it("goes through the same ages when its rises are bent, and drops as steeply", () => {
    const bent = bendRises(line);
    expect(bent.length).toBeGreaterThan(line.length);
    for (const seconds of [0, 12, 59, 60, 77, 100]) {
      expect(ageAt(bent, at(seconds))).toBeCloseTo(ageAt(line, at(seconds)) ?? -1);
    }
    expect(bent.filter(({ atMs }) => atMs === at(60)).map((each) => each.seconds)).toEqual([60, 5]);
  });
});

describe("stretches of time", () => {
  it("count only as far as they lie within the window", () => {
    const spans = [span(-50, 10), span(20, 50), span(90, 500)];
    expect(secondsWithin(spans, span(0, 100))).toBe(50);
    expect(longestWithin(spans, span(0, 100))).toBe(30);
    expect(longestWithin([], span(0, 100))).toBe(0);
  });
});

describe("reads that did not land", () => {
  it("are one mark for each hole, where the next read was due", () => {
    const loads = [at(0), at(30), at(62), at(200), at(230)];
    expect(missedLoads(loads, 30, at(240))).toEqual([at(92)]);
  });

  it("include the one that is overdue now, and are none where nothing is known", () => {
    expect(missedLoads([at(0)], 30, at(59))).toEqual([]);
    expect(missedLoads([at(0)], 30, at(61))).toEqual([at(30)]);
    expect(missedLoads([], 30, at(1_000))).toEqual([]);
  });
});

describe("an error budget", () => {
  it("says what is left, or how far it is overdrawn", () => {
    expect(budgetWords({ leftPercent: 62, leftSeconds: 46_800 })).toBe("62 % · 13 h 00 min left");
    expect(budgetWords({ leftPercent: -18, leftSeconds: -7_200 })).toBe("−18 % · 2 h 00 min over");
    expect([100, 25, 24.9, 0, -1].map(budgetTone)).toEqual([
      "success",
      "success",
      "caution",
      "critical",
      "critical",
    ]);
  });

  it("is drawn down to a round step below the lowest", () => {
    const points = (...left: number[]) => left.map((leftPercent) => ({ leftPercent }));
    expect(
      [points(), points(80, 3), points(10, -18), points(-340), points(-1_200)].map(floorOf),
    ).toEqual([0, 0, -50, -400, -2_000]);
  });
});

describe("an age that ticks", () => {
  it("keeps its shape from second to second", () => {
    expect([0, 59.9, 60, 125, 3_599, 7_380, 86_400, 190_000].map(formatAge)).toEqual([
      "0 s",
      "59 s",
      "1 min 00 s",
      "2 min 05 s",
      "59 min 59 s",
      "2 h 03 min",
      "1 day 0 h",
      "2 days 4 h",
    ]);
  });
});
