import { type DataDomain, dataDomains } from "#app/data-domains.ts";
import type { ForeignWritePolicy, GroupRuleView } from "#app/ownership/types.ts";

/** What the group says of one kind of data, as the form holds it. */
export interface RuleDraft {
  readonly domain: DataDomain;
  /** Empty: the group says nothing of it. */
  readonly owner: string;
  readonly onForeignWrite: ForeignWritePolicy;
  /** The stores that follow it as it is saved. */
  readonly followedBy: readonly string[];
}

/** One for each kind of data, from the rules there are. Pure. */
export function draftsOf(rules: readonly GroupRuleView[]): RuleDraft[] {
  return dataDomains.map((domain) => {
    const rule = rules.find((one) => one.domain === domain);
    return rule ?? { domain, owner: "", onForeignWrite: "flag", followedBy: [] };
  });
}

/** The rules to be sent: of what the group says something. Pure. */
export function itemsOf(drafts: readonly RuleDraft[]) {
  return drafts
    .filter(({ owner }) => owner !== "")
    .map(({ domain, owner, onForeignWrite }) => ({ domain, owner, onForeignWrite }));
}

/** How errors name a field of a kind of data: by its place among what was sent. Pure. */
export function fieldOf(drafts: readonly RuleDraft[], domain: DataDomain, field: string): string {
  const index = itemsOf(drafts).findIndex((item) => item.domain === domain);
  return `items[${String(index)}].${field}`;
}
