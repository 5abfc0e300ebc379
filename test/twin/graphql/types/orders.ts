import { utcTime } from "../../state/clock.ts";
import { gid } from "../../state/ids.ts";
import type { FulfillmentRow, LineItemRow, OrderRow, RefundRow, Store } from "../../state/model.ts";
import { fromCents, toCents } from "../../state/money.ts";
import { orderTotals } from "../../state/order-totals.ts";
import { fulfillmentStatus, unfulfilled } from "../../state/store-lookups.ts";
import { intArg } from "../arguments.ts";
import { connection, plainConnection, type SortValue } from "../connections.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import { byId, byNumber, byTag, byText, byTime, type SearchSpec, STAMPS } from "../search.ts";
import { seesFulfillmentOrders } from "./fulfillment-orders.ts";
import { metafieldOwnerFields } from "./metafields.ts";
import { sortFrom } from "./products.ts";
import {
  exactCount,
  idFields,
  mailingAddress,
  moneyBag,
  timeFields,
  timeOrNull,
} from "./shared-fields.ts";

/** Filters of `orders`. */
export function orderSearch({ store }: GraphContext): SearchSpec<OrderRow> {
  const customerName = (row: OrderRow) => {
    const customer = row.customerId === null ? undefined : store.customers.get(row.customerId);
    return customer ? `${customer.firstName} ${customer.lastName}` : "";
  };
  return {
    words: (row) => `${row.name} ${row.email ?? ""} ${customerName(row)}`,
    indexed: STAMPS,
    fields: {
      confirmation_number: byText((row) => row.confirmationNumber),
      created_at: byTime((row) => row.createdAt),
      current_total_price: byNumber((row) => Number(orderTotals(row).currentTotal)),
      customer_id: byId((row) => row.customerId ?? "0"),
      email: byText((row) => row.email),
      financial_status: byText((row) => row.financialStatus),
      fulfillment_status: byText((row) => restStatus(row)),
      id: byId((row) => row.id),
      name: byText((row) => row.name),
      po_number: byText((row) => row.poNumber),
      processed_at: byTime((row) => row.processedAt),
      sku: (row, term, nowMs) =>
        row.lineItems.some((line) => byText<string>(() => line.sku)(line.sku, term, nowMs)),
      status: byText((row) => (row.closedAt === null ? "open" : "closed")),
      tag: byTag((row) => row.tags, true),
      tag_not: byTag((row) => row.tags, false),
      updated_at: byTime((row) => row.updatedAt),
    },
  };
}

/** Without read_all_orders an app sees the orders of so many days. */
const ORDER_WINDOW_MS = 60 * 86_400_000;

/** Whether the app may see an order; older ones are to it as if they were not there. */
export function seesOrder({ scopes, nowMs }: GraphContext, row: OrderRow): boolean {
  return scopes.has("read_all_orders") || row.createdAt >= nowMs - ORDER_WINDOW_MS;
}

/** The orders the app may see. */
export function visibleOrders(context: GraphContext): OrderRow[] {
  return [...context.store.orders.values()].filter((row) => seesOrder(context, row));
}

function restStatus(row: OrderRow): string {
  const status = fulfillmentStatus(row.lineItems).toLowerCase();
  return status === "partially_fulfilled" ? "partial" : status;
}

/** How `orders` can be sorted; by the time of processing unless told. */
export function orderSort(args: Args) {
  const keys: Record<string, (row: OrderRow) => SortValue> = {
    CREATED_AT: (row) => row.createdAt,
    CURRENT_TOTAL_PRICE: (row) => Number(orderTotals(row).currentTotal),
    ORDER_NUMBER: (row) => row.number,
    PROCESSED_AT: (row) => row.processedAt,
    TOTAL_PRICE: (row) => Number(orderTotals(row).total),
    UPDATED_AT: (row) => row.updatedAt,
  };
  return sortFrom(keys, args);
}

function rows<T>(ids: string[], table: Map<string, T>): T[] {
  return ids.flatMap((id) => table.get(id) ?? []);
}

function firstOf<T>(list: T[], args: Args): T[] {
  const first = intArg(args, "first");
  return first === undefined ? list : list.slice(0, first);
}

const bag = (amount: string, { store }: GraphContext) => moneyBag(amount, store.shop.currency);

