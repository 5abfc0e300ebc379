import type { Clock, Transaction } from "#app/db.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { levelsWithMoves } from "./hold-store.ts";
import { type LevelRow, levelsOfPools, noteAsked } from "./level-store.ts";
import { lockPools } from "./pool-store.ts";
import { sellableAt } from "./sellable.ts";

/** How this room's work is handed to a worker, in the transaction that makes it necessary. */
export type HandOver = <
  Name extends
    | "set-pool"
    | "count-pool-level"
    | "publish-pool-level"
    | "link-store"
    | "move-store-levels"
    | "expire-hold"
    | "consume-hold"
    | "keep-order-hold"
    | "follow-buffers"
    | "read-collection"
    | "fan-out-changes",
>(
  tx: Transaction,
  name: Name,
  jobs: readonly EnqueuedJob<Name>[],
) => Promise<void>;

/** What handing over takes. */
export interface HandOverDeps {
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

/** What shows too much goes before all other work. */
export const urgent = 10;

/** A read that was asked for this long ago is asked for again. */
const askAgainMs = 60_000;

/** Has levels read that were not asked for lately. `correlationId`: of what made it necessary. */
export async function askForReads(
  deps: HandOverDeps,
  tx: Transaction,
  levels: readonly LevelRow[],
  correlationId: string | null,
): Promise<void> {
  const nowMs = deps.clock.now();
  const due = levels.filter(
    ({ askedAt }) => askedAt === null || askedAt.getTime() < nowMs - askAgainMs,
  );
  for (const shop of new Set(due.map((level) => level.shop))) {
    const mine = due.filter((level) => level.shop === shop);
    const ids = mine.map((level) => level.levelId);
    await noteAsked(tx, shop, ids, nowMs, false);
    await deps.enqueue(
      tx,
      "count-pool-level",
      mine.map(({ levelId, poolId }) => ({
        payload: { shop, levelId, poolId, correlationId },
        group: shop,
        priority: urgent,
      })),
    );
  }
}

/**
 * Has every store brought to what the pools say now, those that show too much first. The pools are
 * locked by the caller.
 */
export async function askToPublish(
  deps: HandOverDeps,
  tx: Transaction,
  poolIds: readonly string[],
  correlationId: string | null,
): Promise<void> {
  const pools = await lockPools(tx, poolIds);
  const levels = await levelsOfPools(tx, poolIds);
  const moving = await levelsWithMoves(tx, poolIds);
  const jobs = [...pools.values()].flatMap((pool) =>
    (levels.get(pool.id) ?? []).flatMap((level) => {
      const target = level.leaving
        ? 0
        : pool.groupId === null
          ? level.seen
          : sellableAt(pool, level);
      const moves = moving.has(level.levelId);
      const isAt = level.seen === target && level.pendingId === null && !level.leaving;
      if (!moves && (level.seen === null || target === null || isAt)) return [];
      const lowers = moves || (target ?? 0) < (level.seen ?? 0);
      const { shop, poolId } = level;
      const payload = { shop, poolId, correlationId };
      return [{ payload, group: shop, priority: lowers ? urgent : 0 }];
    }),
  );
  await deps.enqueue(tx, "publish-pool-level", jobs);
}
