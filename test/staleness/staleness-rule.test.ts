import fc from "fast-check";
import { expect, it } from "vitest";
import { type Evidence, stalenessOf } from "#app/staleness/staleness-rule.ts";

const nowMs = 100_000;

/** A change as it happened, by a clock that is right. */
const change = fc.record({
  changedAtMs: fc.integer({ min: 0, max: nowMs }),
  /** Until Converge heard of it; never, for a webhook that was lost. */
  transitMs: fc.option(fc.integer({ min: 0, max: 20_000 })),
  /** Until it was acknowledged; null: it is not. */
  doneAfterMs: fc.option(fc.integer({ min: 0, max: 50_000 })),
});

/** Everything that happened, of which the rule sees only what Converge can know. */
const history = fc.record({
  changes: fc.array(change, { maxLength: 30 }),
  readAtMs: fc.option(fc.integer({ min: 0, max: nowMs })),
  skewMs: fc.constantFrom(0, 60_000, -60_000, 3_600_000),
});

type Change = { changedAtMs: number; transitMs: number | null; doneAfterMs: number | null };

const heardAt = (one: Change, readAtMs: number | null) => {
  const told = one.transitMs === null ? Infinity : one.changedAtMs + one.transitMs;
  const found = readAtMs !== null && one.changedAtMs <= readAtMs ? readAtMs : Infinity;
  return Math.min(told, found);
};

const isDone = (one: Change, readAtMs: number | null) =>
  one.doneAfterMs !== null && heardAt(one, readAtMs) + one.doneAfterMs <= nowMs;

/** The definition, word by word: tries every moment there is, the latest first. */
function bruteForce(changes: readonly Change[], readAtMs: number | null): number {
  for (let moment = nowMs; moment > 0; moment -= 1) {
    const isKnown = readAtMs !== null && moment <= readAtMs;
    if (isKnown && changes.every((one) => one.changedAtMs >= moment || isDone(one, readAtMs)))
      return moment;
  }
  return 0;
}

it("is the definition, whatever happened and whatever Shopify's clock says", () => {
  fc.assert(
    fc.property(history, ({ changes, readAtMs, skewMs }) => {
      const evidence: Evidence = {
        installedAtMs: 0,
        connectedAtMs: 0,
        read: readAtMs === null ? null : { startedAtMs: readAtMs, toMs: readAtMs + skewMs },
        readEverySeconds: 30,
        polled: true,
        unfinished: changes
          .filter((one) => heardAt(one, readAtMs) <= nowMs && !isDone(one, readAtMs))
          .map((one) => ({
            heldUpBy: "queued",
            changedAtMs: one.changedAtMs + skewMs,
            heardAtMs: heardAt(one, readAtMs),
            eventId: null,
          })),
      };
      const { completeUpToMs, stalenessMs } = stalenessOf(evidence, nowMs);
      expect(completeUpToMs).toBe(bruteForce(changes, readAtMs));
      expect(stalenessMs).toBe(nowMs - completeUpToMs);
    }),
    { numRuns: 60 },
  );
});

const quiet: Evidence = {
  installedAtMs: 0,
  connectedAtMs: null,
  read: { startedAtMs: nowMs - 10_000, toMs: nowMs - 9_000 },
  readEverySeconds: 30,
  polled: true,
  unfinished: [],
};

it("never says that data is from the future, and tells what is in the way", () => {
  const ahead = { startedAtMs: nowMs + 5_000, toMs: nowMs + 5_000 };
  expect(stalenessOf({ ...quiet, read: ahead }, nowMs).stalenessMs).toBe(0);
  expect(stalenessOf(quiet, nowMs)).toMatchObject({ stalenessMs: 10_000, heldUpBy: null });
  expect(stalenessOf({ ...quiet, readEverySeconds: -11 }, nowMs).heldUpBy).toBe("poll_overdue");
  expect(stalenessOf({ ...quiet, read: null }, nowMs).heldUpBy).toBe("never_read");
});

it("a read of an installation before this one says nothing, and a system is not late from before it was there", () => {
  const again = { ...quiet, installedAtMs: nowMs - 5_000 };
  expect(stalenessOf(again, nowMs)).toMatchObject({ stalenessMs: 5_000, heldUpBy: "never_read" });
  const old = { heldUpBy: "queued", changedAtMs: 1, heardAtMs: nowMs, eventId: null } as const;
  const fresh = { ...quiet, connectedAtMs: nowMs - 60_000, unfinished: [old] };
  expect(stalenessOf(fresh, nowMs)).toMatchObject({ stalenessMs: 60_000, heldUpBy: "queued" });
});

it("what is driven by events is complete up to now, but for what is unfinished", () => {
  const driven = { ...quiet, polled: false, read: null };
  expect(stalenessOf(driven, nowMs)).toMatchObject({ stalenessMs: 0, heldUpBy: null });
  const late = { heldUpBy: "retrying", changedAtMs: nowMs - 7_000, heardAtMs: nowMs } as const;
  const held = { ...driven, unfinished: [{ ...late, eventId: null }] };
  expect(stalenessOf(held, nowMs)).toMatchObject({ stalenessMs: 7_000, heldUpBy: "retrying" });
});
