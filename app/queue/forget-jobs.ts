import type { Queryable } from "#app/db.server.ts";

/**
 * Deletes the jobs of a shop that nobody works on, whatever their state, a few at a time; returns how
 * many went.
 */
export async function forgetJobsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM pgboss.job WHERE id IN (
       SELECT id FROM pgboss.job
       WHERE (group_id = $1 OR data->>'shop' = $1) AND state <> 'active' LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}

/** How many jobs of a shop somebody works on right now. */
export async function countActiveJobs(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pgboss.job
     WHERE (group_id = $1 OR data->>'shop' = $1) AND state = 'active'`,
    [shop],
  );
  return rows[0]?.count ?? 0;
}
