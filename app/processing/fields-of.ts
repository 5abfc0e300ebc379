import { type Fields, type FieldValue, moneyInOneForm } from "#app/ownership/index.server.ts";

type Data = Readonly<Record<string, unknown>>;
type Reader = (data: Data) => FieldValue;

const plain =
  (key: string): Reader =>
  (data) =>
    fieldValue(data[key]);
const lower =
  (key: string): Reader =>
  (data) => {
    const value = fieldValue(data[key]);
    return typeof value === "string" ? value.toLowerCase() : value;
  };
const money =
  (key: string): Reader =>
  (data) => {
    const value = fieldValue(data[key]);
    return typeof value === "string" ? moneyInOneForm(value) : value;
  };
const instant =
  (key: string): Reader =>
  (data) => {
    const atMs = typeof data[key] === "string" ? Date.parse(data[key]) : NaN;
    return Number.isNaN(atMs) ? null : atMs;
  };
/** Shopify writes tags as one text in webhooks and as a list in Events; their order means nothing. */
const tags: Reader = (data) => {
  const told = data["tags"];
  const list: unknown = typeof told === "string" ? told.split(",") : told;
  if (!Array.isArray(list)) return null;
  const each = list.map((tag) => String(tag).trim());
  return fieldValue([...new Set(each.filter((tag) => tag !== ""))].sort().join(", "));
};
const firstTracking =
  (one: string, many: string): Reader =>
  (data) => {
    const list = data[many];
    const first: unknown = Array.isArray(list) ? list[0] : undefined;
    return fieldValue(data[one] ?? first);
  };

/** The fields of each resource that an owner can write, named as Shopify's Admin API names them. */
const ownable: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  InventoryLevel: { available: plain("available") },
  Product: {
    title: plain("title"),
    descriptionHtml: plain("body_html"),
    vendor: plain("vendor"),
    productType: plain("product_type"),
    status: lower("status"),
    handle: plain("handle"),
    tags,
  },
  ProductVariant: { price: money("price"), compareAtPrice: money("compareAtPrice") },
  Order: { note: plain("note"), tags, email: plain("email"), phone: plain("phone") },
  Customer: {
    firstName: plain("first_name"),
    lastName: plain("last_name"),
    email: plain("email"),
    phone: plain("phone"),
    note: plain("note"),
    tags,
  },
  LoyaltyPoints: { points: plain("points") },
  Fulfillment: {
    trackingNumber: firstTracking("tracking_number", "tracking_numbers"),
    trackingCompany: plain("tracking_company"),
    trackingUrl: firstTracking("tracking_url", "tracking_urls"),
  },
};

/** What selling changes: no owner writes it, but a read and a webhook both tell it. */
const told: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  Order: {
    financialStatus: lower("financial_status"),
    fulfillmentStatus: lower("fulfillment_status"),
    cancelledAt: instant("cancelled_at"),
    closedAt: instant("closed_at"),
  },
  Fulfillment: { status: lower("status") },
};

/**
 * The fields of a resource that an owner can write, from its data; the names are those of
 * `set` in a write-back. Fields the data does not mention are missing. Pure.
 */
export function fieldsOf(resourceType: string, data: Data): Fields {
  return read(ownable[resourceType] ?? {}, resourceType, data);
}

/** Everything a notification and a read of the same resource have words in common for. Pure. */
export function comparableOf(resourceType: string, data: Data): Fields {
  return {
    ...fieldsOf(resourceType, data),
    ...read(told[resourceType] ?? {}, resourceType, data),
  };
}

/** Whether two states say the same in everything both of them mention. Pure. */
export function sameFields(a: Fields, b: Fields): boolean {
  return Object.keys(a).every((name) => !(name in b) || a[name] === b[name]);
}

/** What a field is called in a webhook's body, where it is not the field's own name in snake case. */
const bodyKeys: Readonly<Record<string, string>> = {
  descriptionHtml: "body_html",
  compareAtPrice: "compareAtPrice",
};

function read(readers: Readonly<Record<string, Reader>>, type: string, data: Data): Fields {
  const present = Object.entries(readers).filter(([name]) => mentions(type, data, name));
  return Object.fromEntries(present.map(([name, reader]) => [name, reader(data)]));
}

function mentions(type: string, data: Data, name: string): boolean {
  const key = bodyKeys[name] ?? name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return key in data || (type === "Fulfillment" && `${key}s` in data);
}

/** Empty text and nothing are one: webhooks and the Admin API disagree about which they send. */
function fieldValue(value: unknown): FieldValue {
  if (typeof value === "string") return value === "" ? null : value;
  return typeof value === "number" || typeof value === "boolean" ? value : null;
}
