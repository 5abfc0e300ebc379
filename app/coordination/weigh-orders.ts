import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "#app/db.server.ts";
import type { AppliedOrder } from "#app/processing/index.server.ts";
import { findConsumed } from "./consume-holds.ts";
import { actOnOrderHold, type OrderHoldDeps } from "./end-order-hold.ts";
import { participantsAmong, systemsToAsk } from "./find-participants.ts";
import { insertOrderHold, lockKeptBack, keptBackIds } from "./order-hold-store.ts";
import { orderRulesOf, type OrderRuleRow } from "./order-rule-store.ts";
import { isSettled, orderFacts, weighOrder } from "./weigh-order.ts";

/**
 * Has orders held that a rule of the store calls high value, in the transaction that applies them: each
 * once for each rule, whatever comes again. What was told of an order may not say whether a rule is
 * about it (a poll reads less than a webhook brings): a worker then reads it first, as it reads one that
 * is held, to which an edit may have added something. Holds of orders that are cancelled end, and holds
 * of units that an order now takes are consumed. The orders are locked by whoever applies them.
 */
export async function weighOrders(
  deps: OrderHoldDeps,
  tx: Transaction,
  shop: string,
  orders: readonly AppliedOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  await findConsumed(deps, tx, shop, orders);
  const gone = orders.filter(({ deleted, data }) => deleted || isSettled(data) === "cancelled");
  const over = gone.map(({ id }) => id);
  for (const hold of await lockKeptBack(tx, shop, over))
    await actOnOrderHold(deps, tx, hold, { kind: "cancel" });
  const open = orders.filter(({ deleted, data }) => !deleted && isSettled(data) === null);
  if (open.length === 0) return;
  const ids = open.map(({ id }) => id);
  const jobs = (await keptBackIds(tx, shop, ids)).map((holdId) => jobFor(shop, holdId));
  await deps.enqueue(tx, "keep-order-hold", jobs);
  const wanted = (await orderRulesOf(tx, shop)).flatMap((rule) =>
    open.flatMap((order) => {
      const weight = weighOrder(rule, orderFacts(order.data));
      return weight === false ? [] : [{ rule, order, weighed: weight === true }];
    }),
  );
  if (wanted.length === 0) return;
  const systems = await systemsToAsk(tx, shop);
  for (const { rule, order, weighed } of wanted) {
    const participants = participantsAmong(systems, rule.participants);
    const hold = { ...holdOf(deps, shop, rule, order), weighed, participants };
    if (!(await insertOrderHold(tx, hold))) continue;
    await deps.enqueue(tx, "keep-order-hold", [jobFor(shop, hold.id)]);
  }
}

function jobFor(shop: string, holdId: string) {
  return { payload: { shop, holdId }, group: shop };
}

function holdOf(
  { clock }: Pick<OrderHoldDeps, "clock">,
  shop: string,
  { name: rule, ttlSeconds, onSilence }: OrderRuleRow,
  { id: orderId, correlationId, traceparent }: AppliedOrder,
) {
  const nowMs = clock.now();
  return {
    id: uuidv7({ msecs: nowMs }),
    shop,
    orderId,
    rule,
    ttlSeconds,
    onSilence,
    correlationId,
    traceparent,
    createdAt: new Date(nowMs),
    // Begins anew when the participants are asked.
    expiresAt: new Date(nowMs + ttlSeconds * 1000),
  };
}
