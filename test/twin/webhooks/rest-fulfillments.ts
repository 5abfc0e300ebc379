import { gid } from "../state/ids.ts";
import type { FulfillmentOrderRow, FulfillmentRow, RefundRow, Store } from "../state/model.ts";
import type { RestObject } from "./rest-json.ts";
import { restLineItem } from "./rest-line-items.ts";
import { restId, restMoneySet, restPrice, restTime } from "./rest-parts.ts";

/** Body of fulfillments/create and fulfillments/update. */
export function restFulfillment(store: Store, row: FulfillmentRow): RestObject {
  const order = store.orders.get(row.orderId);
  const url = `https://track.example/${row.trackingNumber}`;
  return {
    id: restId(row.id),
    admin_graphql_api_id: gid("Fulfillment", row.id),
    created_at: restTime(store, row.createdAt),
    location_id: restId(row.locationId),
    name: row.name,
    order_id: restId(row.orderId),
    origin_address: {},
    receipt: {},
    service: "manual",
    shipment_status: row.shipmentStatus ?? null,
    status: "success",
    tracking_company: row.trackingCompany ?? "Other",
    tracking_number: row.trackingNumber,
    tracking_numbers: [row.trackingNumber],
    tracking_url: url,
    tracking_urls: [url],
    updated_at: restTime(store, row.updatedAt),
    line_items: row.lines.flatMap(({ lineItemId, quantity }) => {
      const line = order?.lineItems.find((each) => each.id === lineItemId);
      return line ? [{ ...restLineItem(store, line), quantity }] : [];
    }),
  };
}

/** Body of refunds/create. */
export function restRefund(store: Store, row: RefundRow): RestObject {
  const order = store.orders.get(row.orderId);
  return {
    id: restId(row.id),
    admin_graphql_api_id: gid("Refund", row.id),
    created_at: restTime(store, row.createdAt),
    note: row.note,
    order_id: restId(row.orderId),
    processed_at: restTime(store, row.createdAt),
    restock: row.restock,
    user_id: null,
    total_duties_set: restMoneySet(store, "0.00"),
    duties: [],
    order_adjustments: [],
    transactions: [restTransaction(store, row)],
    refund_line_items: row.lines.flatMap((refunded) => {
      const line = order?.lineItems.find((each) => each.id === refunded.lineItemId);
      if (!line) return [];
      return [
        {
          id: restId(refunded.id),
          line_item_id: restId(line.id),
          location_id: row.restock ? restId(line.locationId) : null,
          quantity: refunded.quantity,
          restock_type: row.restock ? "cancel" : "no_restock",
          ...restPrice(store, "subtotal", refunded.subtotal),
          ...restPrice(store, "total_tax", "0.00"),
          line_item: restLineItem(store, line),
        },
      ];
    }),
    refund_shipping_lines: [],
    return: null,
  };
}

function restTransaction(store: Store, row: RefundRow): RestObject {
  return {
    id: restId(row.transactionId),
    admin_graphql_api_id: gid("OrderTransaction", row.transactionId),
    amount: row.amount,
    created_at: restTime(store, row.createdAt),
    currency: store.shop.currency,
    gateway: "bogus",
    kind: "refund",
    order_id: restId(row.orderId),
    processed_at: restTime(store, row.createdAt),
    status: "success",
    test: false,
  };
}

/** Body of fulfillment_orders/placed_on_hold and hold_released. */
export function restFulfillmentOrder(row: FulfillmentOrderRow): RestObject {
  return {
    fulfillment_order: {
      id: gid("FulfillmentOrder", row.id),
      status: row.status.toLowerCase(),
      fulfillment_holds: row.holds.map((hold) => ({
        reason: hold.reason.toLowerCase(),
        reason_notes: hold.reasonNotes,
      })),
    },
  };
}
