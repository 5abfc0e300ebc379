import type { SampledHour } from "./age-store.ts";
import type { AgePoint } from "./types.ts";

const minuteMs = 60_000;

/** The worst age of each of `points` equal spans of [fromMs, toMs), oldest first. Pure. */
export function ageSeries(
  hours: readonly SampledHour[],
  fromMs: number,
  toMs: number,
  points: number,
): AgePoint[] {
  const spanMs = (toMs - fromMs) / points;
  const worst: (number | null)[] = Array.from({ length: points }, () => null);
  for (const { hourMs, ages } of hours)
    for (const [minute, age] of ages.entries()) {
      const slot = Math.floor((hourMs + minute * minuteMs - fromMs) / spanMs);
      if (age === null || slot < 0 || slot >= points) continue;
      worst[slot] = Math.max(age, worst[slot] ?? 0);
    }
  return worst.map((ageSeconds, slot) => ({
    at: new Date(fromMs + slot * spanMs).toISOString(),
    ageSeconds,
  }));
}
