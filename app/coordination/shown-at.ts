import { chooseLevel, type KnownLevel } from "./choose-level.ts";
import { whereMost } from "./types.ts";

/**
 * Where a store shows the pools of each pool location: a gid of one of its locations, or (of the
 * default one) where it has most of an article. What is not in it is shown nowhere.
 */
export type StorePlaces = ReadonlyMap<string, string>;

/** Locations of a store that are taken by other pool locations than this. Pure. */
function takenFrom(places: StorePlaces, poolLocationId: string): ReadonlySet<string> {
  return new Set([...places].flatMap(([id, at]) => (id === poolLocationId ? [] : [at])));
}

/**
 * The level at which a store shows an article's pool of a pool location; null: none. Where it has most
 * of the article counts among the locations that no other pool location takes. Pure.
 */
export function levelShowing(
  places: StorePlaces,
  poolLocationId: string,
  levels: readonly KnownLevel[],
): KnownLevel | null {
  const at = places.get(poolLocationId);
  if (at === undefined) return null;
  if (at !== whereMost) return chooseLevel(levels, at);
  const taken = takenFrom(places, poolLocationId);
  return chooseLevel(
    levels.filter((level) => !taken.has(level.locationId)),
    null,
  );
}

/**
 * Whether a level that shows a pool has to go from there: the store shows the pool nowhere any more,
 * another pool location has its location now, or the article is stocked where the pool is to be shown.
 * An article that is not stays where it is, as long as nothing else takes the place. Pure.
 */
export function mustLeave(
  places: StorePlaces,
  poolLocationId: string,
  level: { readonly locationId: string },
  levels: readonly KnownLevel[],
): boolean {
  const at = places.get(poolLocationId);
  if (at === undefined) return true;
  if (at === level.locationId) return false;
  if (takenFrom(places, poolLocationId).has(level.locationId)) return true;
  return at !== whereMost && levels.some((one) => one.locationId === at);
}
