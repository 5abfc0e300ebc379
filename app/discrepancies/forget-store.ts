import { firstIdOf, type Queryable } from "#app/db.server.ts";

/** Disagreements first seen before an instant and settled, a few at a time; returns how many went. */
export async function dropOldDiscrepancies(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM discrepancies WHERE id IN (
       SELECT id FROM discrepancies WHERE id < $1::uuid AND status <> 'open' ORDER BY id LIMIT $2)
     RETURNING 1 AS one`,
    [firstIdOf(beforeMs), limit],
  );
  return rows.length;
}

/** Every disagreement about a shop, a few at a time; returns how many went. */
export async function forgetDiscrepanciesOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM discrepancies WHERE id IN (SELECT id FROM discrepancies WHERE shop = $1 LIMIT $2)
     RETURNING 1 AS one`,
    [shop, limit],
  );
  return rows.length;
}

/** Puts other values in place of those of a record's disagreements; returns how many it was new to. */
export async function eraseValues(
  db: Queryable,
  shop: string,
  resourceId: string,
  values: Buffer,
  atMs: number,
): Promise<number> {
  const { rows } = await db.query(
    `UPDATE discrepancies SET values = $3, cause = 'Erased, as privacy law asks.',
       resolution = 'Erased, as privacy law asks.',
       status = CASE status WHEN 'open' THEN 'ignored' ELSE status END,
       resolved_at = coalesce(resolved_at, $4)
     WHERE shop = $1 AND resource_id = $2 AND first_seen_at <= $4
       AND cause <> 'Erased, as privacy law asks.'
     RETURNING 1 AS one`,
    [shop, resourceId, values, new Date(atMs)],
  );
  return rows.length;
}
