import type { DataDomain } from "#app/data-domains.ts";
import { type ReadItem, readList, type SentItem } from "#app/field-errors.ts";
import { domainFault, metafieldFault, ownerFault, policyFault, ruleWords } from "./rule-faults.ts";
import type { ForeignWritePolicy, GroupRule, OwnershipRule, RuleError } from "./types.ts";

/**
 * Checks a list of rules as somebody sent it; every wrong field is named (`items[2].owner`), with
 * the way out. `systemIds`: the systems of the shop that are connected now. `groupRules`: those of
 * its group; null: it is in none. Domains that are not in the list go back to Shopify, since the list
 * is replaced whole. Pure.
 */
export function parseRules(
  items: unknown,
  systemIds: ReadonlySet<string>,
  groupRules: readonly GroupRule[] | null = null,
): { ok: true; rules: OwnershipRule[] } | { ok: false; errors: RuleError[] } {
  const seen = new Set<unknown>();
  const read = readList(items, ruleWords, (sent) => {
    const rule =
      sent["source"] === undefined
        ? ownRule(sent, seen, systemIds)
        : ruleOfGroup(sent, seen, groupRules);
    seen.add(sent["domain"]);
    return rule;
  });
  return read.ok ? { ok: true, rules: read.items } : read;
}

function ownRule(
  { domain, owner, onForeignWrite = "flag", metafield }: SentItem,
  seen: ReadonlySet<unknown>,
  systemIds: ReadonlySet<string>,
): ReadItem<OwnershipRule> {
  return {
    faults: [
      ["domain", domainFault(domain, seen)],
      ["owner", ownerFault(owner, systemIds, "this store")],
      ["onForeignWrite", policyFault(onForeignWrite)],
      ["metafield", metafieldFault(metafield, domain)],
    ],
    item: () => ({
      domain: domain as DataDomain,
      owner: owner as string,
      onForeignWrite: onForeignWrite as ForeignWritePolicy,
      ...(metafield === undefined ? {} : { metafield: metafield as string }),
    }),
  };
}

/**
 * A rule that is left to the group. What it says is the group's to change: an item that names another
 * owner was changed by somebody who took it for the store's own, or was read before the group's rule
 * became another one. Neither is taken for consent.
 */
function ruleOfGroup(
  { domain, source, owner, onForeignWrite, metafield }: SentItem,
  seen: ReadonlySet<unknown>,
  groupRules: readonly GroupRule[] | null,
): ReadItem<OwnershipRule> {
  const rule = groupRules?.find((one) => one.domain === domain);
  return {
    faults: [
      ["domain", domainFault(domain, seen)],
      ["source", sourceFault(source, groupRules, rule)],
      ["owner", differenceFault(owner, rule?.owner)],
      ["onForeignWrite", differenceFault(onForeignWrite, rule?.onForeignWrite)],
      ["metafield", metafieldFault(metafield, domain)],
    ],
    item: () => ({
      domain: domain as DataDomain,
      owner: rule?.owner ?? "",
      onForeignWrite: rule?.onForeignWrite ?? "flag",
      ...(metafield === undefined ? {} : { metafield: metafield as string }),
      source: "group",
    }),
  };
}

function sourceFault(
  source: unknown,
  groupRules: readonly GroupRule[] | null,
  rule: GroupRule | undefined,
): string | null {
  if (source !== "group") return 'Send "group", or leave it out for a rule of this store\'s own.';
  if (groupRules === null)
    return "This store is in no group. Leave source out for a rule of its own.";
  if (rule === undefined)
    return "The group has no rule for this kind of data. Leave source out for a rule of this store's own.";
  return null;
}

function differenceFault(sent: unknown, rule: string | undefined): string | null {
  if (sent === undefined || rule === undefined || sent === rule) return null;
  return `The group's rule says "${rule}". Send that to follow it, or leave source out for a rule of this store's own.`;
}
