/**
 * Writes moments in the shop's time zone. The words are put together here, digit by digit, since
 * the server's and the browser's `Intl` do not agree on spaces and day periods, and a difference
 * would be a hydration error.
 */

interface Parts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const months = [
  "Jan",
  "Feb",
  "Mar",
  "Apr",
  "May",
  "Jun",
  "Jul",
  "Aug",
  "Sep",
  "Oct",
  "Nov",
  "Dec",
] as const;

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

const clocks = new Map<string, Intl.DateTimeFormat>();

/** The zone if this machine knows it, else UTC: a shop's zone name must never break a screen. */
export function knownTimeZone(name: string | null | undefined): string {
  if (!name) return "UTC";
  try {
    clockOf(name);
    return name;
  } catch (error) {
    if (error instanceof RangeError) return "UTC";
    throw error;
  }
}

/** "10 Apr, 2:05 pm", with the year when it is not the year of `nowMs`. */
export function formatMoment(at: string, timeZone: string, nowMs: number): string {
  const parts = partsOf(at, timeZone);
  return `${dateText(parts, partsOf(nowMs, timeZone).year)}, ${timeText(parts)}`;
}

/** "10 Apr 2026, 2:05:09.123 pm": to the millisecond, for pages about one event. */
export function formatExact(at: string, timeZone: string): string {
  const parts = partsOf(at, timeZone);
  return `${dateText(parts)} ${String(parts.year)}, ${formatClock(at, timeZone)}`;
}

/** "2:05:09.123 pm": the time of day to the millisecond. */
export function formatClock(at: string, timeZone: string): string {
  const { hour, minute, second } = partsOf(at, timeZone);
  const ms = String(new Date(at).getUTCMilliseconds()).padStart(3, "0");
  return `${hour12(hour)}:${two(minute)}:${two(second)}.${ms} ${dayPeriod(hour)}`;
}

/** A chart's time axis: "2pm", "2:05pm", or "Tue 10 Apr" where a whole day is one step. */
export function formatTick(at: string, timeZone: string, unit: "time" | "day"): string {
  const parts = partsOf(at, timeZone);
  if (unit === "day") {
    const weekday =
      weekdays[new Date(Date.UTC(parts.year, parts.month - 1, parts.day)).getUTCDay()];
    return `${weekday ?? ""} ${dateText(parts)}`.trim();
  }
  const minutes = parts.minute === 0 ? "" : `:${two(parts.minute)}`;
  return `${hour12(parts.hour)}${minutes}${dayPeriod(parts.hour)}`;
}

/** An hour of the day, 0 to 23: "2 pm". */
export function formatHour(hour: number): string {
  return `${hour12(hour)} ${dayPeriod(hour)}`;
}

function dateText(parts: Parts, currentYear = parts.year): string {
  const date = `${String(parts.day)} ${months[parts.month - 1] ?? ""}`;
  return parts.year === currentYear ? date : `${date} ${String(parts.year)}`;
}

function timeText({ hour, minute }: Parts): string {
  return `${hour12(hour)}:${two(minute)} ${dayPeriod(hour)}`;
}

function hour12(hour: number): string {
  return String(hour % 12 === 0 ? 12 : hour % 12);
}

function dayPeriod(hour: number): string {
  return hour < 12 ? "am" : "pm";
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function partsOf(at: string | number, timeZone: string): Parts {
  const found = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of clockOf(timeZone).formatToParts(new Date(at))) {
    if (type in found) found[type as keyof Parts] = Number(value);
  }
  return found;
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    clocks.set(timeZone, clock);
  }
  return clock;
}
