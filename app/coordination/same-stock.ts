import type { Queryable } from "#app/db.server.ts";
import { levelsNamed, levelsOfPools } from "./level-store.ts";

/** A pool, and the stock levels at which stores show it. */
export interface SameStock {
  readonly poolId: string;
  readonly places: readonly { readonly shop: string; readonly resourceId: string }[];
}

/**
 * Where else the stock of a level is shown: all levels of its pool, itself included; null when no
 * pool holds it. Stores of a group agreed to see each other's stock when they joined.
 */
export async function sameStock(
  db: Queryable,
  shop: string,
  levelId: string,
): Promise<SameStock | null> {
  const [level] = await levelsNamed(db, shop, [levelId]);
  if (level === undefined) return null;
  const { poolId } = level;
  const levels = (await levelsOfPools(db, [poolId])).get(poolId) ?? [];
  return { poolId, places: levels.map((one) => ({ shop: one.shop, resourceId: one.levelId })) };
}
