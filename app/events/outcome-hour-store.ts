import type { Database } from "#app/db.server.ts";
import { addUpHours, type HourlyFigures } from "#app/hourly-figures.server.ts";

const outcomes: HourlyFigures = {
  place: "SELECT until FROM outcome_hours_until FOR UPDATE",
  oldest: "SELECT min(minute) FROM event_outcomes",
  addUp: `INSERT INTO outcome_hours (shop, hour, outcome, count)
    SELECT shop, date_trunc('hour', minute), outcome, sum(count)
    FROM event_outcomes WHERE minute >= $1 AND minute < $2
    GROUP BY 1, 2, 3
    ON CONFLICT (shop, hour, outcome) DO UPDATE SET count = excluded.count`,
  done: "UPDATE outcome_hours_until SET until = $1",
  hoursAtOnce: 24,
};

/** Adds the counts of the minutes up to whole hours, as far as they are complete. */
export async function rollUpOutcomes(db: Database, nowMs: number): Promise<void> {
  await addUpHours(db, outcomes, nowMs);
}
