import fc from "fast-check";
import { expect, it } from "vitest";
import { createMinuteBook, type Sample } from "#app/staleness/minute-book.ts";

const sample: Sample = {
  shop: "a",
  domain: "inventory",
  system: null,
  ageSeconds: 5,
  state: "ok",
  excluded: false,
};

/** Looks at seconds of one hour, each with what it found; returns the known seconds by minute. */
function book(looks: readonly (readonly [second: number, found: readonly Sample[]])[]) {
  const minutes = createMinuteBook(30_000);
  return looks.flatMap(([second, found]) => minutes.add(found, second * 1_000));
}

it("what a look found holds since the look before, cut at the minute", () => {
  const bad = { ...sample, state: "breach" as const, ageSeconds: 90 };
  const done = book([
    [50, [sample]],
    [70, [bad]],
    [90, [sample]],
    [120, [{ ...sample, state: "warn" }]],
  ]);
  expect(done.map(({ minuteMs, minutes: [one] }) => ({ minuteMs, ...one }))).toMatchObject([
    { minuteMs: 0, ageSeconds: 90, knownSeconds: 10, breachSeconds: 10, warnSeconds: 0 },
    { minuteMs: 60_000, ageSeconds: 90, knownSeconds: 60, breachSeconds: 10, warnSeconds: 30 },
  ]);
});

it("nothing is known of the time in which nobody looked, before the first look, or that is excluded", () => {
  expect(
    book([
      [0, [sample]],
      [31, [sample]],
      [60, [sample]],
    ]),
  ).toMatchObject([{ minutes: [{ knownSeconds: 29 }] }]);
  const excluded = { ...sample, excluded: true, state: "breach" as const };
  expect(
    book([
      [0, [excluded]],
      [30, [excluded]],
      [60, [excluded]],
    ]),
  ).toMatchObject([{ minutes: [{ knownSeconds: 0, breachSeconds: 0, ageSeconds: 5 }] }]);
});

it("a store that left is not written down any more, and a clock that went back makes nothing known", () => {
  expect(
    book([
      [10, [sample]],
      [30, [sample]],
      [60, []],
    ]),
  ).toMatchObject([{ minutes: [] }]);
  expect(
    book([
      [50, [sample]],
      [20, [sample]],
      [40, [sample]],
      [60, [sample]],
    ]),
  ).toMatchObject([{ minutes: [{ knownSeconds: 40 }] }]);
});

it("no minute is ever known for longer than it lasted, whenever somebody looks", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 45 }), { maxLength: 60 }), (steps) => {
      let at = 0;
      const done = book(steps.map((step) => [(at += step), [sample]] as const));
      for (const { minutes } of done)
        for (const minute of minutes) expect(minute.knownSeconds).toBeLessThanOrEqual(60);
      expect(new Set(done.map((one) => one.minuteMs)).size).toBe(done.length);
    }),
  );
});
