import type {
  CustomerMetafieldQuery,
  CustomerQuery,
  FulfillmentQuery,
  InventoryLevelQuery,
  OrderQuery,
  ProductQuery,
  ProductVariantQuery,
} from "#app/shopify/index.server.ts";

/** What was read of a resource, in the words of the webhook that tells the same. */
export interface ReadResource {
  readonly topic: string;
  /** RFC 3339. */
  readonly version: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Found<Query, Name extends keyof Query> = NonNullable<Query[Name]>;

/** A stock level with everything counted. Ids stay text: they pass 2^53. Pure. */
export function levelAsWebhook(level: Found<InventoryLevelQuery, "inventoryLevel">): ReadResource {
  const states = new Map(level.quantities.map((state) => [state.name, state]));
  const available = states.get("available");
  return {
    topic: "inventory_levels/update",
    version: available?.updatedAt ?? level.updatedAt,
    body: {
      admin_graphql_api_id: level.id,
      inventory_item_id: tailOf(level.item.id),
      location_id: tailOf(level.location.id),
      available: available?.quantity ?? null,
      on_hand: states.get("on_hand")?.quantity ?? null,
      committed: states.get("committed")?.quantity ?? null,
    },
  };
}

/** A product with the given variants. Pure. */
export function productAsWebhook(
  product: Omit<Found<ProductQuery, "product">, "variants">,
  variants: Found<ProductQuery, "product">["variants"]["nodes"],
): ReadResource {
  return {
    topic: "products/update",
    version: product.updatedAt,
    body: {
      admin_graphql_api_id: product.id,
      title: product.title,
      body_html: product.descriptionHtml,
      vendor: product.vendor,
      product_type: product.productType,
      status: product.status.toLowerCase(),
      handle: product.handle,
      tags: product.tags.join(", "),
      updated_at: product.updatedAt,
      variants: variants.map(variantBody),
    },
  };
}

/** A variant, versioned as product webhooks are: by its product. Pure. */
export function variantAsWebhook(
  variant: Found<ProductVariantQuery, "productVariant">,
): ReadResource {
  return {
    topic: "product_variants/update",
    version: variant.product.updatedAt,
    body: variantBody(variant),
  };
}

function variantBody(variant: Found<ProductQuery, "product">["variants"]["nodes"][number]) {
  return {
    admin_graphql_api_id: variant.id,
    sku: variant.sku,
    barcode: variant.barcode,
    price: variant.price,
    compare_at_price: variant.compareAtPrice,
    inventory_item_id: tailOf(variant.inventoryItem.id),
  };
}

/** How webhooks call what the Admin API calls otherwise. */
const fulfillmentStatuses: Readonly<Record<string, string | null>> = {
  UNFULFILLED: null,
  PARTIALLY_FULFILLED: "partial",
};

/** An order, as far as it can be compared with what webhooks say. Pure. */
export function orderAsWebhook(order: Found<OrderQuery, "order">): ReadResource {
  const fulfillment = order.displayFulfillmentStatus;
  return {
    topic: "orders/updated",
    version: order.updatedAt,
    body: {
      admin_graphql_api_id: order.id,
      name: order.name,
      note: order.note,
      tags: order.tags.join(", "),
      email: order.email,
      phone: order.phone,
      financial_status: order.displayFinancialStatus?.toLowerCase() ?? null,
      fulfillment_status:
        fulfillment in fulfillmentStatuses
          ? fulfillmentStatuses[fulfillment]
          : fulfillment.toLowerCase(),
      cancelled_at: order.cancelledAt,
      closed_at: order.closedAt,
      created_at: order.createdAt,
      updated_at: order.updatedAt,
    },
  };
}

/** A customer. Pure. */
export function customerAsWebhook(customer: Found<CustomerQuery, "customer">): ReadResource {
  return {
    topic: "customers/update",
    version: customer.updatedAt,
    body: {
      admin_graphql_api_id: customer.id,
      first_name: customer.firstName,
      last_name: customer.lastName,
      email: customer.defaultEmailAddress?.emailAddress ?? null,
      phone: customer.defaultPhoneNumber?.phoneNumber ?? null,
      note: customer.note,
      tags: customer.tags.join(", "),
      updated_at: customer.updatedAt,
    },
  };
}

/** A shipment. Pure. */
export function fulfillmentAsWebhook(
  fulfillment: Found<FulfillmentQuery, "fulfillment">,
): ReadResource {
  const [first] = fulfillment.trackingInfo;
  const orderId = fulfillment.order.id;
  return {
    topic: "fulfillments/update",
    version: fulfillment.updatedAt,
    body: {
      admin_graphql_api_id: fulfillment.id,
      order_id: tailOf(orderId),
      status: fulfillment.status.toLowerCase(),
      tracking_company: first?.company ?? null,
      tracking_number: first?.number ?? null,
      tracking_url: first?.url ?? null,
      updated_at: fulfillment.updatedAt,
    },
  };
}

/** A customer's loyalty points; `metafield` null: there are none (any more). Pure. */
export function pointsAsWebhook(
  id: string,
  named: { readonly id: string; readonly namespace: string; readonly key: string },
  metafield: NonNullable<CustomerMetafieldQuery["customer"]>["metafield"],
  nowMs: number,
): ReadResource {
  const { value = null, updatedAt = new Date(nowMs).toISOString() } = metafield ?? {};
  const isNumber = value !== null && /^-?\d+(\.\d+)?$/.test(value);
  return {
    topic: "loyalty_points/update",
    version: updatedAt,
    body: {
      admin_graphql_api_id: id,
      customer_id: named.id,
      metafield: `${named.namespace}.${named.key}`,
      points: isNumber ? Number(value) : value,
      updated_at: updatedAt,
    },
  };
}

function tailOf(gid: string): string {
  return gid.split("/").at(-1) ?? gid;
}
