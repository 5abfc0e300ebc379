import type { StoredPool } from "./open-group.ts";

/** What became of one article that stores share. */
export interface PoolLedgers {
  /** What there was, and how many of it customers bought. */
  readonly units: number;
  readonly sold: number;
  readonly pool: StoredPool;
  /** What each store shows in the end. */
  readonly shown: readonly number[];
  /** The least any store showed at any moment. Stores never sell what they do not show. */
  readonly lowest: number;
}

/** What is true of an article whatever broke; all of it has to be. */
export interface PoolJudgement {
  /** Units the pool takes for there though they were sold. */
  readonly lost: number;
  /** Units the pool takes for sold though they are there, and ledgers that do not add up. */
  readonly appliedTwice: number;
  /** Writes of Converge that left a store with less than nothing. */
  readonly belowZero: number;
  /** Every store shows what the pool says. */
  readonly converged: boolean;
}

/** Compares what was sold with what the pool, its ledger and the stores say. Pure. */
export function judgePool({ units, sold, pool, shown, lowest }: PoolLedgers): PoolJudgement {
  const miscounted = pool.quantity - (units - sold);
  const addsUp =
    pool.sum === pool.quantity && pool.heldSum === pool.held && pool.promised === pool.held;
  const sellable = Math.max(0, pool.quantity - pool.held - pool.buffer);
  return {
    lost: Math.max(0, miscounted),
    appliedTwice: Math.max(0, -miscounted) + (addsUp ? 0 : 1),
    belowZero: lowest < 0 ? 1 : 0,
    converged: shown.every((available) => available === sellable),
  };
}
