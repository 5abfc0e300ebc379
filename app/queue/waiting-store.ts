import type { Queryable } from "#app/db.server.ts";

/** The oldest change that jobs which are not done carry for one shop, kind of data and system. */
export interface CarriedChange {
  readonly group: string;
  /** Null: the job does not say; it may be any. */
  readonly domain: string | null;
  /** Null: for every system. */
  readonly systemId: string | null;
  /** When it changed, by Shopify's clock; null: the job does not say. */
  readonly changedAtMs: number | null;
  /** Since when its job waits, by the database's clock. */
  readonly waitsSince: Date;
  readonly jobs: number;
}

/** The oldest change that has not been handed to delivery yet, of some groups. Reads unfinished jobs only. */
export async function oldestCarried(
  db: Queryable,
  groups: readonly string[],
): Promise<CarriedChange[]> {
  const { rows } = await db.query<CarriedChange>(
    `SELECT j.group_id AS "group", o.key AS domain, j.data->>'systemId' AS "systemId",
       min(o.value::float8) AS "changedAtMs", min(j.created_on) AS "waitsSince",
       count(*)::int AS jobs
     FROM pgboss.job j
     LEFT JOIN LATERAL jsonb_each_text(j.data->'oldest') o ON true
     WHERE j.name = 'fan-out-changes' AND j.state IN ('created', 'retry', 'active', 'failed')
       AND j.group_id = ANY($1)
     GROUP BY 1, 2, 3`,
    [groups],
  );
  return rows;
}

/**
 * The oldest change that has to be read from Shopify and is not, of some groups. Reads unfinished
 * jobs only: what could not be read in all of its tries waits for the next comparison instead.
 */
export async function oldestAsked(
  db: Queryable,
  groups: readonly string[],
): Promise<CarriedChange[]> {
  const { rows } = await db.query<CarriedChange>(
    `SELECT j.group_id AS "group", o.key AS domain, NULL AS "systemId",
       min(o.value::float8) AS "changedAtMs", min(j.created_on) AS "waitsSince",
       count(*)::int AS jobs
     FROM pgboss.job j
     CROSS JOIN LATERAL jsonb_each_text(j.data->'oldest') o
     WHERE j.name = 'confirm-resource' AND j.state IN ('created', 'retry', 'active')
       AND j.group_id = ANY($1)
     GROUP BY 1, 2`,
    [groups],
  );
  return rows;
}
