import type { OwnershipRule } from "#app/ownership/types.ts";
import { installScopes, isGranted } from "#app/shops/types.ts";
import { writeScopes } from "#app/write-back/types.ts";

/** One permission of the store, and whether the merchant has given it. */
export interface Permission {
  readonly scope: string;
  /** What Converge does with it, in the merchant's words. */
  readonly use: string;
  readonly granted: boolean;
}

const uses: Readonly<Record<string, string>> = {
  read_products: "See products and prices",
  read_inventory: "See stock",
  write_inventory: "Set stock to what its owner says",
  read_locations: "See where stock lies",
  read_orders: "See orders of the last 60 days",
  read_customers: "See customers",
  read_fulfillments: "See shipments",
  write_products: "Set products and prices to what their owner says",
  write_orders: "Set orders to what their owner says",
  write_customers: "Set customers to what their owner says",
  write_merchant_managed_fulfillment_orders: "Set shipments to what their owner says",
};

/**
 * What Converge needs in this store: what every store gives at the installation, and the right to
 * write wherever a connected system owns the data. Missing ones come first. Pure.
 */
export function permissionsOf(
  granted: readonly string[],
  rules: readonly Pick<OwnershipRule, "domain" | "owner">[],
): Permission[] {
  const toWrite = rules
    .filter(({ owner }) => owner !== "shopify")
    .flatMap(({ domain }) => writeScopes[domain] ?? []);
  return [...new Set<string>([...installScopes, ...toWrite])]
    .map((scope) => ({ scope, use: uses[scope] ?? scope, granted: isGranted(granted, scope) }))
    .sort((a, b) => Number(a.granted) - Number(b.granted));
}
