import type { Queryable, Transaction } from "#app/db.server.ts";
import { isOfHours, slotOf } from "#app/time-slots.ts";
import type { OutcomePoint } from "./types.ts";

/** How many events of a shop ended how. */
export interface OutcomeCount {
  readonly shop: string;
  readonly outcome: string;
  readonly count: number;
}

/** Adds to the per-minute counts behind the charts; rows are locked in one order, last in the transaction. */
export async function addOutcomes(
  tx: Transaction,
  counts: readonly OutcomeCount[],
  atMs: number,
): Promise<void> {
  if (counts.length === 0) return;
  const sums = new Map<string, OutcomeCount>();
  for (const item of counts) {
    const key = `${item.shop} ${item.outcome}`;
    sums.set(key, { ...item, count: item.count + (sums.get(key)?.count ?? 0) });
  }
  const rows = [...sums.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
  await tx.query(
    `INSERT INTO event_outcomes AS o (shop, minute, outcome, count)
     SELECT shop, date_trunc('minute', $2::timestamptz), outcome, count
     FROM json_to_recordset($1::json) AS r (shop text, outcome text, count int)
     ON CONFLICT (shop, minute, outcome) DO UPDATE SET count = o.count + excluded.count`,
    [JSON.stringify(rows), new Date(atMs)],
  );
}

/** Events by outcome in `points` equal spans of [fromMs, toMs), oldest first, empty spans included. */
export async function outcomeSeries(
  db: Queryable,
  shop: string,
  fromMs: number,
  toMs: number,
  points: number,
): Promise<OutcomePoint[]> {
  const spanMs = (toMs - fromMs) / points;
  const { rows } = await db.query<{ slot: number; outcome: string; count: string }>(
    `WITH rolled AS MATERIALIZED (
       SELECT CASE WHEN $6 THEN greatest($2, max(until)) ELSE $2 END AS until FROM outcome_hours_until),
     figures AS (
       SELECT hour AS at, outcome, count FROM outcome_hours
       WHERE shop = $1 AND hour >= $2 AND hour < least($3, (SELECT until FROM rolled))
       UNION ALL
       SELECT minute, outcome, count FROM event_outcomes
       WHERE shop = $1 AND minute >= (SELECT until FROM rolled) AND minute < $3)
     SELECT ${slotOf("at", { from: "$2", slotMs: "$5", points: "$4" })} AS slot,
            outcome, sum(count) AS count
     FROM figures GROUP BY 1, 2`,
    [shop, new Date(fromMs), new Date(toMs), points, spanMs, isOfHours(fromMs, spanMs)],
  );
  const counts = Array.from({ length: points }, (): Record<string, number> => ({}));
  for (const row of rows) {
    const slot = counts[row.slot];
    if (slot) slot[row.outcome] = Number(row.count);
  }
  return counts.map((slotCounts, slot) => ({
    at: new Date(fromMs + slot * spanMs).toISOString(),
    counts: slotCounts,
  }));
}
