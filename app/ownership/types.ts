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
}

/** What is wrong with one field of a list of rules, and how to mend it. */
export interface RuleError {
  /** `items[2].owner`; empty when it concerns the whole. */
  readonly field: string;
  readonly message: string;
}
