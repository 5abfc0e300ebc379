/** Shopify keeps whole seconds: two changes within one second carry the same stamp. */
export function toSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}

/** As GraphQL writes times: `2026-11-23T10:00:00Z`. */
export function utcTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();
const HOUR_MS = 3_600_000;

/** Minutes a time zone is ahead of UTC at that moment. */
export function offsetMinutes(ms: number, timeZone: string): number {
  // Zones change their offset on full UTC quarter hours at the finest; an hour is safe for ours.
  const key = `${timeZone} ${Math.floor(ms / HOUR_MS)}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  let formatter = formatters.get(timeZone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    formatters.set(timeZone, formatter);
  }
  const name = formatter.formatToParts(ms).find((part) => part.type === "timeZoneName")?.value;
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name ?? "");
  const minutes = match
    ? (Number(match[2]) * 60 + Number(match[3])) * (match[1] === "-" ? -1 : 1)
    : 0;
  if (offsets.size > 10_000) offsets.clear();
  offsets.set(key, minutes);
  return minutes;
}

/** As webhooks write times: in the shop's zone with its offset, `2026-11-23T05:00:00-05:00`. */
export function shopTime(ms: number, timeZone: string): string {
  const minutes = offsetMinutes(ms, timeZone);
  const local = new Date(ms + minutes * 60_000).toISOString().slice(0, 19);
  const sign = minutes < 0 ? "-" : "+";
  const size = Math.abs(minutes);
  const pad = (value: number) => String(value).padStart(2, "0");
  return `${local}${sign}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
