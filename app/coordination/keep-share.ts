import type { Clock, Transaction } from "#app/db.server.ts";
import { readBuffers } from "./buffer-store.ts";
import { planShares } from "./plan-buffers.ts";
import { lockPools } from "./pool-store.ts";
import { settleBuffers } from "./settle-buffers.ts";

/** Keeps the share of some locked pools back that the rules ask for, as large as the pools are now. */
export async function keepShare(
  { clock }: { readonly clock: Clock },
  tx: Transaction,
  poolIds: readonly string[],
): Promise<void> {
  const nowMs = clock.now();
  const pools = [...(await lockPools(tx, poolIds)).values()];
  const groups = [...new Set(pools.flatMap((pool) => pool.groupId ?? []))];
  const rules = await readBuffers(tx, groups);
  for (const groupId of groups) {
    const mine = pools.filter((pool) => pool.groupId === groupId);
    const planned = await planShares(tx, rules.get(groupId) ?? [], mine, nowMs);
    await settleBuffers(tx, planned, nowMs);
  }
}
