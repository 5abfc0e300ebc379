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
  /** When it was last heard of. */
  atMs: number;
  /** From when it ran over until it is empty: by then its waiting work is surely done. */
  over: boolean;
}

/**
 * Each process counts for itself: a flood reaches all of them. A bucket stays where it is: a Map that is
 * deleted from and added to for every webhook leaves a chain of outgrown tables, and the collector of
 * young objects carries along what hangs on them (9 ms a time where it takes 2).
 */
export function createFairShares(nowMs: () => number): FairShares {
  const buckets = new Map<string, Bucket>();
  return {
    priorityOf(group, weight) {
      const now = nowMs();
      let bucket = buckets.get(group);
      if (bucket === undefined) {
        if (buckets.size >= mostGroups) forgetQuietest(buckets, mostGroups / 10);
        bucket = { level: 0, atMs: now, over: false };
        buckets.set(group, bucket);
      }
      const drained = (Math.max(0, now - bucket.atMs) / 1000) * sharePerSecond;
      const before = Math.max(0, bucket.level - drained);
      bucket.level = before + weight;
      bucket.atMs = now;
      bucket.over = bucket.level > burst || (bucket.over && before > 0);
      return bucket.over ? -1 : 0;
    },
  };
}

/** Many at a time: looking for them takes as long as looking for one. */
function forgetQuietest(buckets: Map<string, Bucket>, count: number): void {
  const quietestFirst = [...buckets].sort(([, one], [, other]) => one.atMs - other.atMs);
  for (const [group] of quietestFirst.slice(0, count)) buckets.delete(group);
}
