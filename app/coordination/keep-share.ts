import type { Clock, Transaction } from "#app/db.server.ts";
import { bufferOf } from "./buffer-rules.ts";
import { readBuffers } from "./buffer-store.ts";
import { lockPools, setBuffers } from "./pool-store.ts";

/** Keeps the share of some locked pools back that the rules ask for, as large as the pools are now. */
export async function keepShare(
  { clock }: { readonly clock: Clock },
  tx: Transaction,
  poolIds: readonly string[],
): Promise<void> {
  const nowMs = clock.now();
  const pools = [...(await lockPools(tx, poolIds)).values()];
  const rules = await readBuffers(tx, [...new Set(pools.flatMap((pool) => pool.groupId ?? []))]);
  const changed = pools.flatMap((pool) => {
    const ofGroup = pool.groupId === null ? [] : (rules.get(pool.groupId) ?? []);
    const buffer = bufferOf(ofGroup, { ...pool, auto: pool.buffer }, nowMs);
    return buffer === pool.buffer ? [] : [{ id: pool.id, buffer }];
  });
  await setBuffers(tx, changed, nowMs);
}
