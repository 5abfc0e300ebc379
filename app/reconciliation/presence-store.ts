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

/** When the outage ended that no comparison has followed yet; null: there was none. */
export async function openOutage(db: Queryable, nowMs: number): Promise<Date | null> {
  const { rows } = await db.query<{ until: Date }>(
    "SELECT outage_until AS until FROM web_presence WHERE outage_until <= $1",
    [new Date(nowMs)],
  );
  return rows[0]?.until ?? null;
}

/** Notes that comparisons follow an outage; one that ended later stays open. */
export async function closeOutage(db: Queryable, until: Date): Promise<void> {
  await db.query("UPDATE web_presence SET outage_until = NULL WHERE outage_until = $1", [until]);
}
