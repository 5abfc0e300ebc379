import { firstIdOf, type Queryable } from "#app/db.server.ts";

/** Alerts that opened before an instant and are over, a few at a time; returns how many went. */
export async function dropOldAlerts(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM alerts WHERE id IN (
         SELECT id FROM alerts WHERE id < $1::uuid AND state = 'closed' ORDER BY id LIMIT $2)
       RETURNING id
     ), notices AS (DELETE FROM alert_notices n USING gone WHERE n.alert_id = gone.id)
     SELECT 1 AS one FROM gone`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** Every alert and channel of a shop, a few at a time; returns how many rows went. */
export async function forgetAlertsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH gone AS (
       DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), notices AS (
       DELETE FROM alert_notices WHERE id IN (SELECT id FROM alert_notices WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), channels AS (DELETE FROM alert_channels WHERE shop = $1 RETURNING 1 AS one),
       watch AS (DELETE FROM alert_watches WHERE shop = $1 RETURNING 1 AS one)
     SELECT one FROM gone UNION ALL SELECT one FROM notices
     UNION ALL SELECT one FROM channels UNION ALL SELECT one FROM watch`,
    [shop, limit],
  );
  return rows.length;
}
