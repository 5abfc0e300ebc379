import type { OrderRow } from "./model.ts";
import { fromCents, toCents } from "./money.ts";

export type OrderTotals = {
  subtotal: string;
  total: string;
  /** After refunds. */
  currentSubtotal: string;
  currentTotal: string;
  /** Received from the customer; refunds do not count. */
  received: string;
  /** What an edit added and nobody paid yet. */
  outstanding: string;
};

/** Sums of an order; the twin's stores charge no tax and give no discounts. */
export function orderTotals(order: OrderRow): OrderTotals {
  const shipping = toCents(order.shippingPrice);
  let ordered = 0;
  let current = 0;
  for (const line of order.lineItems) {
    ordered += toCents(line.price) * line.quantity;
    current += toCents(line.price) * line.currentQuantity;
  }
  const currentTotal = current === 0 ? 0 : current + shipping;
  const received = order.paid === undefined ? ordered + shipping : toCents(order.paid);
  return {
    subtotal: fromCents(ordered),
    total: fromCents(ordered + shipping),
    currentSubtotal: fromCents(current),
    currentTotal: fromCents(currentTotal),
    received: fromCents(received),
    outstanding: fromCents(Math.max(0, currentTotal - received)),
  };
}
