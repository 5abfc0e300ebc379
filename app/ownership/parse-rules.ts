import { dataDomains, type DataDomain } from "#app/data-domains.ts";
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
    const { domain, owner, onForeignWrite = "flag", metafield } = item as Sent;
    const wrong = [
      ["domain", domainFault(domain, seen)],
      ["owner", ownerFault(owner, systemIds)],
      ["onForeignWrite", policyFault(onForeignWrite)],
      ["metafield", metafieldFault(metafield, domain)],
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
        ...(metafield === undefined ? {} : { metafield: metafield as string }),
      });
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rules };
}

interface Sent {
  readonly domain?: unknown;
  readonly owner?: unknown;
  readonly onForeignWrite?: unknown;
  readonly metafield?: unknown;
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

function policyFault(policy: unknown): string | null {
  const known = (foreignWritePolicies as readonly unknown[]).includes(policy);
  return known ? null : `Choose one of: ${foreignWritePolicies.join(", ")}.`;
}

/** Shopify's limits: https://shopify.dev/docs/api/admin-graphql/latest/input-objects/MetafieldsSetInput */
function metafieldFault(metafield: unknown, domain: unknown): string | null {
  if (metafield === undefined) return null;
  if (domain !== "loyalty") return "Only loyalty points are kept in a metafield: leave it out.";
  const named =
    typeof metafield === "string" && /^[A-Za-z0-9_-]{3,255}\.[A-Za-z0-9_-]{2,64}$/.test(metafield);
  return named
    ? null
    : 'Use namespace and key of a customer metafield with a dot between, like "loyalty.points".';
}
