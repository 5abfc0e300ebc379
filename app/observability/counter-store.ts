import type { Queryable } from "#app/db.server.ts";
import type { CounterTotal, Labels } from "./metrics.ts";

/** How much one counter grew. */
export interface CounterDelta {
  readonly name: string;
  /** JSON object with sorted keys. */
  readonly labels: string;
  readonly value: number;
}

/** Adds to the installation's counters. Rows in one order, so that processes never deadlock. */
export async function addCounters(db: Queryable, deltas: readonly CounterDelta[]): Promise<void> {
  const rows = [...deltas].sort((a, b) => (a.name + a.labels < b.name + b.labels ? -1 : 1));
  await db.query(
    `INSERT INTO counters AS c (name, labels, value)
     SELECT name, labels, value FROM json_to_recordset($1::json) AS r (name text, labels text, value bigint)
     ON CONFLICT (name, labels) DO UPDATE SET value = c.value + excluded.value`,
    [JSON.stringify(rows)],
  );
}

/** What the counters of all processes have come to. */
export async function readCounters(db: Queryable): Promise<CounterTotal[]> {
  const { rows } = await db.query<{ name: string; labels: string; value: string }>(
    "SELECT name, labels, value FROM counters ORDER BY name, labels",
  );
  return rows.map(({ name, labels, value }) => ({
    name,
    labels: JSON.parse(labels) as Labels,
    value: Number(value),
  }));
}
