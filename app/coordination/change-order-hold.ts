import type { Database, Queryable, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { OrderHoldEvent } from "./decide-order-hold.ts";
import { actOnOrderHold, type OrderHoldDeps } from "./end-order-hold.ts";
import {
  findOrderHold,
  lockOrderHold,
  orderHoldView,
  type OrderHoldRow,
} from "./order-hold-store.ts";
import type { HoldAnswer, OrderHoldView } from "./types.ts";

/** What acting on an order's hold takes. */
export type ChangeOrderHoldDeps = OrderHoldDeps & { readonly db: Database };

/** What became of it; null: there is no such hold for this caller. */
export type ChangedOrderHold =
  | { readonly outcome: "ok"; readonly hold: OrderHoldView }
  | { readonly outcome: "refused"; readonly why: string }
  | null;

/** An order's hold of a store. */
export async function getOrderHold(
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  id: string,
): Promise<OrderHoldView | null> {
  const hold = await findOrderHold(db, id);
  return hold?.shop === shop ? orderHoldView(vault, hold) : null;
}

/** A participant's answer. The last acknowledgement lets the order be shipped. */
export async function answerOrderHold(
  deps: ChangeOrderHoldDeps,
  systemId: string,
  id: string,
  answer: HoldAnswer,
): Promise<ChangedOrderHold> {
  const asked = (hold: OrderHoldRow) =>
    hold.told && hold.participants.some((one) => one.systemId === systemId);
  return change(deps, id, asked, { kind: "answer", systemId, answer });
}

/** The merchant lets an order be shipped, whatever was answered. */
export async function releaseOrderHold(
  deps: ChangeOrderHoldDeps,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  id: string,
): Promise<ChangedOrderHold> {
  return change(deps, id, (hold) => hold.shop === shop, { kind: "release" }, actor);
}

/** Ends an order's hold whose time is up, or comes back when it is by this worker's clock. */
export async function expireOrderHold(
  deps: OrderHoldDeps,
  tx: Transaction,
  holdId: string,
): Promise<void> {
  const hold = await lockOrderHold(tx, holdId);
  if (hold === null) return;
  const { shop, onSilence, expiresAt } = hold;
  const leftMs = expiresAt.getTime() - deps.clock.now();
  if (leftMs > 0) {
    const startAfterSeconds = Math.ceil(leftMs / 1000);
    const job = { payload: { shop, holdId }, group: shop, startAfterSeconds };
    return deps.enqueue(tx, "expire-hold", [job]);
  }
  await actOnOrderHold(deps, tx, hold, { kind: "expire", onSilence });
}

async function change(
  deps: ChangeOrderHoldDeps,
  id: string,
  mayActOn: (hold: OrderHoldRow) => boolean,
  event: OrderHoldEvent,
  /** Whoever did it, where that was a person. */
  actor: string | null = null,
): Promise<ChangedOrderHold> {
  return deps.db.transaction(async (tx) => {
    const hold = await lockOrderHold(tx, id);
    if (hold === null || !mayActOn(hold)) return null;
    const refused = await actOnOrderHold(deps, tx, hold, event);
    if (refused !== null) return refused;
    const { shop } = hold;
    if (actor !== null)
      await recordAudit(tx, { shop, actor, action: "order-hold.released", subject: id });
    const after = await findOrderHold(tx, id);
    return after === null ? null : { outcome: "ok", hold: orderHoldView(deps.vault, after) };
  });
}
