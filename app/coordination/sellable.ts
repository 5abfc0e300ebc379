/** The parts of a pool that decide what stores show. */
export interface PoolFigures {
  /** What there is, held units included. */
  readonly quantity: number;
  readonly held: number;
  /** Kept back wherever a place has no figure of its own. */
  readonly buffer: number;
}

/** What may be promised to somebody: everything that is not held. The buffer is no promise. Pure. */
export function freeOf({ quantity, held }: Pick<PoolFigures, "quantity" | "held">): number {
  return quantity - held;
}

/**
 * What stores without a figure of their own show: the pool less what is held and kept back, and never
 * below zero. Pure.
 */
export function sellableOf({ quantity, held, buffer }: PoolFigures): number {
  return Math.max(0, quantity - held - buffer);
}

/** What is kept back at a place. Pure. */
export function bufferAt(
  pool: Pick<PoolFigures, "buffer">,
  level: { readonly buffer: number | null },
): number {
  return level.buffer ?? pool.buffer;
}

/** What a place shows of a pool. Pure. */
export function sellableAt(pool: PoolFigures, level: { readonly buffer: number | null }): number {
  return sellableOf({ ...pool, buffer: bufferAt(pool, level) });
}
