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

/**
 * Erases what writes of some resources were about; a pending one ends, having nothing to write.
 * Returns how many were not erased yet.
 */
export async function eraseIntents(
  db: Queryable,
  shop: string,
  resourceIds: readonly string[],
  atMs: number,
): Promise<number> {
  const { rows } = await db.query(
    `UPDATE write_intents SET story = '', attempt = NULL, outcome = 'Erased, as privacy law asks.',
       status = CASE status WHEN 'pending' THEN 'superseded' ELSE status END,
       settled_at = coalesce(settled_at, $3)
     WHERE shop = $1 AND target_id = ANY($2) AND story <> '' AND created_at <= $3 RETURNING 1 AS one`,
    [shop, resourceIds, new Date(atMs)],
  );
  return rows.length;
}
