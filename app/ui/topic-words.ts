import { ownWord } from "./own-word.ts";

/** What Shopify tells, by the topic of its webhooks. */
const topicWords: Readonly<Record<string, string>> = {
  "inventory_levels/update": "Stock changed",
  "inventory_levels/connect": "Stock location added",
  "inventory_levels/disconnect": "Stock location removed",
  "inventory_items/create": "Inventory item created",
  "inventory_items/update": "Inventory item updated",
  "inventory_items/delete": "Inventory item deleted",
  "products/create": "Product created",
  "products/update": "Product updated",
  "products/delete": "Product deleted",
  "orders/create": "Order created",
  "orders/updated": "Order updated",
  "orders/edited": "Order edited",
  "orders/cancelled": "Order cancelled",
  "orders/paid": "Order paid",
  "orders/fulfilled": "Order fulfilled",
  "orders/partially_fulfilled": "Order partly fulfilled",
  "orders/delete": "Order deleted",
  "customers/create": "Customer created",
  "customers/update": "Customer updated",
  "customers/delete": "Customer deleted",
  "fulfillments/create": "Fulfillment created",
  "fulfillments/update": "Fulfillment updated",
  "refunds/create": "Refund created",
  "locations/create": "Location created",
  "locations/update": "Location updated",
  "locations/delete": "Location deleted",
  "locations/activate": "Location activated",
  "locations/deactivate": "Location deactivated",
  "shop/update": "Store details changed",
  "app/uninstalled": "App uninstalled",
  "app/scopes_update": "App permissions changed",
  "bulk_operations/finish": "Bulk read finished",
  "customers/data_request": "Customer asked for their data",
  "customers/redact": "Customer to be erased",
  "shop/redact": "Store to be erased",
};

/** What systems are sent, in the same words. */
const changeWords: Readonly<Record<string, string>> = {
  "inventory_level.updated": "Stock changed",
  "product.created": "Product created",
  "product.updated": "Product updated",
  "product.deleted": "Product deleted",
  "price.updated": "Price changed",
  "order.created": "Order created",
  "order.updated": "Order updated",
  "order.deleted": "Order deleted",
  "customer.created": "Customer created",
  "customer.updated": "Customer updated",
  "customer.deleted": "Customer deleted",
  "fulfillment.created": "Fulfillment created",
  "fulfillment.updated": "Fulfillment updated",
  "loyalty_points.updated": "Loyalty points changed",
};

/** What connected systems themselves send. */
const systemTopicWords: Readonly<Record<string, string>> = {
  "changes/inventory": "Stock set by its owner",
  "changes/products": "Product set by its owner",
  "changes/pricing": "Price set by its owner",
  "changes/orders": "Order set by its owner",
  "changes/customers": "Customer set by its owner",
  "changes/fulfillments": "Fulfillment set by its owner",
  "changes/loyalty": "Loyalty points set by their owner",
};

/** Every topic Converge subscribes to, to choose from. */
export const knownTopics: readonly string[] = Object.keys(topicWords);

/** What Events call a resource, and webhooks in their topics: `Product/update` is `products/update`. */
const eventResources: Readonly<Record<string, string>> = {
  Product: "products",
  Customer: "customers",
  Order: "orders",
};

function webhookTopicOf(topic: string): string {
  const [resource = "", action = ""] = topic.split("/");
  const plural = ownWord(eventResources, resource);
  if (plural === undefined) return topic;
  return plural === "orders" && action === "update" ? "orders/updated" : `${plural}/${action}`;
}

/** A topic, or the type of a change, in a merchant's words; an unknown one is shown as it is. */
export function topicWord(topic: string): string {
  return (
    ownWord(topicWords, webhookTopicOf(topic)) ??
    ownWord(changeWords, topic) ??
    ownWord(systemTopicWords, topic) ??
    topic
  );
}
