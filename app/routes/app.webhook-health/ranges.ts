/** The windows of time the screen can show, cut where the figures are cut: at ten minutes. Pure. */
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const healthRanges = {
  "1h": { label: "Last hour", windowMs: hourMs, barSpanMs: 10 * minuteMs },
  "24h": { label: "Last 24 hours", windowMs: 24 * hourMs, barSpanMs: hourMs },
  "7d": { label: "Last 7 days", windowMs: 168 * hourMs, barSpanMs: 6 * hourMs },
} as const;

/** The name of a window, as the URL has it. */
export type HealthRange = keyof typeof healthRanges;

/** The window a URL asks for; anything unknown is the last day. */
export function readHealthRange(value: string | null): HealthRange {
  return value !== null && Object.hasOwn(healthRanges, value) ? (value as HealthRange) : "24h";
}
