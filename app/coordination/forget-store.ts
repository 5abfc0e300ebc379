import type { Queryable } from "#app/db.server.ts";

/** A store's place in its group and the codes it made; returns how many rows went. */
export async function forgetGroupsOfShop(db: Queryable, shop: string): Promise<number> {
  const { rows } = await db.query(
    `WITH codes AS (DELETE FROM pairing_codes WHERE shop = $1 RETURNING 1 AS one),
       levels AS (DELETE FROM pool_levels WHERE shop = $1 RETURNING 1 AS one),
       links AS (DELETE FROM pool_links WHERE shop = $1 RETURNING 1 AS one),
       rules AS (DELETE FROM inventory_buffers WHERE shop = $1 RETURNING 1 AS one),
       places AS (DELETE FROM pool_location_maps WHERE shop = $1 RETURNING 1 AS one),
       gone AS (DELETE FROM store_group_members WHERE shop = $1 RETURNING group_id),
       empty AS (DELETE FROM store_groups g USING gone WHERE g.id = gone.group_id
         AND NOT EXISTS (SELECT 1 FROM store_group_members m
                         WHERE m.group_id = g.id AND m.shop <> $1) RETURNING 1 AS one)
     SELECT one FROM codes UNION ALL SELECT one FROM levels
     UNION ALL SELECT one FROM links UNION ALL SELECT one FROM rules
     UNION ALL SELECT one FROM places
     UNION ALL SELECT 1 FROM gone UNION ALL SELECT one FROM empty`,
    [shop],
  );
  return rows.length;
}

/**
 * A store's own pools and holds, and its name in those of its group, a few at a time; returns how many
 * rows went. What happened in it stays counted in the group's ledgers, and names nobody any more. A
 * hold that goes gives its units back to the pool first.
 */
export async function forgetPoolsOfShop(
  db: Queryable,
  shop: string,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH promised AS (
       DELETE FROM hold_participants WHERE ctid IN (
         SELECT ctid FROM hold_participants WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     ), words AS (
       DELETE FROM pool_changes WHERE event_id IN (
         SELECT event_id FROM pool_changes WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     ), own AS (
       DELETE FROM pools WHERE id IN (SELECT id FROM pools WHERE shop = $1 LIMIT $2)
       RETURNING 1 AS one
     ), products AS (
       DELETE FROM collection_products WHERE ctid IN (
         SELECT ctid FROM collection_products WHERE shop = $1 LIMIT $2) RETURNING 1 AS one
     )
     SELECT one FROM promised UNION ALL SELECT one FROM words UNION ALL SELECT one FROM own
     UNION ALL SELECT one FROM products`,
    [shop, limit],
  );
  const holds = await forgetHolds(db, shop, limit);
  return rows.length + holds + (await forgetEntries(db, shop, limit));
}

/** Holds that are not over have their units freed, in the statement that deletes them. */
async function forgetHolds(db: Queryable, shop: string, limit: number): Promise<number> {
  const { rows } = await db.query<{ poolId: string; units: number }>(
    `WITH gone AS (
       DELETE FROM holds WHERE id IN (SELECT id FROM holds WHERE shop = $1 ORDER BY id LIMIT $2)
       RETURNING id, pool_id, quantity, status
     ), asked AS (
       DELETE FROM hold_participants WHERE hold_id IN (SELECT id FROM gone)
     ), freed AS (
       SELECT pool_id, sum(quantity)::int AS units, min(id::text) AS hold FROM gone
       WHERE status IN ('held', 'confirmed') GROUP BY pool_id
     ), entry AS (
       INSERT INTO pool_ledger (pool_id, seq, prev_seq, kind, held_delta, before, after,
         held_before, held_after, source, at)
       SELECT p.id, coalesce(p.seq, 0) + 1, p.seq, 'release', -f.units, p.quantity, p.quantity,
         p.held, p.held - f.units, 'forgotten:' || f.hold, now()
       FROM freed f JOIN pools p ON p.id = f.pool_id
       RETURNING pool_id, seq, held_after
     ), moved AS (
       UPDATE pools p SET held = e.held_after, seq = e.seq, raised_at = now()
       FROM entry e WHERE p.id = e.pool_id
     )
     SELECT pool_id AS "poolId", quantity AS units FROM gone`,
    [shop, limit],
  );
  return rows.length;
}

async function forgetEntries(db: Queryable, shop: string, limit: number): Promise<number> {
  const { rows } = await db.query(
    `WITH mine AS (SELECT l.ctid AS at, p.id AS pool FROM pool_ledger l
                   LEFT JOIN pools p ON p.id = l.pool_id WHERE l.shop = $1 LIMIT $2),
       gone AS (DELETE FROM pool_ledger WHERE ctid IN (SELECT at FROM mine WHERE pool IS NULL)
         RETURNING 1 AS one),
       kept AS (UPDATE pool_ledger SET shop = NULL
         WHERE ctid IN (SELECT at FROM mine WHERE pool IS NOT NULL) RETURNING 1 AS one)
     SELECT one FROM gone UNION ALL SELECT one FROM kept`,
    [shop, limit],
  );
  return rows.length;
}

/** What dissolved groups left behind, a few at a time; returns how many rows went. */
export async function dropOrphans(
  db: Queryable,
  _beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `WITH rules AS (
       DELETE FROM inventory_buffers b
       WHERE NOT EXISTS (SELECT 1 FROM store_groups g WHERE g.id = b.group_id) RETURNING 1 AS one
     ), places AS (
       DELETE FROM pool_locations l
       WHERE NOT EXISTS (SELECT 1 FROM store_groups g WHERE g.id = l.group_id) RETURNING 1 AS one
     ), gone AS (
       DELETE FROM pools WHERE id IN (
         SELECT p.id FROM pools p WHERE p.group_id IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM store_groups g WHERE g.id = p.group_id) LIMIT $1)
       RETURNING id
     ), links AS (
       DELETE FROM pool_links k USING gone WHERE k.pool_id = gone.id
     )
     SELECT 1 AS one FROM rules UNION ALL SELECT 1 FROM places UNION ALL SELECT 1 FROM gone`,
    [limit],
  );
  const entries = await db.query(
    `DELETE FROM pool_ledger WHERE ctid IN (
       SELECT l.ctid FROM pool_ledger l
       WHERE NOT EXISTS (SELECT 1 FROM pools p WHERE p.id = l.pool_id) LIMIT $1)
     RETURNING 1 AS one`,
    [limit],
  );
  return rows.length + entries.rows.length;
}
