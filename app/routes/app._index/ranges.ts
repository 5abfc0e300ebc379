/** The windows of time the overview can show. Pure. */

/** How a window is cut into equal spans: fine ones for the lag, coarse ones for the bars. */
export interface Range {
  readonly label: string;
  readonly windowMs: number;
  readonly lagSpanMs: number;
  readonly barSpanMs: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const ranges = {
  "1h": {
    label: "Last hour",
    windowMs: hourMs,
    lagSpanMs: minuteMs,
    barSpanMs: 5 * minuteMs,
  },
  "24h": {
    label: "Last 24 hours",
    windowMs: 24 * hourMs,
    lagSpanMs: 15 * minuteMs,
    barSpanMs: hourMs,
  },
  "7d": {
    label: "Last 7 days",
    windowMs: 168 * hourMs,
    lagSpanMs: 2 * hourMs,
    barSpanMs: 6 * hourMs,
  },
  "30d": {
    label: "Last 30 days",
    windowMs: 720 * hourMs,
    lagSpanMs: 6 * hourMs,
    barSpanMs: 24 * hourMs,
  },
} as const satisfies Record<string, Range>;

/** The name of a window, as the URL has it. */
export type RangeName = keyof typeof ranges;

/** The window a URL asks for; anything unknown is the last hour. */
export function readRange(value: string | null): RangeName {
  return value !== null && Object.hasOwn(ranges, value) ? (value as RangeName) : "1h";
}

/**
 * The spans of a window, whose edges stand still: they move on by a whole span at a time, so that a
 * chart read every 5 s does not creep.
 */
export function spansOf(
  nowMs: number,
  windowMs: number,
  spanMs: number,
): { readonly fromMs: number; readonly toMs: number; readonly points: number } {
  const toMs = (Math.floor(nowMs / spanMs) + 1) * spanMs;
  return { fromMs: toMs - windowMs, toMs, points: Math.round(windowMs / spanMs) };
}
