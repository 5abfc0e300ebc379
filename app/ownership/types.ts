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
  /** The shop has its group decide, and this is what the group says. Absent: the shop's own. */
  readonly source?: "group" | undefined;
}

/**
 * Where a rule comes from. store: somebody chose it for the shop. group: the shop follows its group's.
 * nature: a system of that kind was connected. default: nobody said anything, and it is Shopify's.
 */
export type RuleOrigin = "store" | "group" | "nature" | "default";

/** A rule of a shop, and where it comes from. */
export interface RuleInForce extends OwnershipRule {
  readonly from: RuleOrigin;
}

/** What a group says of one kind of data, to the stores that follow it. */
export interface GroupRule {
  readonly domain: DataDomain;
  /** `shopify`: each store's own; or the id of a system of one of the group's stores. */
  readonly owner: string;
  readonly onForeignWrite: ForeignWritePolicy;
}

/** The same as the members of the group see it. */
export interface GroupRuleView extends GroupRule {
  /** The stores for which it holds, by name. */
  readonly followedBy: readonly string[];
}

/** Where loyalty points are kept unless the merchant says otherwise. */
export const defaultMetafield = "loyalty.points";

/** What is wrong with one field of a list of rules, and how to mend it. */
export interface RuleError {
  /** `items[2].owner`; empty when it concerns the whole. */
  readonly field: string;
  readonly message: string;
}
