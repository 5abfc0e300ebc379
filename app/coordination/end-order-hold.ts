import type { Transaction } from "#app/db.server.ts";
import { decideOrderHold, type OrderHoldEnd, type OrderHoldEvent } from "./decide-order-hold.ts";
import type { HandOver } from "./hand-over.ts";
import { noteAnswer, openReference } from "./hold-store.ts";
import { isKeptBack, noteEnd, type OrderHoldRow } from "./order-hold-store.ts";
import { type News, tellEach, type TellDeps } from "./tell-participants.ts";

/** What moving an order's hold on takes. */
export type OrderHoldDeps = TellDeps & { readonly enqueue: HandOver };

/** Null: it is so. */
export type ActedOn = { readonly outcome: "refused"; readonly why: string } | null;

/**
 * Decides about a locked hold and carries it out: what participants hear and what Shopify has to be
 * told follows in the same transaction.
 */
export async function actOnOrderHold(
  deps: OrderHoldDeps,
  tx: Transaction,
  hold: OrderHoldRow,
  event: OrderHoldEvent,
): Promise<ActedOn> {
  const verdict = decideOrderHold({ ...hold, keptBack: isKeptBack(hold) }, event);
  if (verdict.kind === "refuse") return { outcome: "refused", why: verdict.why };
  if (verdict.kind === "note" && event.kind === "answer")
    await noteAnswer(tx, hold.id, event.systemId, event.answer, deps.clock.now());
  if (verdict.kind !== "done" && verdict.end !== null) await end(deps, tx, hold, verdict.end);
  return null;
}

async function end(
  deps: OrderHoldDeps,
  tx: Transaction,
  hold: OrderHoldRow,
  { status, why: reason, lets }: OrderHoldEnd,
): Promise<void> {
  const step = lets && hold.step !== "none" ? "release" : hold.step;
  await noteEnd(tx, hold.id, { status, reason, step, atMs: deps.clock.now() });
  const over = { ...hold, status, reason };
  if (hold.told)
    await tellAboutOrder(deps, tx, over, status === "confirmed" ? "confirmed" : "released");
  if (step !== "release") return;
  const { shop, id: holdId } = hold;
  await deps.enqueue(tx, "keep-order-hold", [{ payload: { shop, holdId }, group: shop }]);
}

/** Tells the participants of an order's hold what became of it, each thing once. */
export async function tellAboutOrder(
  deps: TellDeps,
  tx: Transaction,
  hold: OrderHoldRow,
  news: News,
): Promise<void> {
  const { id: holdId, orderId, rule, expiresAt, status, reason } = hold;
  const data = {
    holdId,
    sku: null,
    quantity: null,
    orderId,
    rule,
    reference: openReference(deps.vault, holdId, hold.reference),
    expiresAt: expiresAt.toISOString(),
    status,
    ...(reason === null ? {} : { reason }),
  };
  await tellEach(deps, tx, { ...hold, domain: "orders", sku: null, data }, news);
}
