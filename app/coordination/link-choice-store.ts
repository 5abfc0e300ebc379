import type { Queryable, Transaction } from "#app/db.server.ts";
import type { LinkDoubt, LinkState } from "./types.ts";

/** What was found or decided about a pool's article in a store, as it is stored. */
export interface LinkChoice {
  readonly state: "doubt" | "tied" | "apart";
  readonly reason: LinkDoubt | null;
  readonly itemId: string | null;
}

/** A choice `k` that counts for a pool `p`: its own, or a person's about its article, as SQL. */
const countsForPool = `JOIN pools s ON s.group_id = p.group_id AND s.sku = p.sku
  JOIN pool_links k ON k.pool_id = s.id AND (s.id = p.id OR k.state <> 'doubt')`;

/**
 * What was found or decided about a pool's article in a store, or null: its SKU says it all. What a
 * person decided holds at every pool location of the group, those that come later included.
 */
export async function choiceOf(
  db: Queryable,
  poolId: string,
  shop: string,
): Promise<LinkChoice | null> {
  const { rows } = await db.query<LinkChoice>(
    `SELECT k.state, k.reason, k.item_id AS "itemId" FROM pools p ${countsForPool}
     WHERE p.id = $1 AND k.shop = $2 ORDER BY k.state = 'doubt', k.changed_at DESC LIMIT 1`,
    [poolId, shop],
  );
  return rows[0] ?? null;
}

/** Those of some pools of which something was found or decided in a store. */
export async function poolsWithChoice(
  db: Queryable,
  poolIds: readonly string[],
  shop: string,
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT p.id FROM pools p ${countsForPool}
     WHERE p.id = ANY($1::uuid[]) AND k.shop = $2`,
    [poolIds, shop],
  );
  return new Set(rows.map((row) => row.id));
}

/** Notes what was found or decided; the pool is locked by the caller. The same again writes nothing. */
export async function noteChoice(
  tx: Transaction,
  poolId: string,
  shop: string,
  choice: LinkChoice,
  atMs: number,
): Promise<void> {
  await tx.query(
    `INSERT INTO pool_links AS k (pool_id, shop, state, reason, item_id, changed_at)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (pool_id, shop) DO UPDATE SET state = excluded.state, reason = excluded.reason,
       item_id = excluded.item_id, changed_at = excluded.changed_at
     WHERE (k.state, k.reason, k.item_id)
       IS DISTINCT FROM (excluded.state, excluded.reason, excluded.item_id)`,
    [poolId, shop, choice.state, choice.reason, choice.itemId, new Date(atMs)],
  );
}

/** Drops a doubt that is none any more; what a person decided stays. */
export async function dropDoubt(tx: Transaction, poolId: string, shop: string): Promise<void> {
  await tx.query("DELETE FROM pool_links WHERE pool_id = $1 AND shop = $2 AND state = 'doubt'", [
    poolId,
    shop,
  ]);
}

/** Drops what was found or decided, so that the SKU and the barcode say it again. */
export async function dropChoice(tx: Transaction, poolId: string, shop: string): Promise<void> {
  await tx.query("DELETE FROM pool_links WHERE pool_id = $1 AND shop = $2", [poolId, shop]);
}

/** Drops what a store was asked about pools of a pool location that it does not show any more. */
export async function dropDoubtsAt(
  tx: Transaction,
  shop: string,
  groupId: string,
  poolLocationId: string,
): Promise<void> {
  await tx.query(
    `DELETE FROM pool_links k USING pools p
     WHERE k.shop = $1 AND k.state = 'doubt' AND p.id = k.pool_id AND p.group_id = $2
       AND p.pool_location_id = $3`,
    [shop, groupId, poolLocationId],
  );
}

/** Drops everything that was decided in a store: it leaves its group. */
export async function dropChoices(tx: Transaction, shop: string): Promise<void> {
  await tx.query("DELETE FROM pool_links WHERE shop = $1", [shop]);
}

/** How many articles of a store wait for somebody to look. */
export async function countDoubts(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    // Once for an article, however many pools it has.
    `SELECT count(DISTINCT p.sku)::int AS count FROM pool_links k JOIN pools p ON p.id = k.pool_id
     WHERE k.shop = $1 AND k.state = 'doubt'`,
    [shop],
  );
  return rows[0]?.count ?? 0;
}

/** An article of a group as a store stands to it. */
export interface LinkRow {
  /** One of its pools: that which the store shows, if it shows one. */
  readonly poolId: string;
  readonly sku: string;
  readonly reason: LinkDoubt | null;
  /** Of the store's article that shows the pool. */
  readonly itemId: string | null;
}

/** Whether the store shows the article, or it has such a choice, at any pool location, as SQL. */
const shows = `EXISTS (SELECT 1 FROM pools s JOIN pool_levels o ON o.pool_id = s.id AND o.shop = $2
  WHERE s.group_id = p.group_id AND s.sku = p.sku)`;
const has = (states: string) => `EXISTS (SELECT 1 FROM pools s
  JOIN pool_links o ON o.pool_id = s.id AND o.shop = $2 AND o.state IN (${states})
  WHERE s.group_id = p.group_id AND s.sku = p.sku)`;

const conditions: Readonly<Record<LinkState, string>> = {
  doubt: `k.state = 'doubt' AND NOT ${shows}`,
  linked: "l.pool_id IS NOT NULL",
  absent: `NOT ${shows} AND NOT ${has("'doubt', 'apart'")}`,
  apart: `k.state = 'apart' AND NOT ${shows}`,
};

/** Articles of a group in the order of their SKUs, by how a store stands to them; one more than `limit`. */
export async function pageLinks(
  db: Queryable,
  whose: { readonly shop: string; readonly groupId: string },
  page: {
    readonly state: LinkState;
    readonly limit: number;
    /** The last SKU before. */
    readonly after: string | null;
    /** The beginning of a SKU. */
    readonly search: string;
  },
): Promise<LinkRow[]> {
  const { rows } = await db.query<LinkRow>(
    `SELECT DISTINCT ON (p.sku) p.id AS "poolId", p.sku, k.reason, l.item_id AS "itemId"
     FROM pools p
     LEFT JOIN pool_links k ON k.pool_id = p.id AND k.shop = $2
     LEFT JOIN pool_levels l ON l.pool_id = p.id AND l.shop = $2
     WHERE p.group_id = $1 AND ($3::text IS NULL OR p.sku > $3) AND starts_with(p.sku, $4)
       AND ${conditions[page.state]}
     ORDER BY p.sku, p.id LIMIT $5`,
    [whose.groupId, whose.shop, page.after, page.search, page.limit + 1],
  );
  return rows;
}