export const orderTypes = [
  defineType<OrderRow>("Order", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    additionalFees: () => [],
    billingAddress: (row) => mailingAddress(row.shippingAddress, row.shippingLineId),
    billingAddressMatchesShippingAddress: () => true,
    canMarkAsPaid: () => false,
    canNotifyCustomer: (row) => row.email !== null,
    cancelReason: (row) => (row.cancelledAt === null ? null : "CUSTOMER"),
    cancelledAt: (row) => timeOrNull(row.cancelledAt),
    capturable: () => false,
    closed: (row) => row.closedAt !== null,
    closedAt: (row) => timeOrNull(row.closedAt),
    confirmed: () => true,
    currencyCode: (row) => row.currency,
    currentSubtotalLineItemsQuantity: (row) =>
      row.lineItems.reduce((sum, line) => sum + line.currentQuantity, 0),
    currentSubtotalPriceSet: (row, _args, context) =>
      bag(orderTotals(row).currentSubtotal, context),
    currentTaxLines: () => [],
    currentTotalDiscountsSet: (_row, _args, context) => bag("0.00", context),
    currentTotalPriceSet: (row, _args, context) => bag(orderTotals(row).currentTotal, context),
    currentTotalTaxSet: (_row, _args, context) => bag("0.00", context),
    customer: (row, _args, { store }) =>
      row.customerId === null ? null : (store.customers.get(row.customerId) ?? null),
    discountCodes: () => [],
    displayFinancialStatus: (row) => row.financialStatus,
    displayFulfillmentStatus: (row) => fulfillmentStatus(row.lineItems),
    dutiesIncluded: () => false,
    edited: (row) => row.paid !== undefined,
    estimatedTaxes: () => false,
    fulfillable: (row) => row.lineItems.some((line) => unfulfilled(line) > 0),
    fulfillmentOrders: (row, args, context) =>
      fulfillmentOrdersOf(row.fulfillmentOrderIds, args, context),
    fulfillments: (row, args, { store }) =>
      firstOf(rows(row.fulfillmentIds, store.fulfillments), args),
    fulfillmentsCount: (row) => exactCount(row.fulfillmentIds.length, null),
    fullyPaid: (row) => row.financialStatus !== "PARTIALLY_PAID",
    lineItems: (row, args) => connection({ rows: row.lineItems, idOf: (line) => line.id }, args),
    merchantEditable: () => true,
    merchantEditableErrors: () => [],
    originalTotalPriceSet: (row, _args, context) => bag(orderTotals(row).total, context),
    paymentGatewayNames: () => ["bogus"],
    presentmentCurrencyCode: (row) => row.currency,
    processedAt: (row) => utcTime(row.processedAt),
    refundable: (row) => row.financialStatus !== "REFUNDED",
    refunds: (row, args, { store }) => firstOf(rows(row.refundIds, store.refunds), args),
    requiresShipping: () => true,
    restockable: (row) => row.lineItems.some((line) => unfulfilled(line) > 0),
    shippingAddress: (row) => mailingAddress(row.shippingAddress, row.shippingLineId),
    sourceName: () => "web",
    subtotalLineItemsQuantity: (row) => row.lineItems.reduce((sum, line) => sum + line.quantity, 0),
    subtotalPriceSet: (row, _args, context) => bag(orderTotals(row).subtotal, context),
    taxLines: () => [],
    taxesIncluded: () => false,
    test: () => false,
    totalDiscountsSet: (_row, _args, context) => bag("0.00", context),
    totalOutstandingSet: (row, _args, context) => bag(orderTotals(row).outstanding, context),
    totalPriceSet: (row, _args, context) => bag(orderTotals(row).total, context),
    totalReceivedSet: (row, _args, context) => bag(orderTotals(row).received, context),
    totalRefundedSet: (row, _args, context) => bag(refundedTotal(row, context.store), context),
    totalShippingPriceSet: (row, _args, context) => bag(row.shippingPrice, context),
    totalTaxSet: (_row, _args, context) => bag("0.00", context),
    unpaid: (row) => row.financialStatus === "PARTIALLY_PAID",
  }),
  defineType<LineItemRow>("LineItem", {
    ...idFields,
    customAttributes: () => [],
    discountAllocations: () => [],
    discountedTotalSet: (row, _args, context) => bag(lineTotal(row), context),
    discountedUnitPriceSet: (row, _args, context) => bag(row.price, context),
    duties: () => [],
    fulfillableQuantity: (row) => unfulfilled(row),
    isGiftCard: () => false,
    name: (row) => `${row.title} - ${row.variantTitle}`,
    nonFulfillableQuantity: (row) => row.quantity - row.currentQuantity,
    originalTotalSet: (row, _args, context) => bag(lineTotal(row), context),
    originalUnitPriceSet: (row, _args, context) => bag(row.price, context),
    product: (row, _args, { store }) => store.products.get(row.productId) ?? null,
    refundableQuantity: (row) => row.currentQuantity,
    requiresShipping: () => true,
    restockable: (row) => unfulfilled(row) > 0,
    taxLines: () => [],
    taxable: () => true,
    totalDiscountSet: (_row, _args, context) => bag("0.00", context),
    unfulfilledQuantity: (row) => unfulfilled(row),
    variant: (row, _args, { store }) => store.variants.get(row.variantId) ?? null,
  }),
  defineType<FulfillmentRow>("Fulfillment", {
    ...idFields,
    ...timeFields,
    displayStatus: (row) => row.shipmentStatus?.toUpperCase() ?? "FULFILLED",
    fulfillmentLineItems: (row, args, { store }) =>
      plainConnection(fulfilledLines(row, store), args),
    fulfillmentOrders: (row, args, context) =>
      fulfillmentOrdersOf([row.fulfillmentOrderId], args, context),
    location: (row, _args, { store }) => store.locations.get(row.locationId),
    order: (row, _args, { store }) => store.orders.get(row.orderId),
    requiresShipping: () => true,
    status: () => "SUCCESS",
    totalQuantity: (row) => row.lines.reduce((sum, line) => sum + line.quantity, 0),
    trackingInfo: (row, args) =>
      firstOf(
        [
          {
            company: row.trackingCompany ?? "Other",
            number: row.trackingNumber,
            url: `https://track.example/${row.trackingNumber}`,
          },
        ],
        args,
      ),
  }),
  defineType<RefundRow>("Refund", {
    ...idFields,
    ...timeFields,
    order: (row, _args, { store }) => store.orders.get(row.orderId),
    processedAt: (row) => utcTime(row.createdAt),
    refundLineItems: (row, args, context) => plainConnection(refundedLines(row, context), args),
    totalRefundedSet: (row, _args, context) => bag(row.amount, context),
  }),
];

