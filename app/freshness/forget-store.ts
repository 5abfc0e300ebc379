import type { Queryable } from "#app/db.server.ts";

/** Lags of minutes before an instant, a few rows at a time; returns how many went. */
export async function dropOldLags(db: Queryable, beforeMs: number, limit: number): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM lag_buckets WHERE ctid IN (
       SELECT ctid FROM lag_buckets WHERE minute < $1 LIMIT $2)
     RETURNING 1 AS one`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Every lag of a shop, a few rows at a time; returns how many went. */
export async function forgetLagsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM lag_buckets WHERE ctid IN (
       SELECT ctid FROM lag_buckets WHERE shop = $1 LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}
