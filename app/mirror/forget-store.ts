import type { Queryable } from "#app/db.server.ts";

/**
 * What the mirror gives up, a few rows at a time. Every function returns how many rows went: fewer
 * than asked for means that nothing is left.
 */

/** Changes of a shop that were processed before an instant. */
export async function dropOldChanges(
  db: Queryable,
  shop: string,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM changes WHERE id IN (
       SELECT id FROM changes WHERE shop = $1 AND processed_at < $2 ORDER BY processed_at LIMIT $3)
     RETURNING 1 AS one`,
    [shop, new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Writes to Shopify that were never heard back of. */
export async function dropOldEchoes(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM write_echoes WHERE ctid IN (
       SELECT ctid FROM write_echoes WHERE written_at < $1 LIMIT $2)
     RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Everything that is known of a shop's resources. */
export async function forgetMirrorOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH resources AS (
       DELETE FROM mirror_resources WHERE ctid IN (
         SELECT ctid FROM mirror_resources WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     ), told AS (
       DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), links AS (
       DELETE FROM sku_links WHERE ctid IN (
         SELECT ctid FROM sku_links WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     ), echoes AS (
       DELETE FROM write_echoes WHERE ctid IN (
         SELECT ctid FROM write_echoes WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     )
     SELECT one FROM resources UNION ALL SELECT one FROM told
     UNION ALL SELECT one FROM links UNION ALL SELECT one FROM echoes`,
    [shop, limit],
  );
  return rows.length;
}
