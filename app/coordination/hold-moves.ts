import type { Transaction } from "#app/db.server.ts";
import { askParticipants, type HoldDeps, releaseHoldIn } from "./end-hold.ts";
import { type HoldRow, lockHold, setMove } from "./hold-store.ts";

/** Units of a hold arrived in reserved. A hold that ended meanwhile gets them back. */
export async function unitsTaken(
  deps: HoldDeps,
  tx: Transaction,
  holdId: string,
  units: number,
): Promise<void> {
  const hold = await lockHold(tx, holdId);
  if (hold === null) return;
  const open = isOpen(hold);
  await setMove(tx, holdId, open ? "taken" : units > 0 ? "return" : "none", units);
  if (open) await askParticipants(deps, tx, hold);
}

/** Units of a hold that is over are available again. */
export async function unitsReturned(tx: Transaction, holdId: string, units: number): Promise<void> {
  const hold = await lockHold(tx, holdId);
  if (hold === null) return;
  const left = hold.moved - units;
  await setMove(tx, holdId, left > 0 ? "return" : "none", Math.max(0, left));
}

/** Shopify does not let the units go, or the store has too few of them: the hold cannot be. */
export async function unitsMissing(
  deps: HoldDeps,
  tx: Transaction,
  holdId: string,
  why: string,
): Promise<void> {
  const hold = await lockHold(tx, holdId);
  if (hold === null) return;
  await setMove(tx, holdId, "none", 0);
  const without: HoldRow = { ...hold, moveState: "none" };
  if (isOpen(hold)) await releaseHoldIn(deps, tx, without, "released", why);
}

/** Shopify does not give the units back: somebody else has taken them out of reserved. */
export async function unitsLost(tx: Transaction, holdId: string): Promise<void> {
  await setMove(tx, holdId, "none", 0);
}

/** A hold that ended before its units were sent for needs none of them any more. */
export async function callOff(tx: Transaction, hold: HoldRow): Promise<boolean> {
  if (isOpen(hold)) return false;
  await setMove(tx, hold.id, "none", 0);
  return true;
}

function isOpen({ status }: HoldRow): boolean {
  return status === "held" || status === "confirmed";
}
