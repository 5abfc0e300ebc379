import type { DataDomain } from "#app/data-domains.ts";

/**
 * What Shopify is asked for in passes: a feed is one kind of question, and answers for one or two
 * kinds of data. A shipment's change moves its order, a price's its product, points their customer.
 */
export const feeds = ["inventory", "orders", "products", "customers"] as const;
export type Feed = (typeof feeds)[number];

/** Which feed brings which kind of data. */
export const feedOf: Readonly<Record<DataDomain, Feed>> = {
  inventory: "inventory",
  orders: "orders",
  fulfillments: "orders",
  products: "products",
  pricing: "products",
  customers: "customers",
  loyalty: "customers",
};

/** What a complete pass leaves behind: everything between `from` and `to` has been read. Times RFC 3339. */
export interface Certificate {
  readonly id: string;
  /** Of its feed: 1, 2, 3 ... */
  readonly number: number;
  readonly feed: Feed;
  readonly reason: string;
  readonly startedAt: string;
  readonly completedAt: string;
  /** By Shopify's clock. */
  readonly from: string;
  readonly to: string;
  readonly slices: number;
  readonly pages: number;
  readonly rows: number;
  /** What no webhook had brought by then. */
  readonly found: number;
  /** Points of the shop's API budget. */
  readonly points: number;
  /** What the pass could not see, for a person. */
  readonly note: string | null;
}

/** A feed of a shop, as a merchant sees it. Times RFC 3339. */
export interface FeedHealth {
  readonly feed: Feed;
  readonly everySeconds: number;
  readonly lastCompleteAt: string | null;
  readonly running: boolean;
  /** Why the last pass could not go on. */
  readonly problem: string | null;
  /** Points of API budget an hour of it costs, by the passes of late; null before the first pass. */
  readonly pointsPerHour: number | null;
}

/** A webhook that was missed, or that came after a read had found what it told. */
export interface MissedView {
  readonly topic: string;
  readonly resourceType: string;
  readonly resourceId: string;
  /** waiting, missed, late */
  readonly state: string;
  readonly changedAt: string;
  readonly foundAt: string;
  readonly webhookAt: string | null;
}

/** What polling does for a shop, and what it costs. */
export interface PollHealth {
  readonly feeds: readonly FeedHealth[];
  /** Points the shop gets back in an hour; null before the first answer. */
  readonly budgetPerHour: number | null;
  readonly certificates: readonly Certificate[];
  readonly missed: readonly MissedView[];
}
