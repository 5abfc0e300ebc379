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
