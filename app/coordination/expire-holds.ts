import type { Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { listSystemsOf } from "#app/systems/index.server.ts";
import { expireOrderHold } from "./change-order-hold.ts";
import { decideHold } from "./decide-hold.ts";
import { confirmHoldIn, type HoldDeps, releaseHoldIn } from "./end-hold.ts";
import { findHold, type HoldRow, lockHold } from "./hold-store.ts";
import { lockPools } from "./pool-store.ts";

/**
 * Ends holds whose time is up, or confirms them where silence means that, in the transaction that
 * completes their jobs. A worker whose clock is behind comes back when it is time by its own.
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
    const verdict = decideHold(hold, { kind: "expire", silent: await silentlyAgreeing(tx, hold) });
    if (verdict.kind === "confirm") await confirmHoldIn(deps, tx, hold);
    if (verdict.kind === "release")
      await releaseHoldIn(deps, tx, hold, verdict.status, verdict.why);
  }
}

/** The participants whose silence means that they agree, as their merchants have it now. */
async function silentlyAgreeing(
  tx: Transaction,
  { told, participants }: HoldRow,
): Promise<ReadonlySet<string>> {
  const unheard = participants.filter(({ answer }) => answer === null);
  // Who was never asked has not been silent.
  if (!told || unheard.length === 0) return new Set();
  const systems = await listSystemsOf(tx, [...new Set(unheard.map(({ shop }) => shop))]);
  return new Set(
    systems.flatMap(({ id, deliveryPolicy }) =>
      deliveryPolicy.onSilence === "confirm" ? [id] : [],
    ),
  );
}