function fulfillmentOrdersOf(ids: string[], args: Args, context: GraphContext) {
  const { fulfillmentOrders } = context.store;
  const visible = seesFulfillmentOrders(context) ? rows(ids, fulfillmentOrders) : [];
  return connection({ rows: visible, idOf: (each) => each.id }, args);
}

function lineTotal(line: LineItemRow): string {
  return fromCents(toCents(line.price) * line.quantity);
}

function refundedTotal(row: OrderRow, store: Store): string {
  const cents = rows(row.refundIds, store.refunds).map((refund) => toCents(refund.amount));
  return fromCents(cents.reduce((sum, each) => sum + each, 0));
}

function fulfilledLines(row: FulfillmentRow, store: Store) {
  const order = store.orders.get(row.orderId);
  return row.lines.map(({ lineItemId, quantity }) => ({
    kind: "FulfillmentLineItem",
    id: gid("FulfillmentLineItem", lineItemId),
    quantity,
    lineItem: order?.lineItems.find((line) => line.id === lineItemId),
  }));
}

function refundedLines(row: RefundRow, context: GraphContext) {
  const order = context.store.orders.get(row.orderId);
  return row.lines.map(({ id, lineItemId, quantity, subtotal }) => {
    const lineItem = order?.lineItems.find((line) => line.id === lineItemId);
    return {
      id: gid("RefundLineItem", id),
      quantity,
      lineItem,
      location: lineItem ? context.store.locations.get(lineItem.locationId) : null,
      priceSet: bag(lineItem?.price ?? "0.00", context),
      restockType: row.restock ? "CANCEL" : "NO_RESTOCK",
      restocked: row.restock,
      subtotalSet: bag(subtotal, context),
      totalTaxSet: bag("0.00", context),
    };
  });
}
