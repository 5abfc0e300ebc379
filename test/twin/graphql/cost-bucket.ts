/** The points one app may spend in one shop: a bucket that fills again at a steady rate. */
export type CostBucket = {
  /** Takes points; false when there are not enough. */
  take(points: number): boolean;
  /** Gives back what an operation turned out not to need. */
  giveBack(points: number): void;
  status(): { maximumAvailable: number; currentlyAvailable: number; restoreRate: number };
};

export function createCostBucket(options: {
  maximumAvailable: number;
  restoreRate: number;
  now: () => number;
}): CostBucket {
  const { maximumAvailable, restoreRate, now } = options;
  let available = maximumAvailable;
  let at = now();
  const refill = () => {
    const nowMs = now();
    available = Math.min(maximumAvailable, available + ((nowMs - at) / 1000) * restoreRate);
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
      available = Math.min(maximumAvailable, available + points);
    },
    status() {
      refill();
      return { maximumAvailable, currentlyAvailable: Math.floor(available), restoreRate };
    },
  };
}
