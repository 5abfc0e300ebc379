import type { Queryable } from "#app/db.server.ts";

/** Figures of before an instant, a few rows of each table at a time; returns how many went. */
export async function dropOldLags(db: Queryable, beforeMs: number, limit: number): Promise<number> {
  const { rows } = await db.query(
    `WITH lags AS (DELETE FROM lag_buckets WHERE ctid IN (
         SELECT ctid FROM lag_buckets WHERE minute < $1 LIMIT $2) RETURNING 1 AS one),
       lag_sums AS (DELETE FROM lag_hours WHERE ctid IN (
         SELECT ctid FROM lag_hours WHERE hour < $1 LIMIT $2) RETURNING 1 AS one),
       topics AS (DELETE FROM topic_spans WHERE ctid IN (
         SELECT ctid FROM topic_spans WHERE span < $1 LIMIT $2) RETURNING 1 AS one),
       hours AS (DELETE FROM freshness_hours WHERE ctid IN (
         SELECT ctid FROM freshness_hours WHERE hour < $1 LIMIT $2) RETURNING 1 AS one),
       breaches AS (DELETE FROM freshness_breaches WHERE ctid IN (
         SELECT ctid FROM freshness_breaches WHERE ended_at < $1 LIMIT $2) RETURNING 1 AS one)
     SELECT one FROM lags UNION ALL SELECT one FROM lag_sums UNION ALL SELECT one FROM topics
     UNION ALL SELECT one FROM hours UNION ALL SELECT one FROM breaches`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Every figure and SLA of a shop, a few rows of each table at a time; returns how many went. */
export async function forgetLagsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH lags AS (DELETE FROM lag_buckets WHERE ctid IN (
         SELECT ctid FROM lag_buckets WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       lag_sums AS (DELETE FROM lag_hours WHERE ctid IN (
         SELECT ctid FROM lag_hours WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       topics AS (DELETE FROM topic_spans WHERE ctid IN (
         SELECT ctid FROM topic_spans WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       hours AS (DELETE FROM freshness_hours WHERE ctid IN (
         SELECT ctid FROM freshness_hours WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       breaches AS (DELETE FROM freshness_breaches WHERE ctid IN (
         SELECT ctid FROM freshness_breaches WHERE shop = $1 LIMIT $2) RETURNING 1 AS one),
       exclusions AS (DELETE FROM freshness_exclusions WHERE shop = $1 RETURNING 1 AS one),
       slas AS (DELETE FROM freshness_slas WHERE shop = $1 RETURNING 1 AS one)
     SELECT one FROM lags UNION ALL SELECT one FROM lag_sums UNION ALL SELECT one FROM topics
     UNION ALL SELECT one FROM hours
     UNION ALL SELECT one FROM breaches UNION ALL SELECT one FROM exclusions
     UNION ALL SELECT one FROM slas`,
    [shop, limit],
  );
  return rows.length;
}
