import type { Database, Transaction } from "#app/db.server.ts";
import { decideHold, type HoldEvent, type HoldVerdict } from "./decide-hold.ts";
import { confirmHoldIn, type HoldDeps, releaseHoldIn } from "./end-hold.ts";
import { groupOf } from "./group-store.ts";
import { findHold, type HoldRow, lockHold, noteAnswer, viewOf } from "./hold-store.ts";
import { lockPools } from "./pool-store.ts";
import type { HoldAnswer, HoldView } from "./types.ts";

/** What acting on a hold takes. */
export type ChangeHoldDeps = HoldDeps & { readonly db: Database };

/** What became of it; null: there is no such hold for this caller. */
export type ChangedHold =
  | { readonly outcome: "ok"; readonly hold: HoldView }
  | { readonly outcome: "refused"; readonly why: string }
  | null;

/** A hold that a store may see: its own, or of its group. */
export async function getHold(
  { db, vault }: Pick<ChangeHoldDeps, "db" | "vault">,
  shop: string,
  id: string,
): Promise<HoldView | null> {
  const hold = await findHold(db, id);
  if (hold === null) return null;
  const theirs = hold.groupId !== null && (await groupOf(db, shop))?.id === hold.groupId;
  return hold.shop === shop || theirs ? viewOf(vault, hold) : null;
}

/** A participant's answer. The last acknowledgement confirms the hold, a refusal ends it. */
export async function answerHold(
  deps: ChangeHoldDeps,
  systemId: string,
  id: string,
  answer: HoldAnswer,
): Promise<ChangedHold> {
  const asked = (hold: HoldRow) => hold.participants.some((one) => one.systemId === systemId);
  return change(deps, id, asked, { kind: "answer", systemId, answer });
}

/** Confirms a hold whose participants have all acknowledged. */
export async function confirmHold(
  deps: ChangeHoldDeps,
  shop: string,
  id: string,
): Promise<ChangedHold> {
  return change(deps, id, (hold) => hold.shop === shop, { kind: "confirm" });
}

/** Gives the units of a hold back, a confirmed one's too. */
export async function releaseHold(
  deps: ChangeHoldDeps,
  shop: string,
  id: string,
  why: string,
): Promise<ChangedHold> {
  return change(deps, id, (hold) => hold.shop === shop, { kind: "release", why });
}

/**
 * Decides about a hold with its pool and itself locked, in the order everybody locks them. That an order
 * consumes it is nobody's wish: see consume-holds.
 */
async function change(
  deps: ChangeHoldDeps,
  id: string,
  mayActOn: (hold: HoldRow) => boolean,
  event: HoldEvent,
): Promise<ChangedHold> {
  return deps.db.transaction(async (tx) => {
    const found = await findHold(tx, id);
    if (found === null || !mayActOn(found)) return null;
    await lockPools(tx, [found.poolId]);
    const hold = await lockHold(tx, id);
    if (hold === null) return null;
    const verdict = decideHold(hold, event);
    if (verdict.kind === "refuse") return { outcome: "refused", why: verdict.why };
    await carryOut(deps, tx, hold, event, verdict);
    const after = await findHold(tx, id);
    return after === null ? null : { outcome: "ok", hold: viewOf(deps.vault, after) };
  });
}

async function carryOut(
  deps: ChangeHoldDeps,
  tx: Transaction,
  hold: HoldRow,
  event: HoldEvent,
  verdict: Exclude<HoldVerdict, { kind: "refuse" }>,
): Promise<void> {
  switch (verdict.kind) {
    case "done":
    case "consume":
      return;
    case "confirm":
      return confirmHoldIn(deps, tx, hold);
    case "release":
      return releaseHoldIn(deps, tx, hold, verdict.status, verdict.why);
    case "note":
      if (event.kind !== "answer") return;
      await noteAnswer(tx, hold.id, event.systemId, event.answer, deps.clock.now());
      if (verdict.then === "confirm") return confirmHoldIn(deps, tx, hold);
      if (verdict.then === "release")
        return releaseHoldIn(deps, tx, hold, "released", "A participant refused it.");
  }
}
