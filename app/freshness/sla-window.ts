import { momentOf, storeDate, weekTime } from "./store-clock.ts";
import type { FreshnessSla } from "./types.ts";

const dayMs = 24 * 3_600_000;

/** The time an SLA is counted over. Epoch milliseconds; a rolling window ends now. */
export interface SlaWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The days of a calendar window: this week (from Monday), this month, this quarter. */
export const calendarDays: readonly number[] = [7, 30, 90];

/**
 * The window of an SLA: its last days, or the week, month or quarter that a store's clocks are in, to
 * its end. Pure.
 */
export function windowOf(
  sla: Pick<FreshnessSla, "windowDays" | "windowKind">,
  nowMs: number,
  timeZone: string | null,
): SlaWindow {
  const rolling = { fromMs: nowMs - sla.windowDays * dayMs, toMs: nowMs };
  if (sla.windowKind !== "calendar") return rolling;
  const [from, to] = daysOf(sla.windowDays, nowMs, timeZone);
  const midnight = (utcMs: number) =>
    momentOf(new Date(utcMs).toISOString().slice(0, 16), timeZone);
  return { fromMs: midnight(from) ?? rolling.fromMs, toMs: midnight(to) ?? nowMs };
}

/** The first day and the day after the last, as if the store were in UTC. */
function daysOf(windowDays: number, nowMs: number, timeZone: string | null): [number, number] {
  const { year, month, day } = storeDate(nowMs, timeZone);
  if (windowDays <= 7) {
    const monday = day - weekTime(nowMs, timeZone).weekday + 1;
    return [Date.UTC(year, month - 1, monday), Date.UTC(year, month - 1, monday + 7)];
  }
  const months = windowDays <= 30 ? 1 : 3;
  const first = Math.floor((month - 1) / months) * months;
  return [Date.UTC(year, first, 1), Date.UTC(year, first + months, 1)];
}
