import type { DataDomain } from "#app/data-domains.ts";
import { readList } from "#app/field-errors.ts";
import { domainFault, ownerFault, policyFault, ruleWords } from "./rule-faults.ts";
import type { ForeignWritePolicy, GroupRule, RuleError } from "./types.ts";

/** A group's rule, and the store whose system owns; null: each store's own Shopify does. */
export type ParsedGroupRule = GroupRule & { readonly ownerShop: string | null };

/**
 * Checks the list of a group's rules as somebody sent it; every wrong field is named. `systems`: those
 * connected to the group's stores now, by id with their store. Of what is not in the list the group
 * says nothing any more. Pure.
 */
export function parseGroupRules(
  items: unknown,
  systems: ReadonlyMap<string, string>,
): { ok: true; rules: ParsedGroupRule[] } | { ok: false; errors: RuleError[] } {
  const seen = new Set<unknown>();
  const read = readList(items, ruleWords, (sent) => {
    const { domain, owner, onForeignWrite = "flag", metafield } = sent;
    const faults = [
      ["domain", domainFault(domain, seen)],
      ["owner", ownerFault(owner, systems, "a store of the group")],
      ["onForeignWrite", policyFault(onForeignWrite)],
      ["metafield", metafield === undefined ? null : metafieldWords],
    ] as const;
    seen.add(domain);
    return {
      faults,
      item: () => ({
        domain: domain as DataDomain,
        owner: owner as string,
        ownerShop: systems.get(owner as string) ?? null,
        onForeignWrite: onForeignWrite as ForeignWritePolicy,
      }),
    };
  });
  return read.ok ? { ok: true, rules: read.items } : read;
}

const metafieldWords = "Each store says for itself where it keeps loyalty points: leave it out.";
