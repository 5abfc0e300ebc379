import { gid } from "../state/ids.ts";
import type { LineItemRow, Store } from "../state/model.ts";
import { fulfillmentStatus, unfulfilled } from "../state/store-lookups.ts";
import type { RestObject, RestValue } from "./rest-json.ts";
import { restId, restPrice } from "./rest-parts.ts";

/** A line as orders, fulfillments and refunds carry it. */
export function restLineItem(store: Store, line: LineItemRow): RestObject {
  return {
    id: restId(line.id),
    admin_graphql_api_id: gid("LineItem", line.id),
    attributed_staffs: [],
    current_quantity: line.currentQuantity,
    fulfillable_quantity: unfulfilled(line),
    fulfillment_service: "manual",
    fulfillment_status: restFulfillmentStatus([line]),
    gift_card: false,
    grams: line.grams,
    name: `${line.title} - ${line.variantTitle}`,
    ...restPrice(store, "price", line.price),
    product_exists: store.products.has(line.productId),
    product_id: restId(line.productId),
    properties: [],
    quantity: line.quantity,
    requires_shipping: true,
    selling_plan_id: null,
    sku: line.sku,
    taxable: true,
    title: line.title,
    ...restPrice(store, "total_discount", "0.00"),
    variant_id: restId(line.variantId),
    variant_inventory_management: "shopify",
    variant_title: line.variantTitle,
    vendor: line.vendor,
    tax_lines: [],
    duties: [],
    discount_allocations: [],
  };
}

/** null, `partial` or `fulfilled`, as orders and lines carry it. */
export function restFulfillmentStatus(lines: LineItemRow[]): RestValue {
  const status = fulfillmentStatus(lines);
  if (status === "UNFULFILLED") return null;
  return status === "FULFILLED" ? "fulfilled" : "partial";
}
