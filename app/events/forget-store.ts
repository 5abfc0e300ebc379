import { firstIdOf, type Queryable } from "#app/db.server.ts";

/**
 * What the log gives up, a few rows at a time. Every function returns how many rows went: fewer than
 * asked for means that nothing is left.
 */

/** Bodies of events received before an instant; those of work that is not done stay. */
export async function dropOldBodies(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM event_bodies WHERE event_id IN (
       SELECT b.event_id FROM event_bodies b
       WHERE b.event_id < $1::uuid AND NOT EXISTS (
         SELECT 1 FROM events e WHERE e.id = b.event_id AND e.status IN ('received', 'dead'))
       ORDER BY b.event_id LIMIT $2)
     RETURNING 1 AS one`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** Events received before an instant, unless they still wait for processing. */
export async function dropOldEvents(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM events WHERE id IN (
         SELECT id FROM events WHERE id < $1::uuid AND status <> 'received' ORDER BY id LIMIT $2)
       RETURNING id
     ), bodies AS (DELETE FROM event_bodies b USING gone WHERE b.event_id = gone.id)
     SELECT 1 AS one FROM gone`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** The figures of charts for minutes before an instant. */
export async function dropOldOutcomes(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH minutes AS (DELETE FROM event_outcomes WHERE ctid IN (
         SELECT ctid FROM event_outcomes WHERE minute < $1 LIMIT $2) RETURNING 1 AS one),
       hours AS (DELETE FROM outcome_hours WHERE ctid IN (
         SELECT ctid FROM outcome_hours WHERE hour < $1 LIMIT $2) RETURNING 1 AS one)
     SELECT one FROM minutes UNION ALL SELECT one FROM hours`,
    [new Date(beforeMs), limit],
  );
  return rows.length;
}

/** Everything a shop ever told. */
export async function forgetEventsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM events WHERE id IN (SELECT id FROM events WHERE shop = $1 LIMIT $2) RETURNING id
     ), bodies AS (
       DELETE FROM event_bodies b USING gone WHERE b.event_id = gone.id
     ), figures AS (
       DELETE FROM event_outcomes WHERE ctid IN (
         SELECT ctid FROM event_outcomes WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), hours AS (
       DELETE FROM outcome_hours WHERE ctid IN (
         SELECT ctid FROM outcome_hours WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), heartbeats AS (
       DELETE FROM topic_heartbeats WHERE shop = $1 RETURNING 1 AS one
     )
     SELECT 1 AS one FROM gone UNION ALL SELECT one FROM figures
     UNION ALL SELECT one FROM hours
     UNION ALL SELECT one FROM heartbeats`,
    [shop, limit],
  );
  return rows.length;
}
