import type { Queryable } from "#app/db.server.ts";
import { jobs } from "#app/jobs.ts";

/** How much waits in one queue. */
export interface QueueDepth {
  readonly queue: string;
  readonly pending: number;
  /** For how long the oldest of them could have run, in seconds; 0 when nothing waits. */
  readonly oldestSeconds: number;
}

/** What waits in every queue. Jobs that are put off until later count from then on. */
export async function queueDepths(db: Queryable, nowMs: number): Promise<QueueDepth[]> {
  const { rows } = await db.query<QueueDepth>(
    `SELECT q.name AS queue, count(j.id)::int AS pending,
       coalesce(greatest(0, extract(epoch FROM $2::timestamptz - min(j.start_after))), 0)::float8
         AS "oldestSeconds"
     FROM unnest($1::text[]) AS q (name)
     LEFT JOIN pgboss.job j ON j.name = q.name AND j.state < 'active' AND j.start_after <= $2
     GROUP BY q.name ORDER BY q.name`,
    [Object.keys(jobs), new Date(nowMs)],
  );
  return rows;
}
