import type { Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { membersOf } from "./group-store.ts";
import { askForReads, askToPublish } from "./hand-over.ts";
import { movesAt } from "./hold-store.ts";
import { type LevelRow, levelsOfPools, markLeaving, unlinkLevel } from "./level-store.ts";
import { levelsOfItem, tieItem } from "./link-stores.ts";
import { lockPools, type PoolRow, poolsElsewhere, withSiblings } from "./pool-store.ts";
import type { SetPoolDeps } from "./set-pools.ts";
import { mustLeave, type StorePlaces } from "./shown-at.ts";

/** Pools that are gone through in one transaction. */
const poolsAtOnce = 100;

/**
 * Moves what a store shows of its group's pools to where it says, a hundred pools at a time. A level
 * that leaves is lowered to nothing first, sales there counted to the last, so that never two places
 * of a store sell the same units. What the new place does not stock stays where it is, unless another
 * pool location takes that place; and so does, until it is over, what units are held of.
 */
export async function moveStoreLevels(
  deps: SetPoolDeps,
  tx: Transaction,
  batch: readonly JobPayload<"move-store-levels">[],
): Promise<void> {
  for (const { shop, groupId, after } of batch) {
    const places = await placesOfMember(tx, groupId, shop);
    if (places === undefined) continue;
    const pools = await poolsElsewhere(tx, groupId, shop, { after, limit: poolsAtOnce });
    const ids = pools.map((pool) => pool.id);
    const byPool = await levelsOfPools(tx, ids);
    const leaving: LevelRow[] = [];
    for (const pool of pools)
      for (const level of byPool.get(pool.id) ?? [])
        if (level.shop === shop && (await mayLeave(deps, tx, pool, level, places)))
          leaving.push(level);
    await markLeaving(
      tx,
      shop,
      leaving.map((level) => level.levelId),
    );
    await askToPublish(
      deps,
      tx,
      leaving.map((level) => level.poolId),
      null,
    );
    const last = ids.at(-1);
    if (last === undefined || ids.length < poolsAtOnce) continue;
    const payload = { shop, groupId, after: last };
    await deps.enqueue(tx, "move-store-levels", [{ payload, group: shop }]);
  }
}

/** Where a member shows pools; undefined: it is not in the group any more. */
async function placesOfMember(
  tx: Transaction,
  groupId: string,
  shop: string,
): Promise<StorePlaces | undefined> {
  const members = (await membersOf(tx, [groupId])).get(groupId) ?? [];
  return members.find((member) => member.shop === shop)?.places;
}

async function mayLeave(
  deps: SetPoolDeps,
  tx: Transaction,
  pool: PoolRow,
  level: LevelRow,
  places: StorePlaces,
): Promise<boolean> {
  const known = await levelsOfItem(deps, tx, level.shop, level.itemId);
  if (!mustLeave(places, pool.poolLocationId, level, known)) return false;
  return (await movesAt(tx, level.shop, level.levelId)) === 0;
}

/**
 * Takes a level that has nothing left out of its locked pool, and ties the article's level where the
 * store shows the pool now in its place; that one is read before anything is written there. The place
 * it leaves may be that of another pool of the article.
 */
export async function moveOn(
  deps: SetPoolDeps,
  tx: Transaction,
  { shop, levelId, poolId, itemId }: LevelRow,
): Promise<void> {
  const pool = (await lockPools(tx, [poolId])).get(poolId);
  await unlinkLevel(tx, shop, levelId);
  const groupId = pool?.groupId ?? "";
  const places = await placesOfMember(tx, groupId, shop);
  if (pool === undefined || places === undefined) return;
  await tieItem(deps, tx, pool, { shop, places }, itemId);
  const levels = (await levelsOfPools(tx, [poolId])).get(poolId) ?? [];
  await askForReads(
    deps,
    tx,
    levels.filter((level) => level.shop === shop),
    null,
  );
  const others = (await withSiblings(tx, [poolId])).filter((id) => id !== poolId);
  await deps.enqueue(
    tx,
    "link-store",
    others.map((id) => ({ payload: { shop, groupId, after: null, poolId: id }, group: shop })),
  );
}
