import type { Rig } from "#test/worker/rig-on.ts";

/** Pools of a group, each shown by each of its stores at one stock level. */
export interface PlantedPools {
  readonly groupId: string;
  readonly shops: readonly string[];
  readonly ids: readonly string[];
  readonly skus: readonly string[];
}

const unitsEach = 1_000_000;

/** The level at which a store shows a pool. */
export const levelOf = (shop: string, pool: number) =>
  `gid://shopify/InventoryLevel/${String(pool)}?inventory_item_id=${shop}`;

/** Plants as many pools with a million units each, shown in three stores and counted there. */
export async function plantPools(rig: Rig, count: number): Promise<PlantedPools> {
  const shops = [await rig.installedShop(), await rig.installedShop(), await rig.installedShop()];
  const groupId = "grp_bench";
  const { db } = rig;
  await db.query("INSERT INTO store_groups (id, name, created_at) VALUES ($1, 'Bench', now())", [
    groupId,
  ]);
  await db.query(
    `INSERT INTO store_group_members (shop, group_id, joined_at)
     SELECT unnest($1::text[]), $2, now()`,
    [shops, groupId],
  );
  await db.query(
    `INSERT INTO pools (id, group_id, sku)
     SELECT gen_random_uuid(), $1, 'SKU-' || n FROM generate_series(1, $2::int) n`,
    [groupId, count],
  );
  await db.query(
    `INSERT INTO pool_ledger (pool_id, seq, kind, delta, before, after, source, at)
     SELECT id, 1, 'set', $1::int, 0, $1::int, 'planted', now() FROM pools`,
    [unitsEach],
  );
  await db.query("UPDATE pools SET quantity = $1, seq = 1", [unitsEach]);
  await db.query(
    `INSERT INTO pool_levels (shop, level_id, pool_id, item_id, location_id, seen, committed, read_at)
     SELECT s, 'gid://shopify/InventoryLevel/' || substr(p.sku, 5) || '?inventory_item_id=' || s,
       p.id, 'gid://shopify/InventoryItem/' || substr(p.sku, 5), 'gid://shopify/Location/1', $2, 0, now()
     FROM pools p CROSS JOIN unnest($1::text[]) s`,
    [shops, unitsEach],
  );
  await db.query("ANALYZE pools, pool_levels, pool_ledger");
  const { rows } = await db.query<{ id: string; sku: string }>(
    "SELECT id, sku FROM pools ORDER BY substr(sku, 5)::int",
  );
  return { groupId, shops, ids: rows.map(({ id }) => id), skus: rows.map(({ sku }) => sku) };
}
