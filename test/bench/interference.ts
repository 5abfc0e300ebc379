/** What a machine that is shared takes of a processor for others. */
export interface Interference {
  /** Of the time, from 0 to 1. */
  readonly share: number;
  /** The longest that was taken at once. */
  readonly longestMs: number;
}

/** A millisecond or so on a processor of today. */
const countsPerStep = 500_000;

/**
 * Counts for some seconds and looks at the clock after every step: one that took more than twice as
 * long as most was not let work all the time. A guest sees that nowhere else: its host need not account
 * for it as `steal`. Blocks this process; what it finds is right while nothing else is busy.
 */
export function measureInterference(seconds: number): Interference {
  const stepsMs: number[] = [];
  const endMs = performance.now() + seconds * 1_000;
  let beforeMs = performance.now();
  let counted = 0;
  while (beforeMs < endMs) {
    for (let n = 0; n < countsPerStep; n += 1) counted = (counted * 31 + n) | 0;
    const nowMs = performance.now();
    stepsMs.push(nowMs - beforeMs);
    beforeMs = nowMs;
  }
  return interferenceIn(stepsMs);
}

/** Steps that are all the same work. Pure. */
export function interferenceIn(stepsMs: readonly number[]): Interference {
  const sorted = [...stepsMs].sort((one, other) => one - other);
  const usualMs = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lostMs = stepsMs.filter((ms) => ms > 2 * usualMs).map((ms) => ms - usualMs);
  const sum = (values: readonly number[]) => values.reduce((total, ms) => total + ms, 0);
  return { share: sum(lostMs) / (sum(stepsMs) || 1), longestMs: Math.max(0, ...lostMs) };
}
