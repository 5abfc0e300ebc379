import { toSecond } from "../state/clock.ts";
import { gid, takeId } from "../state/ids.ts";
import type {
  FulfillmentHoldRow,
  FulfillmentOrderRow,
  FulfillmentRow,
  OrderRow,
  RefundRow,
} from "../state/model.ts";
import { fromCents, toCents } from "../state/money.ts";
import { orderTotals } from "../state/order-totals.ts";
import { findLevel, fulfillmentStatus, unfulfilled } from "../state/store-lookups.ts";
import {
  restFulfillment,
  restFulfillmentOrder,
  restRefund,
} from "../webhooks/rest-fulfillments.ts";
import type { Change } from "./change.ts";
import { sendOrder } from "./orders.ts";
import { changeStock } from "./stock.ts";

/**
 * Ships what one fulfillment order still has: committed falls, on hand falls, available stays.
 * Sends fulfillments/create, orders/fulfilled or orders/partially_fulfilled, and orders/updated.
 */
export function shipFulfillmentOrder(
  change: Change,
  order: OrderRow,
  fulfillmentOrder: FulfillmentOrderRow,
  trackingNumber: string,
): FulfillmentRow {
  const { store } = change;
  const now = toSecond(change.nowMs);
  const row: FulfillmentRow = {
    kind: "Fulfillment",
    id: takeId(store, "Fulfillment"),
    orderId: order.id,
    fulfillmentOrderId: fulfillmentOrder.id,
    locationId: fulfillmentOrder.locationId,
    name: `${order.name}.${order.fulfillmentIds.length + 1}`,
    trackingNumber,
    lines: fulfillmentOrder.lines
      .filter((line) => line.remainingQuantity > 0)
      .map((line) => ({ lineItemId: line.lineItemId, quantity: line.remainingQuantity })),
    createdAt: now,
    updatedAt: now,
  };
  for (const { lineItemId, quantity } of row.lines) {
    const line = order.lineItems.find((each) => each.id === lineItemId);
    if (!line) continue;
    line.fulfilledQuantity += quantity;
    const level = findLevel(store, line.inventoryItemId, line.locationId);
    if (level) changeStock(change, level, { committed: -quantity });
  }
  closeFulfillmentOrder(fulfillmentOrder, now);
  store.fulfillments.set(row.id, row);
  order.fulfillmentIds.push(row.id);
  change.emit({
    topic: "fulfillments/create",
    resource: gid("Fulfillment", row.id),
    body: () => restFulfillment(store, row),
  });
  const done = fulfillmentStatus(order.lineItems) === "FULFILLED";
  if (done) order.closedAt = now;
  sendOrder(change, order, [
    done ? "orders/fulfilled" : "orders/partially_fulfilled",
    "orders/updated",
  ]);
  return row;
}

export type FulfillmentEdit = Partial<
  Pick<FulfillmentRow, "trackingNumber" | "trackingCompany" | "shipmentStatus">
>;

/** Notes where a parcel is or how to find it; sends fulfillments/update and orders/updated. */
export function editFulfillment(
  change: Change,
  order: OrderRow,
  row: FulfillmentRow,
  edit: FulfillmentEdit,
): void {
  const { store } = change;
  Object.assign(row, edit);
  row.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "fulfillments/update",
    resource: gid("Fulfillment", row.id),
    body: () => restFulfillment(store, row),
  });
  sendOrder(change, order, ["orders/updated"]);
}

function closeFulfillmentOrder(row: FulfillmentOrderRow, now: number): void {
  for (const line of row.lines) line.remainingQuantity = 0;
  row.status = "CLOSED";
  row.updatedAt = now;
}

/**
 * Gives the money of every line back. What was not shipped returns to available when `restock` is
 * set (and is lost from on hand when it is not); what was shipped stays with the customer.
 * Sends refunds/create and orders/updated, and inventory_levels/update where stock returned.
 */
export function refundOrder(change: Change, order: OrderRow, restock: boolean): RefundRow {
  const { store } = change;
  const now = toSecond(change.nowMs);
  const row: RefundRow = {
    kind: "Refund",
    id: takeId(store, "Refund"),
    orderId: order.id,
    note: null,
    restock,
    amount: "0.00",
    transactionId: takeId(store, "OrderTransaction"),
    lines: [],
    createdAt: now,
    updatedAt: now,
  };
  const received = toCents(orderTotals(order).received);
  let cents = toCents(order.shippingPrice);
  for (const line of order.lineItems) {
    const quantity = line.currentQuantity;
    if (quantity === 0) continue;
    const subtotal = toCents(line.price) * quantity;
    cents += subtotal;
    row.lines.push({
      id: takeId(store, "RefundLineItem"),
      lineItemId: line.id,
      quantity,
      subtotal: fromCents(subtotal),
    });
    const open = unfulfilled(line);
    const level = findLevel(store, line.inventoryItemId, line.locationId);
    if (level && open > 0) {
      changeStock(change, level, { committed: -open, ...(restock ? { available: open } : {}) });
    }
    line.currentQuantity = 0;
  }
  // An edit may have added what nobody paid for.
  row.amount = fromCents(Math.min(cents, received));
  for (const id of order.fulfillmentOrderIds) {
    const open = store.fulfillmentOrders.get(id);
    if (open && open.status !== "CLOSED") closeFulfillmentOrder(open, now);
  }
  order.financialStatus = "REFUNDED";
  store.refunds.set(row.id, row);
  order.refundIds.push(row.id);
  change.emit({
    topic: "refunds/create",
    resource: gid("Refund", row.id),
    body: () => restRefund(store, row),
  });
  sendOrder(change, order, ["orders/updated"]);
  return row;
}

/** Calls an order off before it ships: money and stock go back, and orders/cancelled is sent too. */
export function cancelOrder(change: Change, order: OrderRow): void {
  const now = toSecond(change.nowMs);
  order.cancelledAt = now;
  order.closedAt = now;
  refundOrder(change, order, true);
  sendOrder(change, order, ["orders/cancelled"]);
}

/** Puts a fulfillment order on hold; sends fulfillment_orders/placed_on_hold. */
export function holdFulfillmentOrder(
  change: Change,
  row: FulfillmentOrderRow,
  hold: FulfillmentHoldRow,
): void {
  row.holds.push(hold);
  row.status = "ON_HOLD";
  row.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "fulfillment_orders/placed_on_hold",
    resource: gid("FulfillmentOrder", row.id),
    body: () => restFulfillmentOrder(row),
  });
}

/** Takes holds away; the order opens again, and hold_released is sent, when none is left. */
export function releaseHolds(change: Change, row: FulfillmentOrderRow, holdIds: Set<string>): void {
  row.holds = row.holds.filter((hold) => !holdIds.has(hold.id));
  row.updatedAt = toSecond(change.nowMs);
  if (row.holds.length > 0) return;
  row.status = "OPEN";
  change.emit({
    topic: "fulfillment_orders/hold_released",
    resource: gid("FulfillmentOrder", row.id),
    body: () => restFulfillmentOrder(row),
  });
}
