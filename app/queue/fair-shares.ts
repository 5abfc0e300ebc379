/**
 * Whose work waits when there is more than can be done at once: a group (a shop) that makes more than
 * its share lets the others pass. A leaky bucket per shop (ITU-T I.371): what is sent fills it, time empties it.
 */
export interface FairShares {
  /**
   * Counts `weight` more of a group and returns the priority of the work they make: 0, or -1 while the
   * group is over its share. The order within one group may change with it, which is harmless:
   * versions are compared.
   */
  priorityOf(group: string, weight: number): number;
}

/** A sale's first seconds, or an import of some products, delay nobody. In events. */
const burst = 500;

/** Far below what one worker processes, far above what a large store changes all day long. */
const sharePerSecond = 50;

/** Groups remembered at once; those that were quiet the longest are forgotten first. */
const mostGroups = 10_000;

interface Bucket {
  level: number;
  atMs: number;
  /** From when it ran over until it is empty: by then its waiting work is surely done. */
  over: boolean;
}

/** Each process counts for itself: a flood reaches all of them. */
export function createFairShares(nowMs: () => number): FairShares {
  const buckets = new Map<string, Bucket>();
  return {
    priorityOf(group, weight) {
      const now = nowMs();
      const known = buckets.get(group) ?? { level: 0, atMs: now, over: false };
      const drained = (Math.max(0, now - known.atMs) / 1000) * sharePerSecond;
      const before = Math.max(0, known.level - drained);
      const level = before + weight;
      const over = level > burst || (known.over && before > 0);
      // Last in the map is heard of last.
      buckets.delete(group);
      buckets.set(group, { level, atMs: now, over });
      const [oldest] = buckets.keys();
      if (buckets.size > mostGroups && oldest !== undefined) buckets.delete(oldest);
      return over ? -1 : 0;
    },
  };
}
