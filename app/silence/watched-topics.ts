import type { DataDomain } from "#app/data-domains.ts";

/** What Shopify is asked to count: the records that were created, or those changed that were there before. */
export type Question = "created" | "changed";

/** A topic whose silence can be checked with one cheap question. */
export interface WatchedTopic {
  readonly topic: string;
  readonly domain: DataDomain;
  readonly question: Question;
  /** Topics that tell of the same records: heard of by one of them, they are known. */
  readonly alsoToldBy: readonly string[];
}

/**
 * The topics that can be watched. Shopify cannot count deletions, nor the shipments of an order; and a
 * customer's time of change moves with every order, of which `customers/update` need not tell.
 */
export const watchedTopics: readonly WatchedTopic[] = [
  {
    topic: "inventory_levels/update",
    domain: "inventory",
    question: "changed",
    alsoToldBy: [],
  },
  {
    topic: "orders/create",
    domain: "orders",
    question: "created",
    alsoToldBy: ["orders/updated"],
  },
  { topic: "orders/updated", domain: "orders", question: "changed", alsoToldBy: [] },
  {
    topic: "products/create",
    domain: "products",
    question: "created",
    alsoToldBy: ["products/update"],
  },
  { topic: "products/update", domain: "products", question: "changed", alsoToldBy: [] },
  {
    topic: "customers/create",
    domain: "customers",
    question: "created",
    alsoToldBy: ["customers/update"],
  },
];
