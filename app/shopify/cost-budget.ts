import type { Clock } from "#app/db.server.ts";
import { keptForMoreUrgent, type Priority } from "./priorities.ts";
import type { QueryCost } from "./wait-times.ts";

/** What one process knows of each shop's API budget, from the last answer it got. */
export interface CostBudget {
  note(shop: string, cost: QueryCost): void;
  /** How long a request of that priority should hold back, in milliseconds. */
  holdBackMs(shop: string, priority: Priority): number;
  /** Points in the emptiest bucket of all shops asked so far; undefined before the first answer. */
  lowestAvailable(): number | undefined;
}

interface Bucket {
  readonly available: number;
  readonly maximum: number;
  readonly restoreRate: number;
  readonly atMs: number;
}

/** Remembers one bucket per shop; memory grows with the number of shops only. */
export function createCostBudget(clock: Clock): CostBudget {
  const buckets = new Map<string, Bucket>();
  const availableNow = (bucket: Bucket) =>
    Math.min(
      bucket.maximum,
      bucket.available + (bucket.restoreRate * (clock.now() - bucket.atMs)) / 1000,
    );
  return {
    note(shop, { throttleStatus: status }) {
      buckets.set(shop, {
        available: status.currentlyAvailable,
        maximum: status.maximumAvailable,
        restoreRate: status.restoreRate,
        atMs: clock.now(),
      });
    },
    holdBackMs(shop, priority) {
      const bucket = buckets.get(shop);
      const kept = keptForMoreUrgent[priority];
      if (kept === 0 || bucket === undefined || bucket.restoreRate <= 0) return 0;
      const missing = bucket.maximum * kept - availableNow(bucket);
      return Math.max(0, Math.ceil((missing / bucket.restoreRate) * 1000));
    },
    lowestAvailable() {
      return [...buckets.values()]
        .map(availableNow)
        .reduce<number | undefined>(
          (lowest, points) => (lowest === undefined ? points : Math.min(lowest, points)),
          undefined,
        );
    },
  };
}
