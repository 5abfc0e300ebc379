import type { Queryable, Transaction } from "#app/db.server.ts";

/** Which SKU an inventory item carries. Ids are Shopify gids. */
export interface SkuLinkRow {
  readonly inventoryItemId: string;
  readonly variantId: string | null;
  readonly productId: string | null;
  /** Empty: it has none, and is known by its barcode. */
  readonly sku: string;
  /** Empty: it has none. Null: nobody has told yet. */
  readonly barcode?: string | null;
}

/** Learns SKUs; a known item keeps its variant, product and barcode where the news does not name them. */
export async function linkSkus(
  tx: Transaction,
  shop: string,
  links: readonly SkuLinkRow[],
): Promise<void> {
  const unique = [...new Map(links.map((link) => [link.inventoryItemId, link])).values()];
  if (unique.length === 0) return;
  unique.sort((a, b) => (a.inventoryItemId < b.inventoryItemId ? -1 : 1));
  await tx.query(
    `INSERT INTO sku_links AS s (shop, inventory_item_id, variant_id, product_id, sku, barcode)
     SELECT $1, "inventoryItemId", "variantId", "productId", sku, barcode
     FROM json_to_recordset($2::json)
       AS r ("inventoryItemId" text, "variantId" text, "productId" text, sku text, barcode text)
     ON CONFLICT (shop, inventory_item_id) DO UPDATE SET
       variant_id = coalesce(excluded.variant_id, s.variant_id),
       product_id = coalesce(excluded.product_id, s.product_id),
       sku = excluded.sku, barcode = coalesce(excluded.barcode, s.barcode)
     WHERE (s.sku, s.variant_id, s.product_id, s.barcode) IS DISTINCT FROM
       (excluded.sku, coalesce(excluded.variant_id, s.variant_id),
        coalesce(excluded.product_id, s.product_id), coalesce(excluded.barcode, s.barcode))`,
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
    "SELECT inventory_item_id, sku FROM sku_links WHERE shop = $1 AND inventory_item_id = ANY($2) AND sku <> ''",
    [shop, inventoryItemIds],
  );
  return new Map(rows.map((row) => [row.inventory_item_id, row.sku]));
}

/** What carries a SKU, at most ten. */
export async function linksOfSku(db: Queryable, shop: string, sku: string): Promise<SkuLinkRow[]> {
  const { rows } = await db.query<SkuLinkRow>(
    `SELECT inventory_item_id AS "inventoryItemId", variant_id AS "variantId",
       product_id AS "productId", sku
     FROM sku_links WHERE shop = $1 AND sku = $2 AND sku <> '' LIMIT 10`,
    [shop, sku],
  );
  return rows;
}

/** An article of a store, as it can be told from others. */
export interface ArticleRow {
  readonly shop: string;
  readonly inventoryItemId: string;
  readonly variantId: string | null;
  readonly productId: string | null;
  readonly sku: string;
  readonly barcode: string | null;
}

const articleColumns = `s.shop, s.inventory_item_id AS "inventoryItemId",
  s.variant_id AS "variantId", s.product_id AS "productId", s.sku, nullif(s.barcode, '') AS barcode`;

/** Articles by store and inventory item; those that nobody told of are missing. */
export async function articlesOfItems(
  db: Queryable,
  items: readonly { readonly shop: string; readonly itemId: string }[],
): Promise<ArticleRow[]> {
  if (items.length === 0) return [];
  const { rows } = await db.query<ArticleRow>(
    `SELECT ${articleColumns} FROM sku_links s
     JOIN json_to_recordset($1::json) AS r (shop text, "itemId" text)
       ON s.shop = r.shop AND s.inventory_item_id = r."itemId"`,
    [JSON.stringify(items.map(({ shop, itemId }) => ({ shop, itemId })))],
  );
  return rows;
}

/** Articles of a store that carry one of some SKUs or barcodes, at most two thousand. */
export async function articlesLike(
  db: Queryable,
  shop: string,
  like: { readonly skus: readonly string[]; readonly barcodes: readonly string[] },
): Promise<ArticleRow[]> {
  const { rows } = await db.query<ArticleRow>(
    `SELECT ${articleColumns} FROM sku_links s
       WHERE s.shop = $1 AND s.sku = ANY($2) AND s.sku <> ''
     UNION
     SELECT ${articleColumns} FROM sku_links s
       WHERE s.shop = $1 AND s.barcode = ANY($3) AND s.barcode <> ''
     ORDER BY "inventoryItemId" LIMIT 2000`,
    [shop, like.skus, like.barcodes],
  );
  return rows;
}
