import { freeOf, type PoolFigures } from "./sellable.ts";
import { defaultPoolLocation } from "./types.ts";

/** A pool of the article that units are to be held of. */
export interface HoldablePool extends Pick<PoolFigures, "quantity" | "held"> {
  readonly id: string;
  readonly poolLocationId: string;
  /** The store that wants the hold shows it: the units can be moved to reserved there. */
  readonly shownHere: boolean;
}

/**
 * The pool a hold without a pool location is placed on. Of those that have it whole, one that the store
 * shows goes before one that it does not; then that with most free units; then the default one. Where
 * none has it whole, that with most: it says how many there are. Null: there is none. Pure.
 */
export function choosePool<Pool extends HoldablePool>(
  pools: readonly Pool[],
  quantity: number,
): Pool | null {
  const rank = (pool: Pool): readonly number[] => [
    freeOf(pool) >= quantity ? 1 : 0,
    freeOf(pool) >= quantity && pool.shownHere ? 1 : 0,
    freeOf(pool),
    pool.poolLocationId === defaultPoolLocation ? 1 : 0,
  ];
  const [best = null] = [...pools].sort(
    (a, b) => firstDifference(rank(b), rank(a)) || (a.id < b.id ? -1 : 1),
  );
  return best;
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  return a.map((value, index) => value - (b[index] ?? 0)).find((each) => each !== 0) ?? 0;
}
