import type { BucketLimits } from "../state/plans.ts";

/** The points one app may spend in one shop: a bucket that fills again at a steady rate. */
export type CostBucket = {
  /** Takes points; false when there are not enough. */
  take(points: number): boolean;
  /** Gives back what an operation turned out not to need. */
  giveBack(points: number): void;
  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
};

/** A full bucket; its limits may change while it is used. */
export function createCostBucket(limits: () => BucketLimits, now: () => number): CostBucket {
  let available = limits().maximumAvailable;
  let at = now();
  const refill = () => {
    const nowMs = now();
    const { maximumAvailable, restoreRate } = limits();
    // A clock that was set back takes nothing away.
    const passedMs = Math.max(0, nowMs - at);
    available = Math.min(maximumAvailable, available + (passedMs / 1000) * restoreRate);
    at = nowMs;
  };
  return {
    take(points) {
      refill();
      if (points > available) return false;
      available -= points;
      return true;
    },
    giveBack(points) {
      refill();
      available = Math.min(limits().maximumAvailable, available + points);
    },
    status() {
      refill();
      return { ...limits(), currentlyAvailable: Math.floor(available) };
    },
  };
}
