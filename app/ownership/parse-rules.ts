import { dataDomains, type DataDomain, writableDomains } from "#app/data-domains.ts";
import {
  foreignWritePolicies,
  shopifyOwner,
  type ForeignWritePolicy,
  type OwnershipRule,
  type RuleError,
} from "./types.ts";

/**
 * Checks a list of rules as somebody sent it; every wrong field is named (`items[2].owner`), with
 * the way out. `systemIds`: the systems of the shop that are connected now. Domains that are not in
 * the list go back to Shopify, since the list is replaced whole.
 */
export function parseRules(
  items: unknown,
  systemIds: ReadonlySet<string>,
): { ok: true; rules: OwnershipRule[] } | { ok: false; errors: RuleError[] } {
  if (!Array.isArray(items))
    return { ok: false, errors: [{ field: "items", message: "Send a list of rules as items." }] };
  const errors: RuleError[] = [];
  const rules: OwnershipRule[] = [];
  const seen = new Set<unknown>();
  for (const [index, item] of items.entries()) {
    const at = `items[${String(index)}]`;
    if (typeof item !== "object" || item === null || Array.isArray(item)) {
      const message = "A rule is an object with domain, owner and onForeignWrite.";
      errors.push({ field: at, message });
      continue;
    }
    const { domain, owner, onForeignWrite = "flag" } = item as Sent;
    const wrong = [
      ["domain", domainFault(domain, seen)],
      ["owner", ownerFault(owner, systemIds)],
      ["onForeignWrite", policyFault(onForeignWrite, domain)],
    ].flatMap(([field, message]) =>
      message ? [{ field: `${at}.${String(field)}`, message }] : [],
    );
    seen.add(domain);
    errors.push(...wrong);
    if (wrong.length === 0)
      rules.push({
        domain: domain as DataDomain,
        owner: owner as string,
        onForeignWrite: onForeignWrite as ForeignWritePolicy,
      });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules };
}

interface Sent {
  readonly domain?: unknown;
  readonly owner?: unknown;
  readonly onForeignWrite?: unknown;
}

function domainFault(domain: unknown, seen: ReadonlySet<unknown>): string | null {
  if (!(dataDomains as readonly unknown[]).includes(domain))
    return `Choose one of: ${dataDomains.join(", ")}.`;
  return seen.has(domain) ? "There is a rule for this domain already: keep one." : null;
}

function ownerFault(owner: unknown, systemIds: ReadonlySet<string>): string | null {
  const known = owner === shopifyOwner || (typeof owner === "string" && systemIds.has(owner));
  if (known) return null;
  return 'Choose "shopify" or the id of a system that is connected to this store.';
}

function policyFault(policy: unknown, domain: unknown): string | null {
  if (!(foreignWritePolicies as readonly unknown[]).includes(policy))
    return `Choose one of: ${foreignWritePolicies.join(", ")}.`;
  const writable = (writableDomains as readonly unknown[]).includes(domain);
  if (policy !== "revert" || writable) return null;
  return `Converge can put back ${writableDomains.join(", ")} only: choose accept or flag.`;
}
