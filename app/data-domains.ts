/** The kinds of data that systems subscribe to and own. Safe in a browser. */
export const dataDomains = [
  "inventory",
  "orders",
  "products",
  "pricing",
  "customers",
  "fulfillments",
  "loyalty",
] as const;

/** One kind of data. */
export type DataDomain = (typeof dataDomains)[number];

/** What merchants call them, on every screen and in every message. */
export const domainWords: Readonly<Record<DataDomain, string>> = {
  inventory: "Stock levels",
  orders: "Orders",
  products: "Products",
  pricing: "Prices",
  customers: "Customers",
  fulfillments: "Fulfillments",
  loyalty: "Loyalty points",
};

/** A kind of data in a merchant's words; a name this version does not know is shown as it is. Pure. */
export function domainWord(domain: string): string {
  const known = dataDomains.find((one) => one === domain);
  return known === undefined ? domain : domainWords[known];
}

/** What can be compared of each kind of data; loyalty points are in no place of Shopify's own. */
export const comparedFields: Readonly<Partial<Record<DataDomain, readonly string[]>>> = {
  inventory: ["available"],
  products: ["title", "descriptionHtml", "vendor", "productType", "status", "handle", "tags"],
  pricing: ["price", "compareAtPrice"],
  orders: ["note", "tags", "email", "phone"],
  customers: ["firstName", "lastName", "email", "phone", "note", "tags"],
  fulfillments: ["trackingNumber", "trackingCompany", "trackingUrl"],
};
