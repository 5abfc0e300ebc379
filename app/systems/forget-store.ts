import type { Queryable } from "#app/db.server.ts";

/** The ids of all systems a shop ever had, removed ones included. */
export async function systemIdsOf(db: Queryable, shop: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>("SELECT id FROM systems WHERE shop = $1", [shop]);
  return rows.map((row) => row.id);
}

/** The systems of a shop with their keys, and what it shared; returns how many rows went. */
export async function forgetSystemsOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    `WITH keys AS (DELETE FROM api_keys WHERE shop = $1 RETURNING 1 AS one),
       feeds AS (DELETE FROM store_feeds WHERE shop = $1 OR from_shop = $1 RETURNING 1 AS one),
       gone AS (DELETE FROM systems WHERE shop = $1 RETURNING 1 AS one)
     SELECT one FROM keys UNION ALL SELECT one FROM feeds UNION ALL SELECT one FROM gone`,
    [shop],
  );
  return rows.length;
}
