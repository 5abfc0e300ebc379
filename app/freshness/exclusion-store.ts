import type { Queryable, Transaction } from "#app/db.server.ts";
import type { FreshnessExclusion } from "./types.ts";

/** The exclusions of some shops, by shop, in their order; a shop without any is missing. */
export async function readExclusionsOf(
  db: Queryable,
  shops: readonly string[],
): Promise<Map<string, FreshnessExclusion[]>> {
  const { rows } = await db.query<{ shop: string; rule: FreshnessExclusion }>(
    "SELECT shop, rule FROM freshness_exclusions WHERE shop = ANY($1) ORDER BY shop, position",
    [shops],
  );
  const byShop = new Map<string, FreshnessExclusion[]>();
  for (const { shop, rule } of rows) byShop.set(shop, [...(byShop.get(shop) ?? []), rule]);
  return byShop;
}

/** Puts all exclusions of a shop in place of those it had. */
export async function writeExclusions(
  tx: Transaction,
  shop: string,
  rules: readonly FreshnessExclusion[],
): Promise<void> {
  await tx.query("DELETE FROM freshness_exclusions WHERE shop = $1", [shop]);
  await tx.query(
    `INSERT INTO freshness_exclusions (shop, position, rule)
     SELECT $1, position, rule FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS r (rule, position)`,
    [shop, JSON.stringify(rules)],
  );
}

/** Deletes the exclusions of a system that is gone. */
export async function deleteExclusionsOf(
  tx: Transaction,
  shop: string,
  systemId: string,
): Promise<void> {
  await tx.query("DELETE FROM freshness_exclusions WHERE shop = $1 AND rule->>'system' = $2", [
    shop,
    systemId,
  ]);
}
