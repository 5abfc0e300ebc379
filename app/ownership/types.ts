import type { DataDomain } from "#app/data-domains.ts";

/** What a write of somebody who does not own the data leads to. */
export const foreignWritePolicies = ["accept", "flag", "revert"] as const;
export type ForeignWritePolicy = (typeof foreignWritePolicies)[number];

/** The owner that is no system. */
export const shopifyOwner = "shopify";

/** Who owns one kind of data in a shop. */
export interface OwnershipRule {
  readonly domain: DataDomain;
  /** `shopify`, or the id of a connected system. */
  readonly owner: string;
  readonly onForeignWrite: ForeignWritePolicy;
  /** Of loyalty points: the customer metafield they are kept in, `namespace.key`. */
  readonly metafield?: string | undefined;
}

/** Where loyalty points are kept unless the merchant says otherwise. */
export const defaultMetafield = "loyalty.points";

/** What is wrong with one field of a list of rules, and how to mend it. */
export interface RuleError {
  /** `items[2].owner`; empty when it concerns the whole. */
  readonly field: string;
  readonly message: string;
}
