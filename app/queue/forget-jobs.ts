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

/** Deletes the jobs about some resources that nobody works on; tells how many went and are worked on. */
export async function eraseJobsAbout(
  db: Queryable,
  shop: string,
  resourceIds: readonly string[],
): Promise<{ readonly changed: number; readonly inFlight: number }> {
  const { rows } = await db.query<{ changed: number; in_flight: number }>(
    `WITH mine AS (
       SELECT id, state FROM pgboss.job
       WHERE data->>'shop' = $1 AND data->'resource'->>'id' = ANY($2)
     ), gone AS (
       DELETE FROM pgboss.job j USING mine WHERE j.id = mine.id AND j.state <> 'active' RETURNING 1
     )
     SELECT (SELECT count(*) FROM gone)::int AS changed,
       (SELECT count(*) FROM mine WHERE state = 'active')::int AS in_flight`,
    [shop, resourceIds],
  );
  return { changed: rows[0]?.changed ?? 0, inFlight: rows[0]?.in_flight ?? 0 };
}
