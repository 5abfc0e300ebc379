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
