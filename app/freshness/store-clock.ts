const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

const looks = {
  moment: { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" },
  wall: {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  },
  week: { weekday: "short", hour: "2-digit", minute: "2-digit" },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

/**
 * A moment as the clocks of a store show it: "10:02:11", or "24 Nov 10:02:11" when that was not today.
 * A zone this machine does not know is UTC. Pure.
 */
export function storeTime(atMs: number, nowMs: number, timeZone: string | null): string {
  const textOf = (ms: number) => {
    const of = partsOf("moment", ms, timeZone);
    return {
      date: `${of("day")} ${of("month")}`,
      time: `${of("hour")}:${of("minute")}:${of("second")}`,
    };
  };
  const at = textOf(atMs);
  return at.date === textOf(nowMs).date ? at.time : `${at.date} ${at.time}`;
}

/** The date that a store's clocks show. Pure. */
export function storeDate(
  atMs: number,
  timeZone: string | null,
): { readonly year: number; readonly month: number; readonly day: number } {
  const of = partsOf("wall", atMs, timeZone);
  return { year: Number(of("year")), month: Number(of("month")), day: Number(of("day")) };
}

/** The weekday (1: Monday) and HH:MM of a moment by the clocks of a store. Pure. */
export function weekTime(
  atMs: number,
  timeZone: string | null,
): { readonly weekday: number; readonly time: string } {
  const of = partsOf("week", atMs, timeZone);
  return { weekday: weekdays.indexOf(of("weekday")) + 1, time: `${of("hour")}:${of("minute")}` };
}

/** What the clocks of a store show at a moment, to the minute: "2026-11-26T22:00". Pure. */
export function wallTime(atMs: number, timeZone: string | null): string {
  const of = partsOf("wall", atMs, timeZone);
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/**
 * The moment so many days earlier at which the clocks of a store showed the same time; one that they
 * skipped is an hour beside it. Pure.
 */
export function sameTimeBefore(atMs: number, days: number, timeZone: string | null): number {
  const beforeMs = atMs - days * 86_400_000;
  return beforeMs + offsetMs(atMs, timeZone) - offsetMs(beforeMs, timeZone);
}

/**
 * The moment at which the clocks of a store show a time ("2026-11-26T22:00"), epoch milliseconds; null:
 * that is no time. Of two the first; one that the clocks skip is an hour beside it. Pure.
 */
export function momentOf(time: string, timeZone: string | null): number | null {
  const wallMs = Date.parse(`${time}Z`);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(time) || Number.isNaN(wallMs)) return null;
  const day = 86_400_000;
  const offsets = [wallMs - day, wallMs + day].map((ms) => offsetMs(ms, timeZone));
  const fits = offsets.find((offset) => offsetMs(wallMs - offset, timeZone) === offset);
  return wallMs - (fits ?? offsets[0] ?? 0);
}

/** How far the clocks of a store are ahead of UTC. */
function offsetMs(atMs: number, timeZone: string | null): number {
  const of = partsOf("wall", atMs, timeZone);
  const wall = `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}:${of(
    "second",
  )}Z`;
  return Date.parse(wall) - Math.floor(atMs / 1_000) * 1_000;
}

function partsOf(look: keyof typeof looks, ms: number, timeZone: string | null) {
  const parts = clockOf(look, timeZone ?? "UTC").formatToParts(ms);
  return (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? "";
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Making one takes far longer than asking it. */
function clockOf(look: keyof typeof looks, timeZone: string): Intl.DateTimeFormat {
  const key = `${look} ${timeZone}`;
  const known = clocks.get(key);
  if (known) return known;
  const clock = openClock(look, timeZone) ?? clockOf(look, "UTC");
  clocks.set(key, clock);
  return clock;
}

function openClock(look: keyof typeof looks, timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", { ...looks[look], timeZone, hourCycle: "h23" });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
