/**
 * What `shopify.app.toml` subscribes to (a test holds the two against each other). Compliance topics
 * cannot be subscribed to through the API and are left to Shopify.
 */
export const desiredTopics: readonly string[] = [
  "inventory_levels/connect",
  "inventory_levels/update",
  "inventory_levels/disconnect",
  "inventory_items/create",
  "inventory_items/update",
  "inventory_items/delete",
  "products/create",
  "products/update",
  "products/delete",
  "orders/create",
  "orders/updated",
  "orders/edited",
  "orders/paid",
  "orders/fulfilled",
  "orders/partially_fulfilled",
  "orders/cancelled",
  "orders/delete",
  "refunds/create",
  "fulfillments/create",
  "fulfillments/update",
  "customers/create",
  "customers/update",
  "customers/delete",
  "locations/create",
  "locations/update",
  "locations/delete",
  "locations/activate",
  "locations/deactivate",
  "shop/update",
  "app/scopes_update",
  "app/uninstalled",
  "bulk_operations/finish",
];

/** The API version that `shopify.app.toml` asks webhooks to be written in. */
export const desiredApiVersion = "2026-10";
