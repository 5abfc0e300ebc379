import type { Queryable } from "#app/db.server.ts";

/** What was read for a shop and what its webhooks missed, some rows of each table at a time; returns how many went. */
export async function forgetPollsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH feeds AS (DELETE FROM poll_feeds WHERE shop = $1 RETURNING 1 AS one),
       passes AS (DELETE FROM poll_passes WHERE ctid IN (
         SELECT ctid FROM poll_passes WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       missed AS (DELETE FROM missed_webhooks WHERE ctid IN (
         SELECT ctid FROM missed_webhooks WHERE shop = $1 LIMIT $2) RETURNING 1 AS one)
     SELECT one FROM feeds UNION ALL SELECT one FROM passes UNION ALL SELECT one FROM missed`,
    [shop, limit],
  );
  return rows.length;
}
