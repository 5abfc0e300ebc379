import { dataDomains, type DataDomain } from "#app/data-domains.ts";

/** What Converge does with a topic. */
export type TopicRule =
  | {
      readonly kind: "change";
      readonly domain: DataDomain;
      readonly type: string;
      readonly resourceType: string;
      readonly deletion: boolean;
    }
  /** Tells which SKU an inventory item carries; nothing is sent. */
  | { readonly kind: "sku" }
  /** A connected system's own change: it is written to Shopify. */
  | { readonly kind: "write" }
  | { readonly kind: "shop"; readonly action: "details" | "uninstalled" | "scopes" }
  /** Privacy law: what is held about a customer or a shop is shown or deleted. */
  | {
      readonly kind: "privacy";
      readonly action: "show_customer" | "erase_customer" | "forget_shop";
    }
  | { readonly kind: "ignore"; readonly reason: string };

function change(
  domain: DataDomain,
  resourceType: string,
  type: string,
  deletion = false,
): TopicRule {
  return { kind: "change", domain, resourceType, type, deletion };
}

const orderUpdated = change("orders", "Order", "order.updated");

/** Classic webhook topics; Events (`Product` + action) are mapped onto them by `ruleOf`. */
const rules: Readonly<Record<string, TopicRule>> = {
  "inventory_levels/update": change("inventory", "InventoryLevel", "inventory_level.updated"),
  "inventory_levels/connect": change("inventory", "InventoryLevel", "inventory_level.updated"),
  "inventory_levels/disconnect": {
    kind: "ignore",
    reason: "Shopify does not say which stock level it removed; the next comparison finds it.",
  },
  // Not a topic of Shopify's: what Converge calls a stock level that it found to be gone.
  "inventory_levels/delete": change("inventory", "InventoryLevel", "inventory_level.updated", true),
  "inventory_items/create": { kind: "sku" },
  "inventory_items/update": { kind: "sku" },
  "inventory_items/delete": {
    kind: "ignore",
    reason: "The product's own deletion tells connected systems.",
  },
  "products/create": change("products", "Product", "product.created"),
  "products/update": change("products", "Product", "product.updated"),
  "products/delete": change("products", "Product", "product.deleted", true),
  // Not a topic of Shopify's: what Converge calls a variant it read by its id.
  "product_variants/update": change("pricing", "ProductVariant", "price.updated"),
  // Nor this: a customer's points as they were read after the customer changed.
  "loyalty_points/update": change("loyalty", "LoyaltyPoints", "loyalty_points.updated"),
  "product_variants/delete": change("pricing", "ProductVariant", "price.updated", true),
  "orders/create": change("orders", "Order", "order.created"),
  "orders/updated": orderUpdated,
  "orders/cancelled": orderUpdated,
  "orders/paid": orderUpdated,
  "orders/fulfilled": orderUpdated,
  "orders/partially_fulfilled": orderUpdated,
  "orders/edited": {
    kind: "ignore",
    reason: "orders/updated carries the whole order after an edit.",
  },
  "orders/delete": change("orders", "Order", "order.deleted", true),
  "customers/create": change("customers", "Customer", "customer.created"),
  "customers/update": change("customers", "Customer", "customer.updated"),
  "customers/delete": change("customers", "Customer", "customer.deleted", true),
  "fulfillments/create": change("fulfillments", "Fulfillment", "fulfillment.created"),
  "fulfillments/update": change("fulfillments", "Fulfillment", "fulfillment.updated"),
  "refunds/create": {
    kind: "ignore",
    reason: "orders/updated carries the order with its refunds.",
  },
  "shop/update": { kind: "shop", action: "details" },
  "app/uninstalled": { kind: "shop", action: "uninstalled" },
  "app/scopes_update": { kind: "shop", action: "scopes" },
  "customers/data_request": { kind: "privacy", action: "show_customer" },
  "customers/redact": { kind: "privacy", action: "erase_customer" },
  "shop/redact": { kind: "privacy", action: "forget_shop" },
};

/** Next-generation Events name a resource and an action instead of a classic topic. */
const eventTopics: Readonly<Record<string, string>> = {
  "product/create": "products/create",
  "product/update": "products/update",
  "product/delete": "products/delete",
  "customer/create": "customers/create",
  "customer/update": "customers/update",
  "customer/delete": "customers/delete",
  "order/create": "orders/create",
  "order/update": "orders/updated",
  "order/delete": "orders/delete",
};

/** The classic topic that tells the same (`Product/update` is `products/update`), in lower case. */
export function classicTopicOf(topic: string): string {
  const classic = topic.toLowerCase();
  return own(eventTopics, classic) ?? classic;
}

/** The topic of a connected system's own change. */
export function systemTopic(domain: DataDomain): string {
  return `changes/${domain}`;
}

const systemTopics: ReadonlySet<string> = new Set(dataDomains.map(systemTopic));

const unhandled: TopicRule = { kind: "ignore", reason: "No rule of Converge handles this topic." };

/** The rule for a topic as it arrived (`products/update`, or `Product/update` for an Event). */
export function ruleOf(topic: string): TopicRule {
  const classic = topic.toLowerCase();
  if (systemTopics.has(classic)) return { kind: "write" };
  return own(rules, classic) ?? own(rules, own(eventTopics, classic) ?? "") ?? unhandled;
}

/** A topic called `constructor` must not find what every object inherits. */
function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** Topics that say somebody bought, cancelled, returned or shipped. */
export const commerceTopics: readonly string[] = [
  "orders/create",
  "orders/updated",
  "orders/edited",
  "orders/cancelled",
  "orders/paid",
  "orders/fulfilled",
  "orders/partially_fulfilled",
  "orders/delete",
  "refunds/create",
  "fulfillments/create",
  "fulfillments/update",
  ...Object.keys(eventTopics).filter((topic) => topic.startsWith("order/")),
];
