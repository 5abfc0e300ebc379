import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { type GroupRule, type GroupRuleView, shopifyOwner } from "./types.ts";

/** The rules of a group, in the order of the kinds of data; those it does not have are missing. */
export async function readGroupRules(db: Queryable, groupId: string): Promise<GroupRuleView[]> {
  const { rows } = await db.query<GroupRuleView>(
    `SELECT g.domain, g.owner, g.on_foreign_write AS "onForeignWrite",
       ARRAY(SELECT f.shop FROM ownership_followers f
             WHERE f.group_id = g.group_id AND f.domain = g.domain ORDER BY f.shop) AS "followedBy"
     FROM group_ownership_rules g WHERE g.group_id = $1`,
    [groupId],
  );
  return dataDomains.flatMap((domain) => rows.filter((row) => row.domain === domain));
}

/** Puts rules in place of those a group had. Who follows one that stays follows it as it is now. */
export async function writeGroupRules(
  tx: Transaction,
  groupId: string,
  rules: readonly (GroupRule & { readonly ownerShop: string | null })[],
  atMs: number,
): Promise<void> {
  await tx.query("DELETE FROM group_ownership_rules WHERE group_id = $1 AND NOT domain = ANY($2)", [
    groupId,
    rules.map((rule) => rule.domain),
  ]);
  await tx.query(
    `INSERT INTO group_ownership_rules AS g (group_id, domain, owner, owner_shop,
       on_foreign_write, changed_at)
     SELECT $1, domain, owner, "ownerShop", "onForeignWrite", $3
     FROM json_to_recordset($2::json) AS r (domain text, owner text, "ownerShop" text,
       "onForeignWrite" text)
     ON CONFLICT (group_id, domain) DO UPDATE SET owner = excluded.owner,
       owner_shop = excluded.owner_shop, on_foreign_write = excluded.on_foreign_write,
       changed_at = excluded.changed_at
     WHERE (g.owner, g.on_foreign_write) <> (excluded.owner, excluded.on_foreign_write)`,
    [groupId, JSON.stringify(rules), new Date(atMs)],
  );
}

/** A group's rule that became another one, and who follows it. */
export interface ChangedRule {
  readonly groupId: string;
  readonly domain: DataDomain;
  readonly followedBy: readonly string[];
}

/**
 * Gives what a store's systems own by rules of its group back to Shopify; `systemId` null: all of
 * them; `atMs` null: now. Returns which rules.
 */
export async function releaseGroupRules(
  tx: Transaction,
  shop: string,
  systemId: string | null,
  atMs: number | null,
): Promise<ChangedRule[]> {
  const { rows } = await tx.query<ChangedRule>(
    `UPDATE group_ownership_rules g SET owner = $3, owner_shop = NULL,
       changed_at = coalesce($4::timestamptz, now())
     WHERE owner_shop = $1 AND ($2::text IS NULL OR owner = $2)
     RETURNING group_id AS "groupId", domain,
       ARRAY(SELECT f.shop FROM ownership_followers f
             WHERE f.group_id = g.group_id AND f.domain = g.domain ORDER BY f.shop) AS "followedBy"`,
    [shop, systemId, shopifyOwner, atMs === null ? null : new Date(atMs)],
  );
  return rows;
}

/** Has a shop follow the rules of its group about these kinds of data, and no others. */
export async function setFollowed(
  tx: Transaction,
  shop: string,
  groupId: string,
  domains: readonly DataDomain[],
  atMs: number,
): Promise<void> {
  await tx.query("DELETE FROM ownership_followers WHERE shop = $1 AND NOT domain = ANY($2)", [
    shop,
    domains,
  ]);
  await tx.query(
    `INSERT INTO ownership_followers (shop, domain, group_id, since)
     SELECT $1, domain, $2, $4 FROM unnest($3::text[]) AS d (domain)
     ON CONFLICT (shop, domain) DO NOTHING`,
    [shop, groupId, domains, new Date(atMs)],
  );
}

/** Ends what a shop follows; returns how much that was. */
export async function dropFollowed(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    "DELETE FROM ownership_followers WHERE shop = $1 RETURNING 1 AS one",
    [shop],
  );
  return rows.length;
}
