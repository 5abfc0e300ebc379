import { toSecond } from "../state/clock.ts";
import { gid, takeId } from "../state/ids.ts";
import type { FulfillmentOrderRow, LineItemRow, OrderRow, Store } from "../state/model.ts";
import { toCents } from "../state/money.ts";
import { orderTotals } from "../state/order-totals.ts";
import { findLevel, isOpen, unfulfilled } from "../state/store-lookups.ts";
import { restOrderEdit } from "../webhooks/rest-orders.ts";
import { restId } from "../webhooks/rest-parts.ts";
import type { Change } from "./change.ts";
import {
  buildLine,
  openFulfillmentOrder,
  removeOrder,
  type SaleLine,
  sendOrder,
} from "./orders.ts";
import { changeStock } from "./stock.ts";

/** What an edit did: how many more, or fewer when negative, of which line. */
export type EditedLine = { lineItemId: string; delta: number };

/**
 * Adds to an order that was placed: to its open line of that variant and location, else as a line of
 * its own. Sends orders/edited, orders/updated and inventory_levels/update.
 */
export function addToOrder(change: Change, order: OrderRow, added: SaleLine): EditedLine {
  const { store } = change;
  const { variant, level, quantity } = added;
  order.paid ??= orderTotals(order).received;
  const known = order.lineItems.find(
    (line) =>
      line.variantId === variant.id &&
      line.locationId === level.locationId &&
      unfulfilled(line) > 0,
  );
  const line = known ?? buildLine(store, added);
  if (known) {
    line.quantity += quantity;
    line.currentQuantity += quantity;
  } else order.lineItems.push(line);
  shipMore(change, order, line, quantity);
  changeStock(change, level, { available: -quantity, committed: quantity });
  return finishEdit(change, order, { lineItemId: line.id, delta: quantity });
}

/**
 * Takes up to `quantity` of a line that did not ship yet out of an order, back to the shelf. Sends
 * the same topics as `addToOrder`.
 */
export function removeFromOrder(
  change: Change,
  order: OrderRow,
  line: LineItemRow,
  quantity: number,
): EditedLine {
  const { store } = change;
  const removed = Math.min(quantity, unfulfilled(line));
  order.paid ??= orderTotals(order).received;
  line.currentQuantity -= removed;
  shipLess(change, order, line, removed);
  const level = findLevel(store, line.inventoryItemId, line.locationId);
  if (level) changeStock(change, level, { available: removed, committed: -removed });
  return finishEdit(change, order, { lineItemId: line.id, delta: -removed });
}

function finishEdit(change: Change, order: OrderRow, edited: EditedLine): EditedLine {
  const { store } = change;
  const owes = toCents(orderTotals(order).outstanding) > 0;
  if (order.financialStatus === "PAID" && owes) order.financialStatus = "PARTIALLY_PAID";
  if (order.financialStatus === "PARTIALLY_PAID" && !owes) order.financialStatus = "PAID";
  const editId = takeId(store, "OrderEdit");
  change.emit({
    topic: "orders/edited",
    resource: gid("Order", order.id),
    body: () => restOrderEdit(store, order, { editId, at: change.nowMs, lines: [edited] }),
  });
  sendOrder(change, order, ["orders/updated"]);
  return edited;
}

function shipMore(change: Change, order: OrderRow, line: LineItemRow, quantity: number): void {
  const open = openOnes(change.store, order).find((row) => row.locationId === line.locationId);
  if (!open) {
    openFulfillmentOrder(change, order, line.locationId, [line]);
    return;
  }
  const known = open.lines.find((each) => each.lineItemId === line.id);
  open.updatedAt = toSecond(change.nowMs);
  if (known) {
    known.totalQuantity += quantity;
    known.remainingQuantity += quantity;
    return;
  }
  open.lines.push({
    kind: "FulfillmentOrderLineItem",
    id: takeId(change.store, "FulfillmentOrderLineItem"),
    lineItemId: line.id,
    totalQuantity: quantity,
    remainingQuantity: quantity,
  });
}

function shipLess(change: Change, order: OrderRow, line: LineItemRow, quantity: number): void {
  let left = quantity;
  for (const row of openOnes(change.store, order)) {
    const planned = row.lines.find((each) => each.lineItemId === line.id);
    if (!planned) continue;
    const less = Math.min(left, planned.remainingQuantity);
    planned.totalQuantity -= less;
    planned.remainingQuantity -= less;
    left -= less;
    row.updatedAt = toSecond(change.nowMs);
    if (row.lines.every((each) => each.remainingQuantity === 0)) row.status = "CLOSED";
  }
}

function openOnes(store: Store, order: OrderRow): FulfillmentOrderRow[] {
  return order.fulfillmentOrderIds
    .flatMap((id) => store.fulfillmentOrders.get(id) ?? [])
    .filter(isOpen);
}

/** Only what is over may be deleted: a cancelled order, or one that is archived. */
export function canBeDeleted(order: OrderRow): boolean {
  return order.cancelledAt !== null || order.closedAt !== null;
}

/** Removes an order with everything below it; sends orders/delete, and nothing else. */
export function deleteOrder(change: Change, order: OrderRow): void {
  const { store } = change;
  const customer = order.customerId === null ? undefined : store.customers.get(order.customerId);
  if (customer) {
    customer.ordersCount -= 1;
    customer.spentCents -= toCents(orderTotals(order).total);
    if (customer.lastOrderId === order.id) customer.lastOrderId = null;
  }
  removeOrder(store, order);
  change.emit({
    topic: "orders/delete",
    resource: gid("Order", order.id),
    body: () => ({ id: restId(order.id) }),
  });
}
