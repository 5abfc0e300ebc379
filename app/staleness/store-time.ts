const clocks = new Map<string, Intl.DateTimeFormat>();

/**
 * A moment as the clocks of a store show it: "10:02:11", or "24 Nov 10:02:11" when that was not today.
 * A zone this machine does not know is UTC. Pure.
 */
export function storeTime(atMs: number, nowMs: number, timeZone: string | null): string {
  const clock = clockOf(timeZone ?? "UTC");
  const at = partsOf(clock, atMs);
  return at.date === partsOf(clock, nowMs).date ? at.time : `${at.date} ${at.time}`;
}

function partsOf(clock: Intl.DateTimeFormat, ms: number) {
  const parts = new Map(clock.formatToParts(ms).map((part) => [part.type, part.value]));
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? "";
  return {
    date: `${of("day")} ${of("month")}`,
    time: `${of("hour")}:${of("minute")}:${of("second")}`,
  };
}

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = openClock(timeZone) ?? clockOf("UTC");
  clocks.set(timeZone, clock);
  return clock;
}

function openClock(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone,
      day: "numeric",
      month: "short",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
