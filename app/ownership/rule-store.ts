import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable, Transaction } from "#app/db.server.ts";
import { chooseRule, type RecordedRule } from "./choose-rule.ts";
import { type OwnershipRule, type RuleInForce, shopifyOwner } from "./types.ts";

/** The rules of a shop, always one for each data domain; what nobody ruled on is Shopify's. */
export async function readRules(db: Queryable, shop: string): Promise<OwnershipRule[]> {
  return (await readRulesInForce(db, shop)).map(({ from: _from, ...rule }) => rule);
}

/** The same with where each comes from. One statement, since every batch of events asks. */
export async function readRulesInForce(db: Queryable, shop: string): Promise<RuleInForce[]> {
  const { rows } = await db.query<RecordedRule & { domain: DataDomain; ofGroup: boolean }>(
    `SELECT domain, owner, on_foreign_write AS "onForeignWrite", metafield, chosen,
       false AS "ofGroup"
     FROM ownership_rules WHERE shop = $1
     UNION ALL
     SELECT g.domain, g.owner, g.on_foreign_write, NULL, true, true
     FROM ownership_followers f
     JOIN group_ownership_rules g ON g.group_id = f.group_id AND g.domain = f.domain
     WHERE f.shop = $1`,
    [shop],
  );
  const found = (domain: DataDomain, ofGroup: boolean) =>
    rows.find((row) => row.domain === domain && row.ofGroup === ofGroup);
  return dataDomains.map((domain) => chooseRule(domain, found(domain, false), found(domain, true)));
}

/** Whether a person ever decided who owns what in a shop, or had its group decide. */
export async function hasChosenRules(db: Queryable, shop: string): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 AS one FROM ownership_rules WHERE shop = $1 AND chosen
     UNION ALL SELECT 1 FROM ownership_followers WHERE shop = $1 LIMIT 1`,
    [shop],
  );
  return rows.length > 0;
}

/**
 * Lets one transaction at a time change the rules of some shops, until it ends. Advisory locks and
 * not ones on rows, since a shop without rules has none to lock; in one order, so that nobody waits
 * in a circle.
 */
export async function lockRules(tx: Transaction, ...shops: readonly string[]): Promise<void> {
  for (const shop of [...new Set(shops)].sort())
    await tx.query("SELECT pg_advisory_xact_lock(hashtextextended('ownership ' || $1, 0))", [shop]);
}

/**
 * Puts the rules of a shop in place of those it had. Of what it leaves to its group, its own rule of
 * before stays beneath: it holds again when the group's does not any more.
 */
export async function writeRules(
  tx: Transaction,
  shop: string,
  rules: readonly OwnershipRule[],
  atMs: number,
): Promise<void> {
  const own = rules.filter((rule) => rule.source === undefined);
  const left = rules.filter((rule) => rule.source === "group");
  await tx.query("DELETE FROM ownership_rules WHERE shop = $1 AND NOT domain = ANY($2)", [
    shop,
    left.map((rule) => rule.domain),
  ]);
  await tx.query(
    `INSERT INTO ownership_rules (shop, domain, owner, on_foreign_write, metafield, chosen,
       changed_at)
     SELECT $1, domain, owner, "onForeignWrite", metafield, true, $3
     FROM json_to_recordset($2::json) AS r (domain text, owner text, "onForeignWrite" text,
       metafield text)`,
    [shop, JSON.stringify(own), new Date(atMs)],
  );
  for (const { domain, metafield } of left)
    if (metafield !== undefined) await keepMetafield(tx, shop, domain, metafield, atMs);
}

/** Where points are kept is the shop's own choice, whoever owns them. */
async function keepMetafield(
  tx: Transaction,
  shop: string,
  domain: DataDomain,
  metafield: string,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO ownership_rules (shop, domain, owner, on_foreign_write, metafield, chosen,
       changed_at)
     VALUES ($1, $2, $5, 'flag', $3, false, $4)
     ON CONFLICT (shop, domain) DO UPDATE SET metafield = excluded.metafield`,
    [shop, domain, metafield, new Date(atMs), shopifyOwner],
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
     SELECT $1, $2, $3, 'flag', false, $4::timestamptz
     WHERE NOT EXISTS (SELECT 1 FROM ownership_followers WHERE shop = $1 AND domain = $2)
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

/** The shop's own rules; returns how many went. */
export async function dropRulesOf(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    "DELETE FROM ownership_rules WHERE shop = $1 RETURNING 1 AS one",
    [shop],
  );
  return rows.length;
}
