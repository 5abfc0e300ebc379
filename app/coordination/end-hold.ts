import type { Transaction } from "#app/db.server.ts";
import { askToPublish, type HandOverDeps } from "./hand-over.ts";
import { type HoldRow, noteOrder, noteTold, setHoldStatus, setMove } from "./hold-store.ts";
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
  await setHoldStatus(tx, hold.id, status, why, deps.clock.now());
  await freeUnits(deps, tx, hold, { kind: "release", note: why });
  if (hold.told) await tellParticipants(deps, tx, { ...hold, status, reason: why }, "released");
}

/**
 * Ends a confirmed hold of a locked pool because an order took what it was for. The sale has lowered
 * the pool, or will when it is counted, and what is available in Shopify with it; so the units are
 * held no more, and those in reserved make up for the ones that the order took. Stores show more only
 * on evidence of later than this: a sale that nobody has counted yet is found first.
 */
export async function consumeHoldIn(
  deps: HoldDeps,
  tx: Transaction,
  hold: HoldRow,
  orderId: string,
): Promise<void> {
  await setHoldStatus(tx, hold.id, "consumed", "Its order took the units.", deps.clock.now());
  await noteOrder(tx, hold.id, orderId);
  await freeUnits(deps, tx, hold, { kind: "consume" });
}

/** The units of a hold are held no more in the pool, and leave reserved in Shopify. */
async function freeUnits(
  deps: HoldDeps,
  tx: Transaction,
  hold: HoldRow,
  why: { readonly kind: "release" | "consume"; readonly note?: string },
): Promise<void> {
  await movePool(tx, {
    ...why,
    poolId: hold.poolId,
    delta: 0,
    heldDelta: -hold.quantity,
    source: `${why.kind}:${hold.id}`,
    shop: hold.shop,
    correlationId: hold.correlationId,
    atMs: deps.clock.now(),
  });
  // What is on its way to reserved right now is seen when that is known: see hold-moves.
  if (hold.moveState === "taken")
    await setMove(tx, hold.id, hold.moved > 0 ? "return" : "none", hold.moved);
  await askToPublish(deps, tx, [hold.poolId], hold.correlationId);
}
