import type { Transaction } from "#app/db.server.ts";
import { askToPublish, type HandOverDeps } from "./hand-over.ts";
import { type HoldRow, noteTold, setHoldStatus, setMove } from "./hold-store.ts";
import { movePool } from "./ledger-store.ts";
import { type TellDeps, tellParticipants } from "./tell-participants.ts";

/** What moving a hold on takes. */
export type HoldDeps = TellDeps & HandOverDeps;

/** Asks the participants of a hold whose units are out of what is available. */
export async function askParticipants(
  deps: HoldDeps,
  tx: Transaction,
  hold: HoldRow,
): Promise<void> {
  if (hold.told || hold.status !== "held") return;
  await noteTold(tx, hold.id);
  await tellParticipants(deps, tx, hold, "requested");
}

/** Confirms a locked hold and tells the participants. */
export async function confirmHoldIn(deps: HoldDeps, tx: Transaction, hold: HoldRow): Promise<void> {
  await setHoldStatus(tx, hold.id, "confirmed", null, deps.clock.now());
  await tellParticipants(deps, tx, { ...hold, status: "confirmed" }, "confirmed");
}

/**
 * Ends a locked hold of a locked pool: its units are free again in the pool at once, and come back
 * in Shopify by the worker's next steps. Participants hear of it if they had been asked.
 */
export async function releaseHoldIn(
  deps: HoldDeps,
  tx: Transaction,
  hold: HoldRow,
  status: "released" | "expired",
  why: string,
): Promise<void> {
  const atMs = deps.clock.now();
  await setHoldStatus(tx, hold.id, status, why, atMs);
  await movePool(tx, {
    poolId: hold.poolId,
    kind: "release",
    delta: 0,
    heldDelta: -hold.quantity,
    source: `release:${hold.id}`,
    shop: hold.shop,
    note: why,
    correlationId: hold.correlationId,
    atMs,
  });
  // What is on its way to reserved right now is seen when that is known: see hold-moves.
  if (hold.moveState === "taken")
    await setMove(tx, hold.id, hold.moved > 0 ? "return" : "none", hold.moved);
  if (hold.told) await tellParticipants(deps, tx, { ...hold, status, reason: why }, "released");
  await askToPublish(deps, tx, [hold.poolId], hold.correlationId);
}
