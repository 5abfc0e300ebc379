import { toSecond } from "../state/clock.ts";
import { gid, takeId } from "../state/ids.ts";
import type {
  Address,
  CustomerRow,
  FulfillmentOrderRow,
  InventoryLevelRow,
  LineItemRow,
  OrderRow,
  Store,
  VariantRow,
} from "../state/model.ts";
import { toCents } from "../state/money.ts";
import { orderTotals } from "../state/order-totals.ts";
import { restOrder } from "../webhooks/rest-orders.ts";
import type { Change } from "./change.ts";
import { changeStock } from "./stock.ts";

/** Oldest orders beyond this number are forgotten, so that traffic can run for days. */
const MAX_ORDERS = 5_000;
const SHIPPING_PRICE = "9.90";

export type SaleLine = { variant: VariantRow; level: InventoryLevelRow; quantity: number };

/**
 * A paid order: available falls, committed rises, on hand stays. Sends orders/create, orders/paid,
 * orders/updated and one inventory_levels/update per line.
 */
export function placeOrder(
  change: Change,
  lines: SaleLine[],
  customer: CustomerRow | null,
  token: string,
): OrderRow {
  const { store } = change;
  const order = buildOrder(change, lines, customer, token);
  store.orders.set(order.id, order);
  openFulfillmentOrders(change, order);
  if (customer) countPurchase(customer, order);
  sendOrder(change, order, ["orders/create", "orders/paid", "orders/updated"]);
  for (const { level, quantity } of lines) {
    changeStock(change, level, { available: -quantity, committed: quantity });
  }
  forgetOldOrders(store);
  return order;
}

function buildOrder(
  change: Change,
  lines: SaleLine[],
  customer: CustomerRow | null,
  token: string,
): OrderRow {
  const { store } = change;
  const now = toSecond(change.nowMs);
  const number = store.nextOrderNumber;
  store.nextOrderNumber += 1;
  const address: Address = customer?.address ?? store.shop.address;
  return {
    kind: "Order",
    id: takeId(store, "Order"),
    name: `#${number}`,
    number,
    confirmationNumber: token.slice(0, 9).toUpperCase(),
    token,
    email: customer?.email ?? null,
    phone: null,
    note: null,
    poNumber: null,
    tags: [],
    customAttributes: [],
    customerId: customer?.id ?? null,
    shippingAddress: address,
    shippingLineId: takeId(store, "ShippingLine"),
    shippingPrice: SHIPPING_PRICE,
    currency: store.shop.currency,
    financialStatus: "PAID",
    lineItems: lines.map((line) => buildLine(store, line)),
    fulfillmentOrderIds: [],
    fulfillmentIds: [],
    refundIds: [],
    createdAt: now,
    processedAt: now,
    updatedAt: now,
    closedAt: null,
    cancelledAt: null,
  };
}

/** A line of what is sold now. */
export function buildLine(store: Store, { variant, level, quantity }: SaleLine): LineItemRow {
  const product = store.products.get(variant.productId);
  const item = store.inventoryItems.get(variant.inventoryItemId);
  return {
    kind: "LineItem",
    id: takeId(store, "LineItem"),
    productId: variant.productId,
    variantId: variant.id,
    inventoryItemId: variant.inventoryItemId,
    locationId: level.locationId,
    title: product?.title ?? variant.title,
    variantTitle: variant.title,
    sku: variant.sku,
    vendor: product?.vendor ?? "",
    grams: item?.grams ?? 0,
    price: variant.price,
    quantity,
    currentQuantity: quantity,
    fulfilledQuantity: 0,
  };
}

/** One per location that has something to ship. */
function openFulfillmentOrders(change: Change, order: OrderRow): void {
  const byLocation = Map.groupBy(order.lineItems, (line) => line.locationId);
  for (const [locationId, lines] of byLocation) {
    openFulfillmentOrder(change, order, locationId, lines);
  }
}

/** Asks a location to ship lines of an order. */
export function openFulfillmentOrder(
  change: Change,
  order: OrderRow,
  locationId: string,
  lines: LineItemRow[],
): void {
  const { store } = change;
  const now = toSecond(change.nowMs);
  const row: FulfillmentOrderRow = {
    kind: "FulfillmentOrder",
    id: takeId(store, "FulfillmentOrder"),
    orderId: order.id,
    locationId,
    status: "OPEN",
    lines: lines.map((line) => ({
      kind: "FulfillmentOrderLineItem",
      id: takeId(store, "FulfillmentOrderLineItem"),
      lineItemId: line.id,
      totalQuantity: line.quantity,
      remainingQuantity: line.quantity,
    })),
    holds: [],
    createdAt: now,
    updatedAt: now,
  };
  store.fulfillmentOrders.set(row.id, row);
  order.fulfillmentOrderIds.push(row.id);
}

function countPurchase(customer: CustomerRow, order: OrderRow): void {
  customer.ordersCount += 1;
  customer.spentCents += toCents(orderTotals(order).total);
  customer.lastOrderId = order.id;
}

/** Marks the order as changed and sends the topics, the order's state being the same for all. */
export function sendOrder(change: Change, order: OrderRow, topics: string[]): void {
  const { store } = change;
  order.updatedAt = toSecond(change.nowMs);
  for (const topic of topics) {
    change.emit({
      topic,
      resource: gid("Order", order.id),
      body: () => restOrder(store, order),
    });
  }
}

function forgetOldOrders(store: Store): void {
  for (const order of store.orders.values()) {
    if (store.orders.size <= MAX_ORDERS) return;
    removeOrder(store, order);
  }
}

/** Takes an order and what belongs to it out of the store, without telling anybody. */
export function removeOrder(store: Store, order: OrderRow): void {
  store.orders.delete(order.id);
  for (const id of order.fulfillmentOrderIds) store.fulfillmentOrders.delete(id);
  for (const id of order.fulfillmentIds) store.fulfillments.delete(id);
  for (const id of order.refundIds) store.refunds.delete(id);
}
