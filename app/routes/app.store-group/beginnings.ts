import type { BufferRule } from "#app/coordination/types.ts";

/** When rules begin that do later than now, and their peaks: each moment once, in order. Pure. */
export function beginningsOf(
  rules: readonly Pick<BufferRule, "activeFrom" | "activeUntil" | "peakWindows">[],
  nowMs: number,
): string[] {
  const begins = rules.flatMap(({ activeFrom, activeUntil, peakWindows }) => {
    const opens = activeFrom === undefined ? nowMs : Date.parse(activeFrom);
    const ends = activeUntil === undefined ? Infinity : Date.parse(activeUntil);
    const peaks = peakWindows.map(({ from }) => Date.parse(from));
    return [opens, ...peaks.filter((ms) => opens < ms && ms < ends)];
  });
  const later = [...new Set(begins)].filter((ms) => ms > nowMs).sort((a, b) => a - b);
  return later.map((ms) => new Date(ms).toISOString());
}
