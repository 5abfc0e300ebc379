import type { Queryable } from "#app/db.server.ts";

/**
 * What the mirror gives up, a few rows at a time. Every function returns how many rows went: fewer
 * than asked for means that nothing is left.
 */

/** A place among a shop's changes, in the order they were processed. */
export interface ChangePlace {
  /** As Postgres writes it: a Date would lose its microseconds. */
  readonly processedAt: string;
  readonly id: string;
}

/**
 * Looks at up to `limit` changes of a shop that were processed before an instant, from after a place
 * on, and drops those that later ones took the place of: what a resource is now goes to a system that
 * is connected tomorrow, however long ago it became so. Returns how many went and the place reached;
 * null: nothing is left to look at.
 */
export async function dropOldChanges(
  db: Queryable,
  shop: string,
  beforeMs: number,
  after: ChangePlace,
  limit: number,
): Promise<{ dropped: number; reached: ChangePlace | null }> {
  const { rows } = await db.query<{ dropped: number; processedAt: string; id: string }>(
    `WITH old AS (
       SELECT id, processed_at, event_id, resource_type, resource_id FROM changes
       WHERE shop = $1 AND processed_at < $2 AND (processed_at, id) > ($3::timestamptz, $4)
       ORDER BY processed_at, id LIMIT $5
     ), gone AS (
       DELETE FROM changes WHERE id IN (
         SELECT id FROM old WHERE NOT EXISTS (
           SELECT 1 FROM mirror_resources m
           WHERE m.shop = $1 AND m.type = old.resource_type AND m.id = old.resource_id
             AND m.event_id = old.event_id AND NOT m.deleted))
       RETURNING 1
     )
     SELECT (SELECT count(*)::int FROM gone) AS dropped, processed_at::text AS "processedAt", id
     FROM old ORDER BY processed_at DESC, id DESC LIMIT 1`,
    [shop, new Date(beforeMs), after.processedAt, after.id, limit],
  );
  const [last] = rows;
  if (last === undefined) return { dropped: 0, reached: null };
  return { dropped: last.dropped, reached: { processedAt: last.processedAt, id: last.id } };
}

/** Before every change. */
export const firstPlace: ChangePlace = { processedAt: "-infinity", id: "" };

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

/** What is expected to be heard back of some resources. */
export async function forgetEchoesOf(
  db: Queryable,
  shop: string,
  resourceIds: readonly string[],
): Promise<number> {
  const { rows } = await db.query(
    "DELETE FROM write_echoes WHERE shop = $1 AND resource_id = ANY($2) RETURNING 1 AS one",
    [shop, resourceIds],
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
     ), locations AS (
       DELETE FROM store_locations WHERE ctid IN (
         SELECT ctid FROM store_locations WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     )
     SELECT one FROM resources UNION ALL SELECT one FROM told UNION ALL SELECT one FROM links
     UNION ALL SELECT one FROM echoes UNION ALL SELECT one FROM locations`,
    [shop, limit],
  );
  return rows.length;
}
