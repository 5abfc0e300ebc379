import type { Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { groupOf, lockGroup, membersOf, setMemberLocation } from "./group-store.ts";
import { askForReads, askToPublish } from "./hand-over.ts";
import { movesAt } from "./hold-store.ts";
import { type LevelRow, levelsOfPools, markLeaving, unlinkLevel } from "./level-store.ts";
import { levelsOfItem, tieItem } from "./link-stores.ts";
import { lockPools, poolsElsewhere } from "./pool-store.ts";
import type { SetPoolDeps } from "./set-pools.ts";
import type { TieDeps } from "./tie-articles.ts";

/** Pools that are gone through in one transaction. */
const poolsAtOnce = 100;

/**
 * Says at which of its locations a store shows what it may sell of the pools; null: where it has most
 * of an article, as it is now. Its articles move there one after the other. False: it is in no group.
 */
export async function chooseLocation(
  deps: TieDeps,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  locationId: string | null,
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    const group = await groupOf(tx, shop);
    if (group === null || !(await lockGroup(tx, group.id))) return false;
    if (!(await setMemberLocation(tx, shop, locationId))) return true;
    const detail = { locationId };
    const action = "store-group.location-chosen";
    await recordAudit(tx, { shop, actor, action, subject: group.id, detail });
    const moving = { payload: { shop, groupId: group.id, after: null }, group: shop };
    // Articles that are shown nowhere may be in stock at the new place.
    await deps.enqueue(tx, "move-store-levels", [moving]);
    await deps.enqueue(tx, "link-store", [moving]);
    return true;
  });
}

/**
 * Moves what a store shows of its group's pools to the location it chose, a hundred pools at a time.
 * A level that leaves is lowered to nothing first, sales there counted to the last, so that never two
 * places of a store sell the same units. What the new place does not stock stays where it is, and so
 * does, until it is over, what units are held of.
 */
export async function moveStoreLevels(
  deps: SetPoolDeps,
  tx: Transaction,
  batch: readonly JobPayload<"move-store-levels">[],
): Promise<void> {
  for (const { shop, groupId, after } of batch) {
    const members = (await membersOf(tx, [groupId])).get(groupId) ?? [];
    const locationId = members.find((member) => member.shop === shop)?.locationId ?? null;
    if (locationId === null) continue;
    const page = { after, limit: poolsAtOnce };
    const pools = await poolsElsewhere(tx, groupId, { shop, locationId }, page);
    const ids = pools.map((pool) => pool.id);
    const levels = [...(await levelsOfPools(tx, ids)).values()].flat();
    const leaving: LevelRow[] = [];
    for (const level of levels)
      if (level.shop === shop && (await mayLeave(deps, tx, level, locationId))) leaving.push(level);
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

async function mayLeave(
  deps: SetPoolDeps,
  tx: Transaction,
  level: LevelRow,
  locationId: string,
): Promise<boolean> {
  const there = await levelsOfItem(deps, tx, level.shop, level.itemId);
  if (!there.some((one) => one.locationId === locationId)) return false;
  return (await movesAt(tx, level.shop, level.levelId)) === 0;
}

/**
 * Takes a level that has nothing left out of its locked pool, and ties the article's level at the
 * chosen location in its place; that one is read before anything is written there.
 */
export async function moveOn(
  deps: SetPoolDeps,
  tx: Transaction,
  { shop, levelId, poolId, itemId }: LevelRow,
): Promise<void> {
  const pool = (await lockPools(tx, [poolId])).get(poolId);
  const groupId = pool?.groupId ?? "";
  const members = (await membersOf(tx, [groupId])).get(groupId) ?? [];
  const member = members.find((one) => one.shop === shop);
  await unlinkLevel(tx, shop, levelId);
  if (member === undefined) return;
  await tieItem(deps, tx, poolId, member, itemId);
  const levels = (await levelsOfPools(tx, [poolId])).get(poolId) ?? [];
  await askForReads(
    deps,
    tx,
    levels.filter((level) => level.shop === shop),
    null,
  );
}
