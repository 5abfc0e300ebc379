/** The parts of a pool that decide what stores show. */
export interface PoolFigures {
  /** What there is, held units included. */
  readonly quantity: number;
  readonly held: number;
  readonly buffer: number;
}

/** What may be promised to somebody: everything that is not held. The buffer is no promise. Pure. */
export function freeOf({ quantity, held }: Pick<PoolFigures, "quantity" | "held">): number {
  return quantity - held;
}

/** What every store shows: the pool less what is held and kept back, and never below zero. Pure. */
export function sellableOf({ quantity, held, buffer }: PoolFigures): number {
  return Math.max(0, quantity - held - buffer);
}
