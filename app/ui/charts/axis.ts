import { formatTick } from "../format/time.ts";

/** Where the marks of an axis stand. Pure; positions are shares of the plot, 0 to 1. */

/** One mark of an axis. */
export interface Tick {
  readonly position: number;
  readonly label: string;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** A step a person would choose: seconds on a logarithmic axis read as 100 ms, 1 s, 10 s, 1 min ... */
const lagSteps = [0.001, 0.01, 0.1, 1, 10, 60, 600, 3_600, 36_000, 86_400, 604_800] as const;

/**
 * The smallest run of lag steps that holds all the values (and at least 100 ms to 10 s, so that a
 * quiet chart does not zoom into noise).
 */
export function lagAxis(values: readonly number[]): readonly number[] {
  const positive = values.filter((value) => value > 0);
  const least = Math.min(0.1, ...positive);
  const most = Math.max(10, ...positive);
  const first = lagSteps.findLastIndex((step) => step <= least);
  const last = lagSteps.findIndex((step) => step >= most);
  return lagSteps.slice(Math.max(0, first), last === -1 ? lagSteps.length : last + 1);
}

/** Round steps from 0 for counts: at most five, whole numbers. */
export function countAxis(most: number): readonly number[] {
  if (most <= 4) return Array.from({ length: Math.max(1, Math.ceil(most)) + 1 }, (_, n) => n);
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((n) => n * power).find((n) => n >= rough && n % 1 === 0);
  const size = step ?? power * 10;
  return Array.from({ length: Math.ceil(most / size) + 1 }, (_, n) => n * size);
}

/**
 * Marks for equal spans that start at `times`: days where the window is long, else full hours or ten
 * minutes. `place` says where span `index` stands.
 */
export function timeTicks(
  times: readonly string[],
  timeZone: string,
  place: (index: number) => number,
): readonly Tick[] {
  const [first, second] = times;
  if (first === undefined || second === undefined) return [];
  const spanMs = Date.parse(second) - Date.parse(first);
  const windowMs = spanMs * times.length;
  if (windowMs > 2 * dayMs) return dayTicks(times, timeZone, place);
  const stepMs = windowMs > 3 * hourMs ? 4 * hourMs : hourMs / 6;
  return times.flatMap((at, index) => {
    const ofDayMs = timeOfDayMs(at, timeZone);
    const before = times[index - 1];
    const starts =
      before === undefined
        ? ofDayMs % stepMs === 0
        : stepOf(ofDayMs, stepMs) !== stepOf(timeOfDayMs(before, timeZone), stepMs);
    return starts ? [{ position: place(index), label: formatTick(at, timeZone, "time") }] : [];
  });
}

/** A day is marked where it starts; the first span of the window mostly lies within one. */
function dayTicks(
  times: readonly string[],
  timeZone: string,
  place: (index: number) => number,
): readonly Tick[] {
  const labels = times.map((at) => formatTick(at, timeZone, "day"));
  const days = labels.flatMap((label, index) =>
    index > 0 && label !== labels[index - 1] ? [{ position: place(index), label }] : [],
  );
  return thinned(days);
}

const mostDays = 8;

/** Of many days only every so many are marked, without their weekdays. */
function thinned(days: readonly Tick[]): readonly Tick[] {
  if (days.length <= mostDays) return days;
  const every = Math.ceil(days.length / mostDays);
  return days
    .filter((_, index) => index % every === every - 1)
    .map(({ position, label }) => ({ position, label: label.replace(/^\w+ /, "") }));
}

/** Marks for a window of which every moment can be shown: at round times, wherever the spans begin. */
export function momentTicks(fromMs: number, toMs: number, timeZone: string): readonly Tick[] {
  const windowMs = toMs - fromMs;
  const gridMs = windowMs > 2 * hourMs ? hourMs : hourMs / 6;
  const stepMs = windowMs > 12 * hourMs ? 4 * hourMs : gridMs;
  const intoGrid = timeOfDayMs(new Date(fromMs).toISOString(), timeZone) % gridMs;
  const firstMs = Math.floor(fromMs / 60_000) * 60_000 - intoGrid + gridMs;
  const moments: string[] = [];
  for (let atMs = firstMs; atMs <= toMs; atMs += gridMs) moments.push(new Date(atMs).toISOString());
  const place = (at: string) => (Date.parse(at) - fromMs) / windowMs;
  const byDay = windowMs > 2 * dayMs;
  const marks = moments
    .filter((at) => timeOfDayMs(at, timeZone) % (byDay ? dayMs : stepMs) === 0)
    .map((at) => ({
      position: place(at),
      label: formatTick(at, timeZone, byDay ? "day" : "time"),
    }));
  return thinned(marks);
}

/** Spans need not start on the step itself: a zone may be half an hour off the full hour. */
function stepOf(ofDayMs: number, stepMs: number): number {
  return Math.floor(ofDayMs / stepMs);
}

function timeOfDayMs(at: string, timeZone: string): number {
  const label = formatTick(at, timeZone, "time");
  const [, hour, minute, period] = /^(\d+)(?::(\d+))?([ap]m)$/.exec(label) ?? [];
  const hours = (Number(hour) % 12) + (period === "pm" ? 12 : 0);
  return hours * hourMs + Number(minute ?? 0) * 60_000;
}
