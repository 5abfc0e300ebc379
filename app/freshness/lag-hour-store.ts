import type { Database, Transaction } from "#app/db.server.ts";

/** A minute's figures are complete so long after it: what takes longer to commit is given up before. */
const settledAfterMs = 15 * 60_000;
/** Hours of one transaction. */
const hoursAtOnce = 6;

/**
 * Adds the histograms of the minutes up to whole hours, as far as they are complete. Begun twice or
 * killed in between, each hour is added up once; workers that come at the same time wait for each other.
 */
export async function rollUpLags(db: Database, nowMs: number): Promise<void> {
  while (await db.transaction((tx) => rollUpSome(tx, nowMs)));
}

async function rollUpSome(tx: Transaction, nowMs: number): Promise<boolean> {
  const { rows } = await tx.query<{ from: Date; to: Date }>(
    `WITH place AS (SELECT until FROM lag_hours_until FOR UPDATE),
     begin AS (SELECT CASE WHEN until > 'epoch' THEN until ELSE coalesce(
         (SELECT date_trunc('hour', min(minute)) FROM lag_buckets), date_trunc('hour', $1::timestamptz))
       END AS at FROM place)
     SELECT at AS "from",
       least(date_trunc('hour', $1::timestamptz), at + interval '1 hour' * $2) AS "to"
     FROM begin`,
    [new Date(nowMs - settledAfterMs), hoursAtOnce],
  );
  const [span] = rows;
  if (!span || span.to <= span.from) return false;
  await tx.query(
    `INSERT INTO lag_hours (shop, domain, stage, system_id, hour, bucket, count)
     SELECT shop, domain, stage, system_id, date_trunc('hour', minute), bucket, sum(count)
     FROM lag_buckets WHERE minute >= $1 AND minute < $2
     GROUP BY 1, 2, 3, 4, 5, 6
     ON CONFLICT (shop, domain, stage, system_id, hour, bucket) DO UPDATE SET count = excluded.count`,
    [span.from, span.to],
  );
  await tx.query("UPDATE lag_hours_until SET until = $1", [span.to]);
  return true;
}
