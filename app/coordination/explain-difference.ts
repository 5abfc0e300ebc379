/** A stock level as Shopify counts it at one moment. */
export interface Count {
  readonly available: number;
  /** Units of open orders; null: not known. */
  readonly committed: number | null;
}

/** What the difference between two counts means for the pool. */
export interface Difference {
  readonly kind: "sale" | "return" | "edit";
  /** By which the pool moves; 0: somebody changed the store's number, and it is put back. */
  readonly delta: number;
}

/**
 * What happened in a store between two counts of it, Converge's own writes apart (they are on record
 * with what they found and what they put there). Null: nothing.
 *
 * A sale takes units from what is available and commits them to its order; a cancellation gives them
 * back; a shipment lowers what is committed alone. So of what became available, orders explain at
 * most what they committed less. A pool moves by the lower of the two: whatever is gone in a store is
 * gone from the pool, and nothing returns to it that no order explains. Units a shop finds, or takes
 * back after they were shipped, are the owner's to tell.
 * `follows`: the store's own number is the pool, so it moves with it whatever the cause. Pure.
 */
export function explainDifference(before: Count, now: Count, follows: boolean): Difference | null {
  const gained = now.available - before.available;
  const released =
    before.committed === null || now.committed === null ? 0 : before.committed - now.committed;
  const delta = follows ? gained : Math.min(gained, released);
  if (gained === 0 && delta === 0) return null;
  if (released < 0 && delta < 0) return { kind: "sale", delta };
  return { kind: delta > 0 && released > 0 ? "return" : "edit", delta };
}
