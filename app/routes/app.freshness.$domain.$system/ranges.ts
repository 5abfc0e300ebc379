/** The windows of time a detail page can look at. Pure. */

const hourMs = 3_600_000;

export const ageRanges = {
  "1h": { label: "1 hour", words: "Last hour", windowMs: hourMs },
  "6h": { label: "6 hours", words: "Last 6 hours", windowMs: 6 * hourMs },
  "24h": { label: "24 hours", words: "Last 24 hours", windowMs: 24 * hourMs },
  "7d": { label: "7 days", words: "Last 7 days", windowMs: 168 * hourMs },
  "30d": { label: "30 days", words: "Last 30 days", windowMs: 720 * hourMs },
} as const;
export type AgeRangeName = keyof typeof ageRanges;

/** The window a URL asks for; anything unknown is the last day. */
export function readAgeRange(value: string | null): AgeRangeName {
  return value !== null && Object.hasOwn(ageRanges, value) ? (value as AgeRangeName) : "24h";
}
