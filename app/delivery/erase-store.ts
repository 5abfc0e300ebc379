import type { Queryable } from "#app/db.server.ts";

/** What erasing deliveries did, and what could not be done yet. */
export interface ErasedDeliveries {
  readonly changed: number;
  /** On the wire right now: their answers come later. */
  readonly inFlight: number;
}

/**
 * Erases what systems answered about some events, and ends what still waits to be sent: there is
 * nothing to send any more. What has been sent stays on record.
 */
export async function eraseDeliveries(
  db: Queryable,
  shop: string,
  eventIds: readonly string[],
  nowMs: number,
): Promise<ErasedDeliveries> {
  const { rows } = await db.query<{ changed: number; in_flight: number }>(
    `WITH mine AS (
       SELECT id, status FROM deliveries WHERE event_id = ANY($2::uuid[]) AND $1 IN (shop, from_shop)
     ), ended AS (
       UPDATE deliveries d SET status = 'discarded', finished_at = $3,
         reason = 'What this was about has been erased.'
       FROM mine WHERE d.id = mine.id AND d.status IN ('pending', 'retrying', 'waiting', 'dead')
       RETURNING 1
     ), silenced AS (
       UPDATE delivery_attempts a SET response = NULL
       FROM mine WHERE a.delivery_id = mine.id AND a.response IS NOT NULL RETURNING 1
     )
     SELECT ((SELECT count(*) FROM ended) + (SELECT count(*) FROM silenced))::int AS changed,
       (SELECT count(*) FROM mine WHERE status = 'delivering')::int AS in_flight`,
    [shop, eventIds, new Date(nowMs)],
  );
  return { changed: rows[0]?.changed ?? 0, inFlight: rows[0]?.in_flight ?? 0 };
}
