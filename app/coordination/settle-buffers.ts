import type { Transaction } from "#app/db.server.ts";
import { setLevelBuffers } from "./level-store.ts";
import { isChanged, keptAt, type PlannedBuffer } from "./plan-buffers.ts";
import { setBuffers } from "./pool-store.ts";

/**
 * Keeps back of some locked pools, and at their places, what was planned; returns the ids of those of
 * which that is more or less than before. Where any place is to show more, it does only on evidence of
 * after `atMs`.
 */
export async function settleBuffers(
  tx: Transaction,
  planned: readonly PlannedBuffer[],
  atMs: number,
): Promise<string[]> {
  const changed = planned.filter(isChanged);
  const pools = changed.map((one) => ({
    id: one.pool.id,
    buffer: one.buffer,
    raised: keptAt(one).some(({ before, after }) => after < before),
  }));
  await setBuffers(tx, pools, atMs);
  const levels = changed.flatMap((one) =>
    one.levels.filter(({ level, buffer }) => level.buffer !== buffer),
  );
  await setLevelBuffers(
    tx,
    levels.map(({ level: { shop, levelId }, buffer }) => ({ shop, levelId, buffer })),
  );
  return pools.map(({ id }) => id);
}
