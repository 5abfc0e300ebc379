import type { Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { expireOrderHold } from "./change-order-hold.ts";
import { decideHold } from "./decide-hold.ts";
import { type HoldDeps, releaseHoldIn } from "./end-hold.ts";
import { findHold, lockHold } from "./hold-store.ts";
import { lockPools } from "./pool-store.ts";

/**
 * Ends holds whose time is up, in the transaction that completes their jobs. A worker whose clock is
 * behind comes back when it is time by its own.
 */
export async function expireHolds(
  deps: HoldDeps,
  tx: Transaction,
  batch: readonly JobPayload<"expire-hold">[],
): Promise<void> {
  const found = await Promise.all(batch.map(({ holdId }) => findHold(tx, holdId)));
  await lockPools(
    tx,
    found.flatMap((hold) => hold?.poolId ?? []),
  );
  for (const { shop, holdId } of batch) {
    const hold = await lockHold(tx, holdId);
    if (hold === null) {
      await expireOrderHold(deps, tx, holdId);
      continue;
    }
    const leftMs = hold.expiresAt.getTime() - deps.clock.now();
    if (leftMs > 0) {
      const startAfterSeconds = Math.ceil(leftMs / 1000);
      await deps.enqueue(tx, "expire-hold", [
        { payload: { shop, holdId }, group: shop, startAfterSeconds },
      ]);
      continue;
    }
    const verdict = decideHold(hold, { kind: "expire" });
    if (verdict.kind === "release")
      await releaseHoldIn(deps, tx, hold, verdict.status, verdict.why);
  }
}
