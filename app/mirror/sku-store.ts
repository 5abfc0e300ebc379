import type { Queryable, Transaction } from "#app/db.server.ts";

/** Which SKU an inventory item carries. Ids are Shopify gids. */
export interface SkuLinkRow {
  readonly inventoryItemId: string;
  readonly variantId: string | null;
  readonly productId: string | null;
  readonly sku: string;
}

/** Learns SKUs; a known item keeps its variant and product where the news does not name them. */
export async function linkSkus(
  tx: Transaction,
  shop: string,
  links: readonly SkuLinkRow[],
): Promise<void> {
  const unique = [...new Map(links.map((link) => [link.inventoryItemId, link])).values()];
  if (unique.length === 0) return;
  unique.sort((a, b) => (a.inventoryItemId < b.inventoryItemId ? -1 : 1));
  await tx.query(
    `INSERT INTO sku_links AS s (shop, inventory_item_id, variant_id, product_id, sku)
     SELECT $1, "inventoryItemId", "variantId", "productId", sku
     FROM json_to_recordset($2::json)
       AS r ("inventoryItemId" text, "variantId" text, "productId" text, sku text)
     ON CONFLICT (shop, inventory_item_id) DO UPDATE SET
       variant_id = coalesce(excluded.variant_id, s.variant_id),
       product_id = coalesce(excluded.product_id, s.product_id),
       sku = excluded.sku
     WHERE (s.sku, s.variant_id, s.product_id) IS DISTINCT FROM
       (excluded.sku, coalesce(excluded.variant_id, s.variant_id), coalesce(excluded.product_id, s.product_id))`,
    [shop, JSON.stringify(unique)],
  );
}

/** SKUs by inventory item; unknown items are missing from the answer. */
export async function skusOf(
  db: Queryable,
  shop: string,
  inventoryItemIds: readonly string[],
): Promise<Map<string, string>> {
  if (inventoryItemIds.length === 0) return new Map();
  const { rows } = await db.query<{ inventory_item_id: string; sku: string }>(
    "SELECT inventory_item_id, sku FROM sku_links WHERE shop = $1 AND inventory_item_id = ANY($2)",
    [shop, inventoryItemIds],
  );
  return new Map(rows.map((row) => [row.inventory_item_id, row.sku]));
}

/** What carries a SKU, at most ten. */
export async function linksOfSku(db: Queryable, shop: string, sku: string): Promise<SkuLinkRow[]> {
  const { rows } = await db.query<SkuLinkRow>(
    `SELECT inventory_item_id AS "inventoryItemId", variant_id AS "variantId",
       product_id AS "productId", sku
     FROM sku_links WHERE shop = $1 AND sku = $2 LIMIT 10`,
    [shop, sku],
  );
  return rows;
}
