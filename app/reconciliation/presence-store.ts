import type { Queryable } from "#app/db.server.ts";

/** Notes that a web process lives; one that comes back after `longestMs` notes an outage too. */
export async function noteSeen(db: Queryable, nowMs: number, longestMs: number): Promise<void> {
  await db.query(
    `INSERT INTO web_presence AS p (seen_at) VALUES ($1)
     ON CONFLICT (id) DO UPDATE SET
       outage_until = CASE WHEN p.seen_at < $2 THEN $1 ELSE p.outage_until END,
       seen_at = greatest(p.seen_at, $1)`,
    [new Date(nowMs), new Date(nowMs - longestMs)],
  );
}

/** Whether there was an outage nobody has dealt with; then it is the caller's to deal with. */
export async function takeOutage(db: Queryable, nowMs: number): Promise<boolean> {
  const { rows } = await db.query(
    `UPDATE web_presence SET outage_until = NULL
     WHERE outage_until IS NOT NULL AND outage_until <= $1 RETURNING 1 AS one`,
    [new Date(nowMs)],
  );
  return rows.length > 0;
}
