import type { Queryable } from "#app/db.server.ts";

/** A store's place in its group and the codes it made; returns how many rows went. */
export async function forgetGroupsOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    `WITH codes AS (DELETE FROM pairing_codes WHERE shop = $1 RETURNING 1 AS one),
       gone AS (DELETE FROM store_group_members WHERE shop = $1 RETURNING group_id),
       empty AS (DELETE FROM store_groups g USING gone WHERE g.id = gone.group_id
         AND NOT EXISTS (SELECT 1 FROM store_group_members m
                         WHERE m.group_id = g.id AND m.shop <> $1) RETURNING 1 AS one)
     SELECT one FROM codes UNION ALL SELECT 1 FROM gone UNION ALL SELECT one FROM empty`,
    [shop],
  );
  return rows.length;
}
