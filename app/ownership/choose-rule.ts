import type { DataDomain } from "#app/data-domains.ts";
import {
  defaultMetafield,
  type ForeignWritePolicy,
  type RuleInForce,
  type RuleOrigin,
  shopifyOwner,
} from "./types.ts";

/** What is on record of one kind of data, for a shop or for the group it follows. */
export interface RecordedRule {
  readonly owner: string;
  readonly onForeignWrite: ForeignWritePolicy;
  /** A person decided it. */
  readonly chosen: boolean;
  readonly metafield: string | null;
}

/**
 * The rule that holds in a shop: the group's, where the shop follows it; else its own; else Shopify
 * owns. A shop that chooses for itself does not follow any more, so that the two never compete. Where
 * loyalty points are kept is always its own choice. Pure.
 */
export function chooseRule(
  domain: DataDomain,
  own: RecordedRule | undefined,
  ofGroup: Pick<RecordedRule, "owner" | "onForeignWrite"> | undefined,
): RuleInForce {
  const rule = ofGroup ?? own;
  return {
    domain,
    owner: rule?.owner ?? shopifyOwner,
    onForeignWrite: rule?.onForeignWrite ?? "flag",
    ...(domain === "loyalty" ? { metafield: own?.metafield ?? defaultMetafield } : {}),
    ...(ofGroup === undefined ? {} : { source: "group" }),
    from: ofGroup === undefined ? originOf(own) : "group",
  };
}

function originOf(own: RecordedRule | undefined): RuleOrigin {
  if (own?.chosen === true) return "store";
  return own === undefined || own.owner === shopifyOwner ? "default" : "nature";
}
