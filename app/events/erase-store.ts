import type { Queryable, Transaction } from "#app/db.server.ts";

/** Why an event has no body and no effect any more. */
export const erasedReason = "The customer's data was deleted, as privacy law asks.";

/** Where a listing goes on, and how far. */
interface Slice {
  readonly after: string | null;
  readonly limit: number;
}

/** Events about some resources that happened up to an instant: ids in the order of arrival. */
export async function eventsAbout(
  db: Queryable,
  shop: string,
  resourceIds: readonly string[],
  untilMs: number,
  { after, limit }: Slice,
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM events
     WHERE shop = $1 AND resource_id = ANY($2) AND coalesce(triggered_at, received_at) <= $3
       AND ($4::uuid IS NULL OR id > $4) ORDER BY id LIMIT $5`,
    [shop, resourceIds, new Date(untilMs), after, limit],
  );
  return rows.map((row) => row.id);
}

/** Bodies of events that do not say what they are about, sealed, in the order of arrival. */
export async function bodiesAboutNobody(
  db: Queryable,
  shop: string,
  { after, limit }: Slice,
): Promise<{ readonly id: string; readonly body: Buffer }[]> {
  const { rows } = await db.query<{ id: string; body: Buffer }>(
    `SELECT e.id, b.body FROM events e JOIN event_bodies b ON b.event_id = e.id
     WHERE e.shop = $1 AND e.resource_id IS NULL AND ($2::uuid IS NULL OR e.id > $2)
     ORDER BY e.id LIMIT $3`,
    [shop, after, limit],
  );
  return rows;
}

/** Deletes bodies in the transaction that settles their events. */
export async function eraseBodies(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx.query("DELETE FROM event_bodies WHERE event_id = ANY($1::uuid[])", [ids]);
}

/**
 * Deletes the bodies of events; the events stay. What was not processed yet, or could not be, has
 * nothing to be processed from any more and is settled. Returns how many bodies went.
 */
export async function eraseEvents(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<number> {
  const { rows } = await db.query(
    `WITH settled AS (
       UPDATE events SET status = 'ignored', reason = $3, processed_at = coalesce(processed_at, now())
       WHERE shop = $1 AND id = ANY($2::uuid[]) AND status IN ('received', 'dead')
     )
     DELETE FROM event_bodies WHERE event_id = ANY($2::uuid[]) RETURNING 1 AS one`,
    [shop, ids, erasedReason],
  );
  return rows.length;
}
