/** A stock level as Shopify told of it last. */
export interface KnownLevel {
  readonly levelId: string;
  readonly itemId: string;
  readonly locationId: string;
  readonly available: number;
}

/**
 * The level at which a store shows a pool: that of the place it named, else the one with most of the
 * article. Pure.
 */
export function chooseLevel(
  levels: readonly KnownLevel[],
  locationId: string | null,
): KnownLevel | null {
  if (locationId !== null) return levels.find((level) => level.locationId === locationId) ?? null;
  const [most = null] = [...levels].sort(
    (a, b) => b.available - a.available || (a.levelId < b.levelId ? -1 : 1),
  );
  return most;
}
