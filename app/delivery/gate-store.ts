import type { Queryable, Transaction } from "#app/db.server.ts";
import type { OutcomeSlot } from "./circuit.ts";

/** What a lane of a system left behind: attempts in the window, and when the rate limit is over. */
export interface StoredGate {
  readonly outcomes: readonly OutcomeSlot[];
  /** When the token bucket is full again, epoch milliseconds. */
  readonly fullAtMs: number;
}

/** The gate of a system; an empty one when nothing was ever sent to it. */
export async function loadGate(db: Queryable, systemId: string): Promise<StoredGate> {
  const { rows } = await db.query<{ outcomes: OutcomeSlot[]; next_send_at: Date | null }>(
    "SELECT outcomes, next_send_at FROM delivery_gates WHERE system_id = $1",
    [systemId],
  );
  const [row] = rows;
  return { outcomes: row?.outcomes ?? [], fullAtMs: row?.next_send_at?.getTime() ?? 0 };
}

/** What a batch of attempts adds to the books of its system. */
export interface BatchFigures {
  readonly shop: string;
  readonly systemId: string;
  readonly gate: StoredGate;
  readonly delivered: number;
  readonly dead: number;
  readonly failedAttempts: number;
  /** Resources that were just reached. */
  readonly reachedResources: readonly string[];
}

/**
 * Writes down the gate and this minute's figures, and takes the reached resources off the issues they
 * stood in, in one statement since every batch does it. Returns the issues that got shorter.
 */
export async function bookBatch(
  tx: Transaction,
  figures: BatchFigures,
  nowMs: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ issue_id: string }>(
    `WITH gate AS (
       INSERT INTO delivery_gates (system_id, outcomes, next_send_at) VALUES ($2, $3, $4)
       ON CONFLICT (system_id) DO UPDATE
         SET outcomes = excluded.outcomes, next_send_at = excluded.next_send_at
     ), minute AS (
       INSERT INTO delivery_minutes AS m (shop, system_id, minute, delivered, dead,
         failed_attempts, last_delivered_at)
       VALUES ($1, $2, date_trunc('minute', $5::timestamptz), $6::int, $7::int, $8::int,
         CASE WHEN $6::int > 0 THEN $5::timestamptz END)
       ON CONFLICT (shop, system_id, minute) DO UPDATE SET
         delivered = m.delivered + excluded.delivered, dead = m.dead + excluded.dead,
         failed_attempts = m.failed_attempts + excluded.failed_attempts,
         last_delivered_at = coalesce(excluded.last_delivered_at, m.last_delivered_at)
     )
     DELETE FROM delivery_issue_resources
     WHERE system_id = $2 AND resource_id = ANY($9::text[])
     RETURNING issue_id`,
    [
      figures.shop,
      figures.systemId,
      JSON.stringify(figures.gate.outcomes),
      figures.gate.fullAtMs > 0 ? new Date(Math.ceil(figures.gate.fullAtMs)) : null,
      new Date(nowMs),
      figures.delivered,
      figures.dead,
      figures.failedAttempts,
      figures.reachedResources,
    ],
  );
  return [...new Set(rows.map((row) => row.issue_id))];
}
