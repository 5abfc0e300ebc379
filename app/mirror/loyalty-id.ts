/**
 * Loyalty points are no record of Shopify's: they are the value of a customer's metafield, and the
 * merchant chooses which. Their id is the customer's with the metafield's name, so that they have
 * versions of their own, and other points when another metafield is chosen.
 */
export const loyaltyType = "LoyaltyPoints";

/** The id of a customer's points. `customerId`: a gid; `metafield`: `namespace.key`. Pure. */
export function loyaltyIdOf(customerId: string, metafield: string): string {
  return `${customerId.split("?")[0] ?? customerId}?metafield=${metafield}`;
}

/** Whose points an id is of, and where they are kept; null for any other id. Pure. */
export function readLoyaltyId(
  id: string,
): { readonly id: string; readonly namespace: string; readonly key: string } | null {
  const parts = /^(gid:\/\/shopify\/Customer\/\d+)\?metafield=([\w-]+)\.([\w-]+)$/.exec(id);
  const [, customerId = "", namespace = "", key = ""] = parts ?? [];
  return parts === null ? null : { id: customerId, namespace, key };
}
