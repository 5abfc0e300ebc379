import { type Place, placeKey, type SampledMinute } from "#app/freshness/index.server.ts";
import type { FreshnessState } from "#app/freshness/types.ts";

/** What one look at a place found. */
export interface Sample extends Place {
  readonly ageSeconds: number;
  readonly state: FreshnessState;
  /** It is excluded from the SLA now: its age is kept, its state is not. */
  readonly excluded: boolean;
}

/** What is known of minutes that are not over, from look to look. */
export interface MinuteBook {
  /**
   * Adds a look at `nowMs`: what it found holds for the time since the look before. Where that was
   * too long ago (the worker slept, or another one sampled), nothing is known of the time between.
   * Returns the minutes that are over, oldest first.
   */
  add(samples: readonly Sample[], nowMs: number): FinishedMinute[];
}

/** A minute that is over. */
export interface FinishedMinute {
  readonly minuteMs: number;
  readonly minutes: readonly SampledMinute[];
}

const minuteMs = 60_000;

interface Tally {
  place: Place;
  ageSeconds: number;
  knownMs: number;
  warnMs: number;
  breachMs: number;
}

/** @see MinuteBook; `longestMs`: how long a look holds at most. */
export function createMinuteBook(longestMs: number): MinuteBook {
  const open = new Map<number, Map<string, Tally>>();
  let lastMs: number | null = null;
  return {
    add: (samples, nowMs) => {
      const sinceMs = lastMs;
      lastMs = nowMs;
      if (sinceMs !== null && nowMs > sinceMs && nowMs - sinceMs <= longestMs)
        for (const { fromMs, toMs } of minutesBetween(sinceMs, nowMs))
          for (const sample of samples) note(open, sample, fromMs, toMs - fromMs);
      return takeFinished(open, nowMs, samples);
    },
  };
}

/** Cut at the ends of minutes. */
function minutesBetween(fromMs: number, toMs: number): { fromMs: number; toMs: number }[] {
  const parts = [];
  for (let at = fromMs; at < toMs; ) {
    const end = Math.min(toMs, (Math.floor(at / minuteMs) + 1) * minuteMs);
    parts.push({ fromMs: at, toMs: end });
    at = end;
  }
  return parts;
}

function note(
  open: Map<number, Map<string, Tally>>,
  { shop, domain, system, ageSeconds, state, excluded }: Sample,
  fromMs: number,
  ms: number,
): void {
  const minute = Math.floor(fromMs / minuteMs) * minuteMs;
  const tallies = open.get(minute) ?? new Map<string, Tally>();
  open.set(minute, tallies);
  const key = `${shop} ${placeKey(domain, system)}`;
  const place = { shop, domain, system };
  const tally = tallies.get(key) ?? { place, ageSeconds: 0, knownMs: 0, warnMs: 0, breachMs: 0 };
  tallies.set(key, tally);
  tally.ageSeconds = Math.max(tally.ageSeconds, ageSeconds);
  if (excluded) return;
  tally.knownMs += ms;
  if (state === "warn") tally.warnMs += ms;
  if (state === "breach") tally.breachMs += ms;
}

/** Places that are not looked at any more (a store that left) are not written down either. */
function takeFinished(
  open: Map<number, Map<string, Tally>>,
  nowMs: number,
  samples: readonly Sample[],
): FinishedMinute[] {
  const present = new Set(samples.map((one) => `${one.shop} ${placeKey(one.domain, one.system)}`));
  const finished = [...open.keys()].filter((minute) => minute + minuteMs <= nowMs).sort();
  return finished.map((minute) => {
    const tallies = [...(open.get(minute) ?? [])].filter(([key]) => present.has(key));
    open.delete(minute);
    return { minuteMs: minute, minutes: tallies.map(([, tally]) => toMinute(tally)) };
  });
}

function toMinute({ place, ageSeconds, knownMs, warnMs, breachMs }: Tally): SampledMinute {
  const seconds = (ms: number) => Math.round(ms / 1_000);
  return {
    ...place,
    ageSeconds,
    knownSeconds: seconds(knownMs),
    warnSeconds: seconds(warnMs),
    breachSeconds: seconds(breachMs),
  };
}
