import { createHmac, randomUUID } from "node:crypto";
import type { WebhookRequest } from "#app/intake/index.server.ts";

/** The client secret that signs the webhooks of these tests. */
export const clientSecret = "the-client-secret";

/** A webhook to be; what is left out is new for each one. */
export interface WebhookDraft {
  readonly shop: string;
  readonly topic: string;
  /** JSON text, or something to turn into it. */
  readonly body: unknown;
  readonly webhookId?: string;
  /** RFC 3339; default: now. */
  readonly triggeredAt?: string;
  readonly eventId?: string;
}

/** A signed webhook as Shopify sends it. */
export function webhookOf(draft: WebhookDraft): WebhookRequest {
  const text = typeof draft.body === "string" ? draft.body : JSON.stringify(draft.body);
  const body = Buffer.from(text);
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-shopify-topic": draft.topic,
      "x-shopify-shop-domain": draft.shop,
      "x-shopify-webhook-id": draft.webhookId ?? randomUUID(),
      "x-shopify-triggered-at": draft.triggeredAt ?? new Date().toISOString(),
      ...(draft.eventId === undefined ? {} : { "x-shopify-event-id": draft.eventId }),
      "x-shopify-hmac-sha256": createHmac("sha256", clientSecret).update(body).digest("base64"),
    },
  };
}

/** An inventory item beyond 2^53: the id that a JavaScript number cannot hold. */
export const largeItemId = "9007199254740993";

/** The gid of a stock level as webhooks carry it. */
export function stockLevelGid(level: number): string {
  return `gid://shopify/InventoryLevel/${String(level)}?inventory_item_id=${largeItemId}`;
}

/** The body of `inventory_levels/update`, as text: ids keep their digits. */
export function stockBody(level: number, available: number, updatedAt: string): string {
  return `{"inventory_item_id":${largeItemId},"location_id":655441491,"available":${String(available)},"updated_at":"${updatedAt}","admin_graphql_api_id":"${stockLevelGid(level)}"}`;
}

/** A variant in a product's body. */
export interface VariantDraft {
  readonly id: number;
  readonly price: string;
  readonly sku?: string;
}

/** The body of `products/create` and `products/update`. */
export function productBody(
  id: number,
  updatedAt: string,
  variants: readonly VariantDraft[],
  title = "Mug",
): object {
  return {
    id,
    title,
    updated_at: updatedAt,
    admin_graphql_api_id: productGid(id),
    variants: variants.map((variant) => ({
      id: variant.id,
      product_id: id,
      price: variant.price,
      compare_at_price: null,
      sku: variant.sku ?? `SKU-${String(variant.id)}`,
      inventory_item_id: variant.id + 1_000_000,
      updated_at: updatedAt,
      admin_graphql_api_id: variantGid(variant.id),
    })),
  };
}

/** The gid of a product. */
export function productGid(id: number): string {
  return `gid://shopify/Product/${String(id)}`;
}

/** The gid of a variant. */
export function variantGid(id: number): string {
  return `gid://shopify/ProductVariant/${String(id)}`;
}
