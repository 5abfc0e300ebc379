import { weekTime } from "#app/freshness/index.server.ts";
import type { QuietHours } from "./types.ts";

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

/**
 * When quiet hours end that are on at an instant; null when none are. In the store's time zone; where
 * the clocks change in between, an hour off. Pure.
 */
export function quietUntil(
  quiet: QuietHours | null,
  timeZone: string | null,
  nowMs: number,
): number | null {
  if (!quiet) return null;
  const from = minutesOf(quiet.from);
  const to = minutesOf(quiet.to);
  const now = minutesOf(weekTime(nowMs, timeZone).time);
  const within = from <= to ? now >= from && now < to : now >= from || now < to;
  if (!within) return null;
  const left = (to - now + dayMinutes) % dayMinutes;
  return Math.floor(nowMs / minuteMs) * minuteMs + left * minuteMs;
}

function minutesOf(clock: string): number {
  const [hours, minutes] = clock.split(":").map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
