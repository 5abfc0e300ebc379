import type { Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { AppliedOrder } from "#app/processing/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { decideHold } from "./decide-hold.ts";
import { consumeHoldIn, type HoldDeps } from "./end-hold.ts";
import type { HandOver } from "./hand-over.ts";
import { confirmedHolds, consumedFor, findHold, lockHold, openReference } from "./hold-store.ts";
import { lockPools } from "./pool-store.ts";
import { holdsFor, unitsOf } from "./order-units.ts";

/**
 * Hands over the confirmed holds of a store that orders were what they were for, in the transaction
 * that applies the orders. Nothing is locked: the job looks again.
 */
export async function findConsumed(
  deps: { readonly vault: Vault; readonly enqueue: HandOver },
  tx: Transaction,
  shop: string,
  orders: readonly AppliedOrder[],
): Promise<void> {
  const told = orders.flatMap((order) => {
    const units = order.deleted ? null : unitsOf(order.data);
    return units === null || units.bySku.size === 0 ? [] : [{ id: order.id, units }];
  });
  if (told.length === 0) return;
  const skus = new Set(told.flatMap(({ units }) => [...units.bySku.keys()]));
  const holds = (await confirmedHolds(tx, shop, [...skus])).map((hold) => ({
    ...hold,
    reference: openReference(deps.vault, hold.id, hold.reference),
  }));
  const jobs = told.flatMap(({ id: orderId, units }) =>
    holdsFor(units, holds).map(({ id: holdId, sku }) => ({
      group: shop,
      payload: { shop, holdId, orderId, units: units.bySku.get(sku) ?? 0 },
    })),
  );
  await deps.enqueue(tx, "consume-hold", jobs);
}

/**
 * Ends confirmed holds whose order has taken the units, in the transaction that completes the jobs:
 * the sale took them from the pool, so that they are held no more. Of several holds for one order so
 * many end as it has units for. Run twice, it is done once.
 */
export async function consumeHolds(
  deps: HoldDeps,
  tx: Transaction,
  batch: readonly JobPayload<"consume-hold">[],
): Promise<void> {
  const found = await Promise.all(batch.map(({ holdId }) => findHold(tx, holdId)));
  await lockPools(
    tx,
    found.flatMap((hold) => hold?.poolId ?? []),
  );
  for (const { shop, holdId, orderId, units } of batch) {
    const hold = await lockHold(tx, holdId);
    if (hold?.shop !== shop || decideHold(hold, { kind: "consume" }).kind !== "consume") continue;
    const taken = await consumedFor(tx, shop, orderId, hold.sku);
    if (taken + hold.quantity <= units) await consumeHoldIn(deps, tx, hold, orderId);
  }
}
