import { weekTime } from "./store-clock.ts";
import type { FreshnessExclusion } from "./types.ts";

const dayMs = 24 * 3_600_000;

/**
 * Whether a moment (epoch milliseconds) says nothing of the SLA of a kind of data in a place (null:
 * Converge itself), by a store's clocks. Pure.
 */
export function isExcluded(
  rules: readonly FreshnessExclusion[],
  place: { readonly domain: string; readonly system: string | null },
  atMs: number,
  timeZone: string | null,
): boolean {
  return rules.some(
    (rule) =>
      (rule.domain ?? place.domain) === place.domain &&
      (rule.system === undefined || rule.system === place.system) &&
      covers(rule, atMs, timeZone),
  );
}

function covers(rule: FreshnessExclusion, atMs: number, timeZone: string | null): boolean {
  if (rule.kind === "maintenance")
    return atMs >= Date.parse(rule.from) && atMs < Date.parse(rule.to);
  const { fromTime, toTime } = rule;
  const now = weekTime(atMs, timeZone);
  const begins = (weekday: number) => rule.weekdays?.includes(weekday) ?? true;
  if (fromTime < toTime) return begins(now.weekday) && now.time >= fromTime && now.time < toTime;
  if (now.time >= fromTime) return begins(now.weekday);
  return now.time < toTime && begins(weekTime(atMs - dayMs, timeZone).weekday);
}
