import { readPayload, ruleOf, type EventToProcess } from "#app/events/index.server.ts";
import type { SkuLinkRow } from "#app/mirror/index.server.ts";

/** One resource's new state, as an event tells it. */
export interface ResourceChange {
  readonly domain: string;
  readonly type: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly deleted: boolean;
  readonly data: Readonly<Record<string, unknown>>;
  /** Set when the change carries its SKU itself. */
  readonly sku: string | null;
  /** Set when the SKU has to be looked up. */
  readonly inventoryItemId: string | null;
  /** Whose it is (an order's customer, a fulfillment's order), where the event tells. */
  readonly belongsTo: string | null;
  /** A change that came along with another: news only when its content differs. */
  readonly derived: boolean;
  /** Nothing but its id was told. */
  readonly hollow?: boolean;
  /** Stock as a read counts it; webhooks only carry what is available. */
  readonly counted?: { readonly onHand: number | null; readonly committed: number | null };
}

/** Everything an event tells: changes of resources, SKUs to learn. */
export interface EventMeaning {
  readonly changes: readonly ResourceChange[];
  readonly skus: readonly SkuLinkRow[];
  /** What a connected system wants Shopify to be. */
  readonly write?: SystemWrite;
}

/** A system's own change, as the door took it in. */
export interface SystemWrite {
  readonly systemId: string;
  readonly sku?: string;
  readonly locationId?: string;
  /** Set where it is about the pool of a group. */
  readonly groupId?: string;
  /** Of those of the group; not told: the default one. */
  readonly poolLocation?: string;
  readonly set: Readonly<Record<string, string | number | boolean | null>>;
  readonly basedOnVersion?: string;
  readonly observedAt: string;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads what an event tells from its opened body. Pure.
 * @throws ShapeError: of a large body only the head was read at the door.
 */
export function readChanges(
  event: Pick<EventToProcess, "topic" | "source" | "resourceId">,
  body: string,
): EventMeaning {
  const rule = ruleOf(event.topic);
  const payload: Json = readPayload(body);
  if (rule.kind === "sku") return { changes: [], skus: skuOfInventoryItem(payload) };
  // Only the API writes such bodies, whatever a notification may call itself.
  if (rule.kind === "write" && event.source === "system")
    return { changes: [], skus: [], write: payload as unknown as SystemWrite };
  if (rule.kind !== "change" || event.resourceId === null) return { changes: [], skus: [] };
  const subject = eventSubject(payload) ?? payload;
  if (rule.resourceType === "ProductVariant")
    return rule.deletion
      ? { changes: [priceGone(event.resourceId)], skus: [] }
      : { changes: priceChange(subject), skus: skuOfVariant(subject, null) };
  const main: ResourceChange = {
    domain: rule.domain,
    type: rule.type,
    resourceType: rule.resourceType,
    resourceId: event.resourceId,
    deleted: rule.deletion,
    data: dataOf(rule, subject),
    sku: null,
    inventoryItemId: rule.domain === "inventory" ? inventoryItemGid(subject) : null,
    belongsTo: ownerOf(rule.resourceType, subject),
    // Read whenever their customer changed: mostly nothing became of them.
    derived: rule.domain === "loyalty",
    ...(rule.domain === "inventory" ? { counted: countedStock(subject) } : {}),
    ...(!rule.deletion && isHollow(subject) ? { hollow: true } : {}),
  };
  if (rule.domain !== "products" || rule.deletion) return { changes: [main], skus: [] };
  const variants = variantsOf(subject);
  return {
    changes: [main, ...variants.flatMap((variant) => priceChange(variant))],
    skus: variants.flatMap((variant) => skuOfVariant(variant, event.resourceId)),
  };
}

function dataOf({ domain, deletion }: { domain: string; deletion: boolean }, subject: Json): Json {
  if (domain === "inventory") return inventoryData(subject);
  if (domain !== "loyalty") return deletion ? {} : subject;
  const { customer_id: customerId, metafield, points = null } = subject;
  return { customerId, metafield, points };
}

/** Shopify's way with a record whose body would be too large. https://shopify.dev/changelog (2026-11-17) */
function isHollow(subject: Json): boolean {
  return Object.keys(subject).every((key) => key === "id" || key === "admin_graphql_api_id");
}

function eventSubject(payload: Json): Json | undefined {
  const data = payload["data"];
  if (typeof data !== "object" || data === null || typeof payload["action"] !== "string")
    return undefined;
  const subject: unknown = Object.values(data)[0];
  return typeof subject === "object" && subject !== null ? (subject as Json) : undefined;
}

/** A stock webhook is a hint: only what is available now, never a difference to add up. */
function inventoryData(payload: Json): Json {
  return {
    available: payload["available"] ?? null,
    inventoryItemId: inventoryItemGid(payload),
    locationId: gid("Location", payload["location_id"]),
  };
}

/** Only a read has these numbers; they decide whose change it was, and are not sent to systems. */
function countedStock(payload: Json): NonNullable<ResourceChange["counted"]> {
  const count = (value: unknown) => (typeof value === "number" ? value : null);
  return { onHand: count(payload["on_hand"]), committed: count(payload["committed"]) };
}

/** Webhooks carry numbers, Events gids. */
function ownerOf(resourceType: string, subject: Json): string | null {
  if (resourceType === "Fulfillment") return gidOf("Order", subject["order_id"], subject["order"]);
  if (resourceType === "Order") return gidOf("Customer", null, subject["customer"]);
  if (resourceType === "LoyaltyPoints") return gidOf("Customer", subject["customer_id"], null);
  return null;
}

function gidOf(type: string, id: unknown, nested: unknown): string | null {
  const inner = typeof nested === "object" && nested !== null ? (nested as Json)["id"] : null;
  const value = id ?? inner;
  return typeof value === "string" && value.startsWith("gid://") ? value : gid(type, value);
}

function inventoryItemGid(payload: Json): string | null {
  return gid("InventoryItem", payload["inventory_item_id"]);
}

function gid(type: string, id: unknown): string | null {
  return typeof id === "number" || typeof id === "bigint" || typeof id === "string"
    ? `gid://shopify/${type}/${String(id)}`
    : null;
}

function variantsOf(product: Json): Json[] {
  const variants = product["variants"];
  return Array.isArray(variants)
    ? variants.filter((item): item is Json => typeof item === "object" && item !== null)
    : [];
}

function variantGid(variant: Json): string | null {
  const own = variant["admin_graphql_api_id"];
  return typeof own === "string" ? own : gid("ProductVariant", variant["id"]);
}

function priceChange(variant: Json): ResourceChange[] {
  const id = variantGid(variant);
  if (id === null || typeof variant["price"] !== "string") return [];
  const sku = typeof variant["sku"] === "string" && variant["sku"] !== "" ? variant["sku"] : null;
  return [
    {
      domain: "pricing",
      type: "price.updated",
      resourceType: "ProductVariant",
      resourceId: id,
      deleted: false,
      data: { price: variant["price"], compareAtPrice: variant["compare_at_price"] ?? null },
      sku,
      inventoryItemId: null,
      belongsTo: null,
      derived: true,
    },
  ];
}

/** A variant that was found to be gone; no webhook tells of that. */
function priceGone(id: string): ResourceChange {
  return {
    domain: "pricing",
    type: "price.updated",
    resourceType: "ProductVariant",
    resourceId: id,
    deleted: true,
    data: { price: null, compareAtPrice: null },
    belongsTo: null,
    sku: null,
    inventoryItemId: null,
    derived: true,
  };
}

function skuOfVariant(variant: Json, productId: string | null): SkuLinkRow[] {
  const inventoryItemId = inventoryItemGid(variant);
  const { sku = null, barcode } = variant;
  if (inventoryItemId === null) return [];
  const told = barcode === undefined ? null : typeof barcode === "string" ? barcode : "";
  const link = { inventoryItemId, variantId: variantGid(variant), productId, barcode: told };
  if (typeof sku === "string" && sku !== "") return [{ ...link, sku }];
  // An article without a SKU may be known by its barcode.
  return told === null || told === "" ? [] : [{ ...link, sku: "" }];
}

function skuOfInventoryItem(item: Json): SkuLinkRow[] {
  const inventoryItemId = gid("InventoryItem", item["id"]);
  const sku = item["sku"];
  if (inventoryItemId === null || typeof sku !== "string" || sku === "") return [];
  return [{ inventoryItemId, variantId: null, productId: null, sku }];
}
