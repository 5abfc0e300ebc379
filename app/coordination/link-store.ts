import type { Database, Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { membersOf } from "./group-store.ts";
import { askForReads } from "./hand-over.ts";
import { levelsOfPools } from "./level-store.ts";
import { linkStores, withCandidates } from "./link-stores.ts";
import { poolsWithout, storesElsewhere, storesWithout } from "./pool-store.ts";
import type { SetPoolDeps } from "./set-pools.ts";

/** Pools that are gone through in one transaction. */
const poolsAtOnce = 100;

/**
 * Ties a store to pools of its group that it does not show yet, a hundred at a time: each of its
 * levels is read first, and then shows what the pool says.
 */
export async function linkStore(
  deps: SetPoolDeps,
  tx: Transaction,
  batch: readonly JobPayload<"link-store">[],
): Promise<void> {
  for (const { shop, groupId, after, poolId } of batch) {
    const members = (await membersOf(tx, [groupId])).get(groupId) ?? [];
    const newcomer = members.filter((member) => member.shop === shop);
    if (newcomer.length === 0) continue;
    const page = { after, limit: poolsAtOnce, poolId: poolId ?? null };
    const pools = await poolsWithout(tx, groupId, shop, page);
    for (const pool of await withCandidates(tx, shop, pools))
      await linkStores(deps, tx, pool, newcomer);
    const levels = await levelsOfPools(
      tx,
      pools.map((pool) => pool.id),
    );
    const unread = [...levels.values()].flat().filter((level) => level.seen === null);
    await askForReads(deps, tx, unread, null);
    const last = pools.at(-1);
    if (last === undefined || pools.length < poolsAtOnce) continue;
    const payload = { shop, groupId, after: last.id };
    await deps.enqueue(tx, "link-store", [{ payload, group: shop }]);
  }
}

/**
 * Has every store that does not show all pools of its group, or some elsewhere than it chose, look for
 * their articles again.
 */
export async function linkAllStores(
  deps: Pick<SetPoolDeps, "enqueue"> & { readonly db: Database },
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const stores = await storesWithout(tx);
    const misplaced = await storesElsewhere(tx);
    await deps.enqueue(
      tx,
      "link-store",
      stores.map(({ shop, groupId }) => ({
        payload: { shop, groupId, after: null },
        group: shop,
      })),
    );
    await deps.enqueue(
      tx,
      "move-store-levels",
      misplaced.map(({ shop, groupId }) => ({
        payload: { shop, groupId, after: null },
        group: shop,
      })),
    );
  });
}
