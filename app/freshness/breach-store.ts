import type { Queryable, Transaction } from "#app/db.server.ts";
import type { Place } from "./age-store.ts";
import type { HoldUp } from "./types.ts";

/** A place that is over its SLA now, and what is in the way. */
export interface SeenBreach extends Place {
  readonly ageSeconds: number;
  readonly heldUpBy: HoldUp | null;
  readonly sentence: string;
  readonly eventId: string | null;
}

/** A stretch of time over an SLA, as it is on record. */
export interface StoredBreach {
  readonly beganAt: Date;
  readonly seenAt: Date;
  readonly endedAt: Date | null;
  readonly worstAgeSeconds: number;
  readonly heldUpBy: HoldUp | null;
  readonly sentence: string;
  readonly eventId: string | null;
}

/** Nobody looked for this long: what was open ended when it was last seen. */
const gapMs = 120_000;

/**
 * Writes down which places are over their SLA at a moment (epoch milliseconds): those that were go on,
 * others begin, and every other breach has ended. `places`: all that were looked at.
 */
export async function noteBreaches(
  tx: Transaction,
  nowMs: number,
  seen: readonly SeenBreach[],
): Promise<void> {
  const rows = JSON.stringify(seen.map((one) => ({ ...one, system: one.system ?? "" })));
  const now = new Date(nowMs);
  await tx.query(
    `UPDATE freshness_breaches b
     SET ended_at = CASE WHEN seen_at < $3 THEN seen_at ELSE $2::timestamptz END
     WHERE ended_at IS NULL AND (seen_at < $3 OR NOT EXISTS (
       SELECT FROM json_to_recordset($1::json) AS r (shop text, domain text, system text)
       WHERE r.shop = b.shop AND r.domain = b.domain AND r.system = b.system_id))`,
    [rows, now, new Date(nowMs - gapMs)],
  );
  if (seen.length === 0) return;
  await tx.query(
    `INSERT INTO freshness_breaches AS b (shop, domain, system_id, began_at, seen_at,
       worst_age_seconds, held_up_by, sentence, event_id)
     SELECT shop, domain, system, $2, $2, "ageSeconds", "heldUpBy", sentence, "eventId"
     FROM json_to_recordset($1::json) AS r (shop text, domain text, system text, "ageSeconds" int,
       "heldUpBy" text, sentence text, "eventId" uuid)
     ORDER BY shop, domain, system
     ON CONFLICT (shop, domain, system_id) WHERE ended_at IS NULL DO UPDATE SET
       seen_at = greatest(b.seen_at, excluded.seen_at),
       held_up_by = CASE WHEN excluded.worst_age_seconds >= b.worst_age_seconds
                    THEN excluded.held_up_by ELSE b.held_up_by END,
       sentence = CASE WHEN excluded.worst_age_seconds >= b.worst_age_seconds
                  THEN excluded.sentence ELSE b.sentence END,
       event_id = CASE WHEN excluded.worst_age_seconds >= b.worst_age_seconds
                  THEN excluded.event_id ELSE b.event_id END,
       worst_age_seconds = greatest(b.worst_age_seconds, excluded.worst_age_seconds)`,
    [rows, now],
  );
}

/** The breaches of a place that reach into [fromMs, toMs), newest first. */
export async function readBreaches(
  db: Queryable,
  { shop, domain, system }: Place,
  fromMs: number,
  toMs: number,
  most: number,
): Promise<StoredBreach[]> {
  const { rows } = await db.query<StoredBreach>(
    `SELECT began_at AS "beganAt", seen_at AS "seenAt", ended_at AS "endedAt",
       worst_age_seconds AS "worstAgeSeconds", held_up_by AS "heldUpBy", sentence,
       event_id AS "eventId"
     FROM freshness_breaches
     WHERE shop = $1 AND domain = $2 AND system_id = $3 AND began_at < $5
       AND coalesce(ended_at, 'infinity') > $4
     ORDER BY began_at DESC LIMIT $6`,
    [shop, domain, system ?? "", new Date(fromMs), new Date(toMs), most],
  );
  return rows;
}
