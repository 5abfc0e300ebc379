import type { DataDomain } from "#app/data-domains.ts";
import type { Transaction } from "#app/db.server.ts";
import { releaseGroupRules } from "./group-rule-store.ts";
import { lockRules, releaseRules, seedRule } from "./rule-store.ts";
import { tellFollowers } from "./tell-followers.ts";

/** What a kind of system owns by nature. Catalogue, orders and prices stay Shopify's until somebody says otherwise. */
const ownedByNature: Readonly<Partial<Record<string, DataDomain>>> = {
  wms: "inventory",
  crm: "customers",
  "3pl": "fulfillments",
  loyalty: "loyalty",
};

/**
 * Makes a new system the owner of what its kind owns by nature, in the transaction that connects it,
 * unless a person ruled on that domain, or left it to the group, or another system has it. Returns the domain it was given.
 */
export async function seedForSystem(
  tx: Transaction,
  shop: string,
  system: { readonly id: string; readonly kind: string },
  atMs: number,
): Promise<DataDomain | null> {
  const domain = ownedByNature[system.kind];
  if (domain === undefined) return null;
  await lockRules(tx, shop);
  return (await seedRule(tx, shop, domain, system.id, atMs)) ? domain : null;
}

/**
 * Gives a disconnected system's domains back to Shopify, also where it owned them by a rule of its
 * store's group, in the transaction that disconnects it. Returns those of its own store.
 */
export async function releaseSystem(
  tx: Transaction,
  shop: string,
  systemId: string,
  atMs: number,
): Promise<DataDomain[]> {
  await lockRules(tx, shop);
  await tellFollowers(tx, await releaseGroupRules(tx, shop, systemId, atMs), shop);
  return releaseRules(tx, shop, systemId, atMs);
}
