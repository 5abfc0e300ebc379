import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import {
  defaultMetafield,
  shopifyOwner,
  type ForeignWritePolicy,
  type OwnershipRule,
} from "./types.ts";

interface Row {
  domain: DataDomain;
  owner: string;
  on_foreign_write: ForeignWritePolicy;
  metafield: string | null;
}

/** The rules of a shop, always one for each data domain; what nobody ruled on is Shopify's. */
export async function readRules(db: Queryable, shop: string): Promise<OwnershipRule[]> {
  const { rows } = await db.query<Row>(
    "SELECT domain, owner, on_foreign_write, metafield FROM ownership_rules WHERE shop = $1",
    [shop],
  );
  const known = new Map(rows.map((row) => [row.domain, row]));
  return dataDomains.map((domain) => {
    const row = known.get(domain);
    return {
      domain,
      owner: row?.owner ?? shopifyOwner,
      onForeignWrite: row?.on_foreign_write ?? "flag",
      ...(domain === "loyalty" ? { metafield: row?.metafield ?? defaultMetafield } : {}),
    };
  });
}

/** Whether a person ever decided who owns what in a shop. */
export async function hasChosenRules(db: Queryable, shop: string): Promise<boolean> {
  const { rows } = await db.query(
    "SELECT 1 AS one FROM ownership_rules WHERE shop = $1 AND chosen LIMIT 1",
    [shop],
  );
  return rows.length > 0;
}

/**
 * Lets one transaction at a time change the rules of a shop, until it ends. An advisory lock and
 * not one on rows, since a shop without rules has none to lock.
 */
export async function lockRules(tx: Transaction, shop: string): Promise<void> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('ownership ' || $1, 0))", [shop]);
}

/** Puts all rules of a shop in place of those it had. */
export async function writeRules(
  tx: Transaction,
  shop: string,
  rules: readonly OwnershipRule[],
  atMs: number,
): Promise<void> {
  await tx.query("DELETE FROM ownership_rules WHERE shop = $1", [shop]);
  await tx.query(
    `INSERT INTO ownership_rules (shop, domain, owner, on_foreign_write, metafield, chosen,
       changed_at)
     SELECT $1, domain, owner, "onForeignWrite", metafield, true, $3
     FROM json_to_recordset($2::json) AS r (domain text, owner text, "onForeignWrite" text,
       metafield text)`,
    [shop, JSON.stringify(rules), new Date(atMs)],
  );
}

/** Gives a domain to a system unless somebody decided about it; returns whether it did. */
export async function seedRule(
  tx: Transaction,
  shop: string,
  domain: DataDomain,
  owner: string,
  atMs: number,
): Promise<boolean> {
  const { rows } = await tx.query(
    `INSERT INTO ownership_rules AS o (shop, domain, owner, on_foreign_write, chosen, changed_at)
     VALUES ($1, $2, $3, 'flag', false, $4)
     ON CONFLICT (shop, domain) DO UPDATE SET owner = $3, changed_at = $4
     WHERE NOT o.chosen AND o.owner = $5
     RETURNING domain`,
    [shop, domain, owner, new Date(atMs), shopifyOwner],
  );
  return rows.length > 0;
}

/** Gives everything a system owns back to Shopify; returns which domains. */
export async function releaseRules(
  tx: Transaction,
  shop: string,
  owner: string,
  atMs: number,
): Promise<DataDomain[]> {
  const { rows } = await tx.query<{ domain: DataDomain }>(
    `UPDATE ownership_rules SET owner = $3, changed_at = $4
     WHERE shop = $1 AND owner = $2 RETURNING domain`,
    [shop, owner, shopifyOwner, new Date(atMs)],
  );
  return rows.map((row) => row.domain);
}

/** The rules of a shop; returns how many went. */
export async function forgetRulesOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    "DELETE FROM ownership_rules WHERE shop = $1 RETURNING 1 AS one",
    [shop],
  );
  return rows.length;
}
