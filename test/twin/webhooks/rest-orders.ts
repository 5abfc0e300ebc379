import { gid } from "../state/ids.ts";
import type { OrderRow, Store } from "../state/model.ts";
import { inCurrency } from "../state/money.ts";
import { orderTotals } from "../state/order-totals.ts";
import { restOrderCustomer } from "./rest-customers.ts";
import { restFulfillment, restRefund } from "./rest-fulfillments.ts";
import type { RestObject } from "./rest-json.ts";
import { restFulfillmentStatus, restLineItem } from "./rest-line-items.ts";
import { restAddress, restId, restMoneySet, restPrice, restTime } from "./rest-parts.ts";

/** Body of every orders/* topic but orders/edited and orders/delete, with what any version tells. */
export function restOrder(store: Store, order: OrderRow): RestObject {
  const customer = order.customerId === null ? undefined : store.customers.get(order.customerId);
  return {
    id: restId(order.id),
    admin_graphql_api_id: gid("Order", order.id),
    app_id: 580111,
    ...restOrderFacts(store, order),
    ...restOrderMoney(store, order),
    updated_at: restTime(store, order.updatedAt),
    user_id: null,
    billing_address: restAddress(order.shippingAddress),
    customer: customer === undefined ? null : restOrderCustomer(store, customer),
    discount_applications: [],
    fulfillments: rows(order.fulfillmentIds, store.fulfillments).map((row) =>
      restFulfillment(store, row),
    ),
    line_items: order.lineItems.map((line) => restLineItem(store, line)),
    payment_terms: null,
    refunds: rows(order.refundIds, store.refunds).map((row) => restRefund(store, row)),
    shipping_address: restAddress(order.shippingAddress),
    shipping_lines: [restShippingLine(store, order)],
    returns: [],
  };
}

type Edit = { editId: string; at: number; lines: { lineItemId: string; delta: number }[] };

/** Body of orders/edited: what the edit added and removed, not the order. */
export function restOrderEdit(store: Store, order: OrderRow, edit: Edit): RestObject {
  const changed = (lines: Edit["lines"]) =>
    lines.map(({ lineItemId, delta }) => ({ id: restId(lineItemId), delta: Math.abs(delta) }));
  return {
    order_edit: {
      id: restId(edit.editId),
      app_id: null,
      created_at: restTime(store, edit.at),
      notify_customer: false,
      order_id: restId(order.id),
      staff_note: "",
      user_id: null,
      line_items: {
        additions: changed(edit.lines.filter(({ delta }) => delta > 0)),
        removals: changed(edit.lines.filter(({ delta }) => delta < 0)),
      },
      discounts: { line_item: { additions: [], removals: [] } },
      shipping_lines: { additions: [] },
    },
  };
}

function restOrderFacts(store: Store, order: OrderRow): RestObject {
  return {
    browser_ip: null,
    buyer_accepts_marketing: false,
    cancel_reason: order.cancelledAt === null ? null : "customer",
    cancelled_at: restTime(store, order.cancelledAt),
    cart_token: null,
    checkout_id: null,
    checkout_token: null,
    client_details: null,
    closed_at: restTime(store, order.closedAt),
    confirmation_number: order.confirmationNumber,
    confirmed: true,
    contact_email: order.email,
    created_at: restTime(store, order.createdAt),
    currency: order.currency,
    customer_locale: "en",
    device_id: null,
    discount_codes: [],
    duties_included: false,
    email: order.email,
    estimated_taxes: false,
    financial_status: order.financialStatus.toLowerCase(),
    fulfillment_status: restFulfillmentStatus(order.lineItems),
    landing_site: null,
    landing_site_ref: null,
    location_id: null,
    merchant_of_record_app_id: null,
    name: order.name,
    note: order.note,
    note_attributes: order.customAttributes.map(({ key, value }) => ({ name: key, value })),
    number: order.number - 1000,
    order_number: order.number,
    order_status_url: `https://${store.shop.domain}/${store.shop.id}/orders/${order.token}`,
    payment_gateway_names: ["bogus"],
    phone: order.phone,
    po_number: order.poNumber,
    presentment_currency: order.currency,
    processed_at: restTime(store, order.processedAt),
    reference: null,
    referring_site: null,
    source_identifier: null,
    source_name: "web",
    source_url: null,
    tags: order.tags.join(", "),
    tax_exempt: false,
    tax_lines: [],
    taxes_included: false,
    test: false,
    token: order.token,
    total_weight: order.lineItems.reduce((sum, line) => sum + line.grams * line.quantity, 0),
  };
}

function restOrderMoney(store: Store, order: OrderRow): RestObject {
  const totals = orderTotals(order);
  return {
    ...restPrice(store, "current_subtotal_price", totals.currentSubtotal),
    current_total_additional_fees_set: null,
    ...restPrice(store, "current_total_discounts", "0.00"),
    current_total_duties_set: null,
    ...restPrice(store, "current_total_price", totals.currentTotal),
    ...restPrice(store, "current_total_tax", "0.00"),
    original_total_additional_fees_set: null,
    original_total_duties_set: null,
    ...restPrice(store, "subtotal_price", totals.subtotal),
    total_cash_rounding_payment_adjustment_set: restMoneySet(store, "0.00"),
    total_cash_rounding_refund_adjustment_set: restMoneySet(store, "0.00"),
    ...restPrice(store, "total_discounts", "0.00"),
    ...restPrice(store, "total_line_items_price", totals.subtotal),
    total_outstanding: inCurrency(totals.outstanding, store.shop.currency),
    ...restPrice(store, "total_price", totals.total),
    total_shipping_price_set: restMoneySet(store, order.shippingPrice),
    ...restPrice(store, "total_tax", "0.00"),
    total_tip_received: inCurrency("0.00", store.shop.currency),
  };
}

function restShippingLine(store: Store, order: OrderRow): RestObject {
  return {
    id: restId(order.shippingLineId),
    carrier_identifier: null,
    code: "Standard",
    ...restPrice(store, "discounted_price", order.shippingPrice),
    is_removed: false,
    phone: null,
    ...restPrice(store, "price", order.shippingPrice),
    requested_fulfillment_service_id: null,
    source: "shopify",
    title: "Standard",
    tax_lines: [],
    discount_allocations: [],
  };
}

function rows<T>(ids: string[], table: Map<string, T>): T[] {
  return ids.flatMap((id) => table.get(id) ?? []);
}
