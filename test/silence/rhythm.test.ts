import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sameTimeBefore, weekTime } from "#app/freshness/index.server.ts";
import { chanceOfSilence, isAgainstRhythm, weeksBack } from "#app/silence/rhythm-rule.ts";
import { type KnownUntil, unknownStretch } from "#app/silence/stretch-rule.ts";
import type { Silence } from "#app/silence/types.ts";
import { healthy, simulate } from "#test/alerts/simulated-shop.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const week = 7 * day;
const zone = "Europe/Berlin";

describe("the chance of a silence", () => {
  it("is that of a Poisson process once its rate is well known", () => {
    const weeks = Array.from({ length: 500 }, () => 4);
    expect(chanceOfSilence(weeks)).toBeCloseTo(Math.exp(-4), 3);
    expect(chanceOfSilence([])).toBe(1);
  });

  it("is greater the less is known, and smaller the more is usual", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 50 }),
        fc.integer({ min: 1, max: 6 }),
        (usual, weeks) => {
          const counts = Array.from({ length: weeks }, () => usual);
          expect(chanceOfSilence(counts)).toBeGreaterThan(chanceOfSilence([...counts, usual]));
          expect(chanceOfSilence(counts)).toBeGreaterThan(
            chanceOfSilence(counts.map((n) => n + 1)),
          );
        },
      ),
    );
  });

  it("needs three weeks, and a rhythm in most of them", () => {
    expect(isAgainstRhythm([100, 100, null, null, null, null])).toBe(false);
    expect(isAgainstRhythm([100, 100, 100, null, null, null])).toBe(true);
    // An import in one week, and in two weeks, is none.
    expect(isAgainstRhythm([5_000, 0, 1, 0, 4_000, 1])).toBe(false);
    expect(isAgainstRhythm([3, 4, 2, 5, 3, 4])).toBe(false);
  });
});

describe("the same time in earlier weeks", () => {
  it("is what the clocks of the store showed, summer or winter", () => {
    const nowMs = Date.parse("2026-11-02T09:15:30Z");
    expect(new Date(sameTimeBefore(nowMs, 7, zone)).toISOString()).toBe("2026-10-26T09:15:30.000Z");
    // The clocks of Berlin went back on 25 October.
    expect(new Date(sameTimeBefore(nowMs, 14, zone)).toISOString()).toBe(
      "2026-10-19T08:15:30.000Z",
    );
    expect(sameTimeBefore(nowMs, 14, "Nowhere/Land")).toBe(nowMs - 2 * week);
  });
});

/** Orders an hour: a day and a night, quieter on Sundays. */
function usualPerHour(atMs: number): number {
  const { weekday, time } = weekTime(atMs, zone);
  const byDay = time >= "08:00" && time < "23:00" ? 12 : 0.3;
  return weekday === 7 ? byDay / 3 : byDay;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** When orders change, minute by minute. */
function changesOf(fromMs: number, toMs: number, random: () => number): number[] {
  const changes: number[] = [];
  for (let atMs = fromMs; atMs < toMs; atMs += minute)
    if (random() < usualPerHour(atMs) / 60) changes.push(atMs + Math.floor(random() * minute));
  return changes;
}

const endMs = Date.parse("2026-11-20T00:00:00Z");
const monthMs = endMs - 30 * day;
const historyMs = monthMs - weeksBack * week - 2 * day;

/** A stretch of time. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * A month (or some days) of a store whose changes are never read, looked at every ten minutes, as the job does; the
 * alerts every fifteen seconds. Shopify tells nothing while it is `deaf`.
 */
function live(
  { fromMs: beginMs, toMs: finishMs }: Span,
  deaf: Span | null,
  excluded: (atMs: number) => boolean = () => false,
) {
  const changes = changesOf(historyMs, endMs, seeded(4));
  const told = changes.filter((at) => !deaf || at < deaf.fromMs || at >= deaf.toMs);
  const countIn = (all: readonly number[], from: number, to: number) =>
    all.filter((at) => at >= from && at < to).length;
  let asked = 0;
  let clearMs: number | null = null;
  let silence: Silence | null = null;
  const look = (nowMs: number) => {
    const known: KnownUntil = {
      heardMs: told.findLast((at) => at <= nowMs) ?? null,
      foundMs: null,
      readMs: null,
    };
    if (silence && (known.heardMs ?? 0) > silence.sinceMs) silence = null;
    if (silence) return;
    const since = { installedAtMs: historyMs, clearMs };
    const stretch = unknownStretch(known, since, nowMs, excluded);
    if (!stretch) return;
    const { fromMs, toMs } = stretch;
    const before = (ms: number, weeks: number) => sameTimeBefore(ms, weeks * 7, zone);
    const counts = Array.from({ length: weeksBack }, (_, at) =>
      countIn(told, before(fromMs, at + 1), before(toMs, at + 1)),
    );
    if (!isAgainstRhythm(counts)) return;
    asked += 1;
    const unheard = countIn(changes, fromMs + 1, toMs);
    if (unheard === 0) clearMs = toMs;
    else
      silence = {
        topic: "orders/updated",
        domain: "orders",
        sinceMs: fromMs,
        upToMs: toMs,
        changes: unheard,
      };
  };
  const alerts = simulate((finishMs - beginMs) / 1_000, (second) => {
    if (second % 600 === 0) look(beginMs + second * 1_000);
    return { ...healthy, silences: silence === null ? [] : [silence] };
  });
  return { asked, alerts };
}

const month: Span = { fromMs: monthMs, toMs: endMs };
const deaf: Span = {
  fromMs: Date.parse("2026-11-10T10:00:00Z"),
  toMs: Date.parse("2026-11-10T15:00:00Z"),
};
const around: Span = { fromMs: deaf.fromMs - day, toMs: deaf.toMs + day };
const secondOf = (ms: number) => (ms - around.fromMs) / 1_000;

describe("a store that is never read", () => {
  it("has no alert in a healthy month, and costs next to nothing", () => {
    const { asked, alerts } = live(month, null);
    expect(alerts).toEqual([]);
    expect(asked).toBeLessThan(5);
  });

  it("has exactly one within two hours of a planted silence, closed by itself", () => {
    const { alerts } = live(around, deaf);
    expect(alerts).toMatchObject([
      { kind: "silence", subject: "orders", what: "opened" },
      { kind: "silence", subject: "orders", what: "over" },
    ]);
    expect(alerts[0]?.at).toBeGreaterThan(secondOf(deaf.fromMs + 30 * minute));
    expect(alerts[0]?.at).toBeLessThanOrEqual(secondOf(deaf.fromMs + 2 * hour));
    expect(alerts[1]?.at).toBeGreaterThan(secondOf(deaf.toMs));
    expect(alerts[1]?.at).toBeLessThanOrEqual(secondOf(deaf.toMs + hour));
  });

  it("has none in a maintenance window, whatever Shopify does", () => {
    const inside = (atMs: number) => atMs >= deaf.fromMs && atMs < deaf.toMs + hour;
    expect(live(around, deaf, inside)).toMatchObject({ alerts: [] });
  });
});
