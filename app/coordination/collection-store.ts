import type { Queryable, Transaction } from "#app/db.server.ts";
import { articlesOfItems } from "#app/mirror/index.server.ts";
import { levelsOfPools } from "./level-store.ts";

/** Those of some collections that the article of each pool is in, in any of the stores that show it. */
export async function collectionsOfPools(
  db: Queryable,
  poolIds: readonly string[],
  collectionIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const byPool = new Map<string, Set<string>>();
  if (collectionIds.length === 0) return byPool;
  const levels = [...(await levelsOfPools(db, poolIds)).values()].flat();
  const articles = await articlesOfItems(db, levels);
  const { rows } = await db.query<{ shop: string; itemId: string; id: string }>(
    `SELECT r.shop, r."itemId", c.collection_id AS id
     FROM json_to_recordset($1::json) AS r (shop text, "itemId" text, "productId" text)
     JOIN collection_products c ON c.shop = r.shop AND c.product_id = r."productId"
     WHERE c.collection_id = ANY($2)`,
    [
      JSON.stringify(
        articles.map(({ shop, inventoryItemId: itemId, productId }) => ({
          shop,
          itemId,
          productId,
        })),
      ),
      collectionIds,
    ],
  );
  const poolOf = new Map(levels.map((level) => [`${level.shop} ${level.itemId}`, level.poolId]));
  for (const { shop, itemId, id } of rows) {
    const poolId = poolOf.get(`${shop} ${itemId}`);
    if (poolId === undefined) continue;
    byPool.set(poolId, (byPool.get(poolId) ?? new Set()).add(id));
  }
  return byPool;
}

/**
 * Replaces the products of a store's collection; true: they are others than before. Of two that do it
 * at once the second waits.
 */
export async function writeCollection(
  tx: Transaction,
  { shop, collectionId }: { readonly shop: string; readonly collectionId: string },
  productIds: readonly string[],
): Promise<boolean> {
  await tx.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `collection ${shop} ${collectionId}`,
  ]);
  const gone = await tx.query(
    `DELETE FROM collection_products
     WHERE shop = $1 AND collection_id = $2 AND product_id <> ALL($3) RETURNING 1 AS one`,
    [shop, collectionId, productIds],
  );
  const come = await tx.query(
    `INSERT INTO collection_products (shop, collection_id, product_id)
     SELECT $1, $2, id FROM unnest($3::text[]) AS id ON CONFLICT DO NOTHING RETURNING 1 AS one`,
    [shop, collectionId, productIds],
  );
  return gone.rows.length + come.rows.length > 0;
}

/** Those of some collections of which some stores are known to have products. */
export async function knownCollections(
  db: Queryable,
  shops: readonly string[],
  collectionIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT collection_id AS id FROM collection_products
     WHERE shop = ANY($1) AND collection_id = ANY($2)`,
    [shops, collectionIds],
  );
  return new Set(rows.map((row) => row.id));
}

/** The collections that buffer rules name, with each store of the rules' groups: one of them has it. */
export async function collectionsToRead(
  db: Queryable,
  groupId: string | null,
): Promise<{ readonly groupId: string; readonly shop: string; readonly collectionId: string }[]> {
  const { rows } = await db.query<{ groupId: string; shop: string; collectionId: string }>(
    `SELECT DISTINCT b.group_id AS "groupId", m.shop, b.collection_id AS "collectionId"
     FROM inventory_buffers b JOIN store_group_members m ON m.group_id = b.group_id
     WHERE b.collection_id IS NOT NULL AND ($1::text IS NULL OR b.group_id = $1)
     ORDER BY 1, 2, 3`,
    [groupId],
  );
  return rows;
}

/** Collections that no rule of their store's group names any more, a few at a time; returns how many rows went. */
export async function dropUnnamedCollections(
  db: Queryable,
  _beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM collection_products WHERE ctid IN (
       SELECT c.ctid FROM collection_products c
       WHERE NOT EXISTS (
         SELECT 1 FROM inventory_buffers b JOIN store_group_members m ON m.group_id = b.group_id
         WHERE m.shop = c.shop AND b.collection_id = c.collection_id)
       LIMIT $1) RETURNING 1 AS one`,
    [limit],
  );
  return rows.length;
}
