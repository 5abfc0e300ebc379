import type { Queryable, Transaction } from "#app/db.server.ts";
import type { LinkDoubt, LinkState } from "./types.ts";

/** What was found or decided about a pool's article in a store, as it is stored. */
export interface LinkChoice {
  readonly state: "doubt" | "tied" | "apart";
  readonly reason: LinkDoubt | null;
  readonly itemId: string | null;
}

/** What was found or decided about a pool in a store, or null: its SKU says it all. */
export async function choiceOf(
  db: Queryable,
  poolId: string,
  shop: string,
): Promise<LinkChoice | null> {
  const { rows } = await db.query<LinkChoice>(
    `SELECT state, reason, item_id AS "itemId" FROM pool_links WHERE pool_id = $1 AND shop = $2`,
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
    "SELECT pool_id AS id FROM pool_links WHERE pool_id = ANY($1::uuid[]) AND shop = $2",
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

/** Drops everything that was decided in a store: it leaves its group. */
export async function dropChoices(tx: Transaction, shop: string): Promise<void> {
  await tx.query("DELETE FROM pool_links WHERE shop = $1", [shop]);
}

/** How many articles of a store wait for somebody to look. */
export async function countDoubts(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM pool_links WHERE shop = $1 AND state = 'doubt'",
    [shop],
  );
  return rows[0]?.count ?? 0;
}

/** A pool of a group as a store stands to it. */
export interface LinkRow {
  readonly poolId: string;
  readonly sku: string;
  readonly reason: LinkDoubt | null;
  /** Of the store's article that shows the pool. */
  readonly itemId: string | null;
}

const conditions: Readonly<Record<LinkState, string>> = {
  doubt: "k.state = 'doubt' AND l.pool_id IS NULL",
  linked: "l.pool_id IS NOT NULL",
  absent: "l.pool_id IS NULL AND (k.state IS NULL OR k.state = 'tied')",
  apart: "k.state = 'apart' AND l.pool_id IS NULL",
};

/** Pools of a group in the order of their SKUs, by how a store stands to them; one more than `limit`. */
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
    `SELECT p.id AS "poolId", p.sku, k.reason, l.item_id AS "itemId"
     FROM pools p
     LEFT JOIN pool_links k ON k.pool_id = p.id AND k.shop = $2
     LEFT JOIN pool_levels l ON l.pool_id = p.id AND l.shop = $2
     WHERE p.group_id = $1 AND ($3::text IS NULL OR p.sku > $3) AND starts_with(p.sku, $4)
       AND ${conditions[page.state]}
     ORDER BY p.sku LIMIT $5`,
    [whose.groupId, whose.shop, page.after, page.search, page.limit + 1],
  );
  return rows;
}
