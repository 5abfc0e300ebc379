import { firstIdOf, type Queryable } from "#app/db.server.ts";

/** Settled writes of before an instant, a few at a time; returns how many went. */
export async function dropOldIntents(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM write_intents WHERE id IN (
       SELECT id FROM write_intents WHERE id < $1::uuid AND status <> 'pending' ORDER BY id LIMIT $2)
     RETURNING 1 AS one`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** Every write for a shop, a few at a time; returns how many went. */
export async function forgetIntentsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM write_intents WHERE id IN (SELECT id FROM write_intents WHERE shop = $1 LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}
