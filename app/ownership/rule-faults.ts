import { dataDomains } from "#app/data-domains.ts";
import { foreignWritePolicies, shopifyOwner } from "./types.ts";

/** What is wrong with the parts of a rule as somebody sent it, in one sentence each; null: nothing. */

/** To somebody who sends something else than rules. */
export const ruleWords = {
  list: "Send a list of rules as items.",
  item: "A rule is an object with domain, owner and onForeignWrite.",
} as const;

/** Of a kind of data; `seen`: those that have a rule in the list already. Pure. */
export function domainFault(domain: unknown, seen: ReadonlySet<unknown>): string | null {
  if (!(dataDomains as readonly unknown[]).includes(domain))
    return `Choose one of: ${dataDomains.join(", ")}.`;
  return seen.has(domain) ? "There is a rule for this domain already: keep one." : null;
}

/** Of an owner; `known`: the systems that can be one, which `where` tells apart. Pure. */
export function ownerFault(
  owner: unknown,
  known: { readonly has: (id: string) => boolean },
  where: string,
): string | null {
  if (owner === shopifyOwner || (typeof owner === "string" && known.has(owner))) return null;
  return `Choose "shopify" or the id of a system that is connected to ${where}.`;
}

/** Of what a foreign write leads to. Pure. */
export function policyFault(policy: unknown): string | null {
  const known = (foreignWritePolicies as readonly unknown[]).includes(policy);
  return known ? null : `Choose one of: ${foreignWritePolicies.join(", ")}.`;
}

/**
 * Of where loyalty points are kept, by Shopify's limits:
 * https://shopify.dev/docs/api/admin-graphql/latest/input-objects/MetafieldsSetInput. Pure.
 */
export function metafieldFault(metafield: unknown, domain: unknown): string | null {
  if (metafield === undefined) return null;
  if (domain !== "loyalty") return "Only loyalty points are kept in a metafield: leave it out.";
  const named =
    typeof metafield === "string" && /^[A-Za-z0-9_-]{3,255}\.[A-Za-z0-9_-]{2,64}$/.test(metafield);
  return named
    ? null
    : 'Use namespace and key of a customer metafield with a dot between, like "loyalty.points".';
}
