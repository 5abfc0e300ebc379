import { weekTime } from "#app/freshness/index.server.ts";

/** The hour in which a shop is compared, in its own time zone. */
const hour = 3;

/**
 * Whether it is the minute from which on a shop may be compared tonight: within an hour of the
 * night, at a minute of its own, so that not all shops of an installation begin at once. Pure.
 */
export function isNightly(shop: string, timeZone: string | null, nowMs: number): boolean {
  const [hourNow, minuteNow] = weekTime(nowMs, timeZone).time.split(":").map(Number);
  return hourNow === hour && (minuteNow ?? 0) >= minuteOf(shop);
}

function minuteOf(shop: string): number {
  let sum = 0;
  for (const letter of shop) sum = (sum * 31 + letter.charCodeAt(0)) % 45;
  return sum;
}
