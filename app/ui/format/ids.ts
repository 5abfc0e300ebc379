/** Shows long ids short. An id is text: it is never turned into a number. */

const shownCharacters = 6;

/** The tail by which people tell ids apart: "…a4f8c2"; short ids stay whole. */
export function idTail(id: string): string {
  const core = id.split("?")[0] ?? id;
  const last = core.split("/").at(-1) ?? core;
  if (last.length <= shownCharacters + 2) return last;
  return `…${last.slice(-shownCharacters)}`;
}

const resourceNames: Readonly<Record<string, string>> = {
  Customer: "Customer",
  Fulfillment: "Fulfillment",
  InventoryItem: "Inventory item",
  InventoryLevel: "Stock level",
  Location: "Location",
  LoyaltyPoints: "Loyalty points of",
  Order: "Order",
  Product: "Product",
  ProductVariant: "Variant",
  Refund: "Refund",
};

/** What Shopify calls a kind of resource, in a merchant's words. */
export function resourceName(type: string): string {
  return Object.hasOwn(resourceNames, type) ? (resourceNames[type] ?? type) : type;
}

/** What tells a resource from others of its kind: its SKU where it has one, else the tail of its id. */
export function resourceTail(resource: {
  readonly id: string;
  readonly sku: string | null;
}): string {
  return resource.sku ?? idTail(resource.id);
}

/** One line for a resource: its SKU where it has one, else the tail of its id. */
export function resourceLabel(resource: {
  readonly type: string;
  readonly id: string;
  readonly sku: string | null;
}): string {
  return `${resourceName(resource.type)} ${resourceTail(resource)}`;
}
