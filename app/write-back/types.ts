import type { DataDomain } from "#app/data-domains.ts";

/**
 * What became of a write. `conflict`: Shopify's value moved on and nothing was written over it.
 * `superseded`: the owner itself said something newer before this was written.
 */
export const intentStatuses = ["pending", "applied", "conflict", "superseded", "dead"] as const;
export type IntentStatus = (typeof intentStatuses)[number];

/** What the merchant has to allow before Converge can write a domain. */
export const writeScopes: Readonly<Partial<Record<DataDomain, string>>> = {
  inventory: "write_inventory",
  products: "write_products",
  pricing: "write_products",
  orders: "write_orders",
  customers: "write_customers",
  fulfillments: "write_merchant_managed_fulfillment_orders",
  loyalty: "write_customers",
};

/** Values of a record, by the names Shopify's Admin API has for them. */
export type Fields = Readonly<Record<string, string | number | boolean | null>>;

/** One try: what it expected to find, what it wanted to put there, and how it ended. */
export interface Attempt {
  readonly expected: Fields;
  readonly set: Fields;
  /** What Shopify's notification will say, if it works. */
  readonly echo: Fields;
}

/** One try to set the stock of an article at a place. */
export interface StockAttempt extends Attempt {
  readonly place: { readonly inventoryItemId: string; readonly locationId: string };
}

/** An attempt that did not lead to the end. */
export interface Chapter {
  readonly generation: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly attempt: Attempt;
  readonly outcome: string;
}

/** What is wrong with one field of a write, and the way out. */
export interface FieldFault {
  readonly field: string;
  readonly message: string;
}

/** What became of a write. Times RFC 3339. */
export interface IntentView {
  readonly id: string;
  readonly status: IntentStatus;
  /** Why it ended as it did; null when it was applied or is under way. */
  readonly reason: string | null;
  readonly systemId: string | null;
  readonly resourceId: string;
  readonly correlationId: string;
  readonly createdAt: string;
  readonly settledAt: string | null;
}
