import { readLoyaltyId } from "#app/mirror/index.server.ts";
import {
  CustomerDocument,
  CustomerMetafieldDocument,
  FulfillmentDocument,
  InventoryLevelDocument,
  OrderDocument,
  ProductDocument,
  ProductVariantDocument,
  type ProductQuery,
  type Shopify,
} from "#app/shopify/index.server.ts";
import {
  customerAsWebhook,
  fulfillmentAsWebhook,
  levelAsWebhook,
  orderAsWebhook,
  pointsAsWebhook,
  productAsWebhook,
  variantAsWebhook,
  type ReadResource,
} from "./as-webhook.ts";

type Client = Pick<Shopify, "graphql">;

/** Reads one resource; null when Shopify has none of this id. */
type Reader = (
  shopify: Client,
  shop: string,
  id: string,
  nowMs: number,
) => Promise<ReadResource | null>;

const readers: Readonly<Record<string, Reader>> = {
  InventoryLevel: async ({ graphql }, shop, id) => {
    const { inventoryLevel } = await graphql(shop, InventoryLevelDocument, { id });
    return inventoryLevel && levelAsWebhook(inventoryLevel);
  },
  Product: readProduct,
  ProductVariant: async ({ graphql }, shop, id) => {
    const { productVariant } = await graphql(shop, ProductVariantDocument, { id });
    return productVariant && variantAsWebhook(productVariant);
  },
  Order: async ({ graphql }, shop, id) => {
    const { order } = await graphql(shop, OrderDocument, { id });
    return order && orderAsWebhook(order);
  },
  Customer: async ({ graphql }, shop, id) => {
    const { customer } = await graphql(shop, CustomerDocument, { id });
    return customer && customerAsWebhook(customer);
  },
  LoyaltyPoints: async ({ graphql }, shop, id, nowMs) => {
    const named = readLoyaltyId(id);
    if (named === null) return null;
    const { customer } = await graphql(shop, CustomerMetafieldDocument, named);
    return pointsAsWebhook(id, named, customer?.metafield ?? null, nowMs);
  },
  Fulfillment: async ({ graphql }, shop, id) => {
    const { fulfillment } = await graphql(shop, FulfillmentDocument, { id });
    return fulfillment && fulfillmentAsWebhook(fulfillment);
  },
};

/** What tells that a resource of this type is gone. Variants and levels go with their products. */
const deletions: Readonly<Record<string, string>> = {
  Product: "products/delete",
  Order: "orders/delete",
  Customer: "customers/delete",
};

/**
 * What Shopify says of a resource now, in the words of its webhook. Null: it is gone, and nothing
 * tells of such an end. `nowMs` dates a deletion that nobody saw.
 * @throws every error of the Shopify client, and for a type that cannot be read by its id.
 */
export async function readResource(
  shopify: Client,
  shop: string,
  resource: { readonly type: string; readonly id: string },
  nowMs: number,
): Promise<ReadResource | null> {
  const reader = readers[resource.type];
  if (!reader) throw new Error(`Converge cannot read a ${resource.type} by its id`);
  const read = await reader(shopify, shop, resource.id, nowMs);
  const deletion = deletions[resource.type];
  if (read !== null || deletion === undefined) return read;
  return {
    topic: deletion,
    version: new Date(nowMs).toISOString(),
    body: { admin_graphql_api_id: resource.id },
  };
}

async function readProduct(
  { graphql }: Client,
  shop: string,
  id: string,
): Promise<ReadResource | null> {
  const variants: NonNullable<ProductQuery["product"]>["variants"]["nodes"] = [];
  for (let after: string | null = null; ; ) {
    const page: ProductQuery = await graphql(shop, ProductDocument, { id, after });
    if (page.product === null) return null;
    const { nodes, pageInfo } = page.product.variants;
    variants.push(...nodes);
    if (!pageInfo.hasNextPage || !pageInfo.endCursor)
      return productAsWebhook(page.product, variants);
    after = pageInfo.endCursor;
  }
}
