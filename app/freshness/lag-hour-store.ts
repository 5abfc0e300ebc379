import type { Database } from "#app/db.server.ts";
import { addUpHours, type HourlyFigures } from "#app/hourly-figures.server.ts";

const lags: HourlyFigures = {
  place: "SELECT until FROM lag_hours_until FOR UPDATE",
  oldest: "SELECT min(minute) FROM lag_buckets",
  addUp: `INSERT INTO lag_hours (shop, domain, stage, system_id, hour, counts)
    SELECT shop, domain, stage, system_id, hour, json_object_agg(bucket, count) FROM (
      SELECT shop, domain, stage, system_id, date_trunc('hour', minute) AS hour, bucket,
        sum(count) AS count
      FROM lag_buckets WHERE minute >= $1 AND minute < $2
      GROUP BY 1, 2, 3, 4, 5, 6) AS sums
    GROUP BY 1, 2, 3, 4, 5
    ON CONFLICT (shop, domain, stage, system_id, hour) DO UPDATE SET counts = excluded.counts`,
  done: "UPDATE lag_hours_until SET until = $1",
  hoursAtOnce: 6,
};

/** Adds the histograms of the minutes up to whole hours, as far as they are complete. */
export async function rollUpLags(db: Database, nowMs: number): Promise<void> {
  await addUpHours(db, lags, nowMs);
}
