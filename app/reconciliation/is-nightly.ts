/** The hour in which a shop is compared, in its own time zone. */
const hour = 3;

/**
 * Whether it is the minute from which on a shop may be compared tonight: within an hour of the
 * night, at a minute of its own, so that not all shops of an installation begin at once. Pure.
 */
export function isNightly(shop: string, timeZone: string | null, nowMs: number): boolean {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: timeZone ?? "UTC",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(nowMs);
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return read("hour") === hour && read("minute") >= minuteOf(shop);
}

function minuteOf(shop: string): number {
  let sum = 0;
  for (const letter of shop) sum = (sum * 31 + letter.charCodeAt(0)) % 45;
  return sum;
}
