import type { Queryable } from "#app/db.server.ts";

/**
 * Which of some records Shopify is known to have deleted, by id. Stock is gone with its variant and
 * with its product, which is often all that Shopify tells.
 */
export async function goneAmong(
  db: Queryable,
  shop: string,
  resources: readonly { readonly type: string; readonly id: string }[],
): Promise<ReadonlySet<string>> {
  if (resources.length === 0) return new Set();
  const { rows } = await db.query<{ id: string }>(
    `SELECT r.id FROM json_to_recordset($2::json) AS r (type text, id text, item text)
     LEFT JOIN sku_links s ON s.shop = $1 AND s.inventory_item_id = r.item
     WHERE EXISTS (SELECT FROM mirror_resources m
             WHERE m.shop = $1 AND m.type = r.type AND m.id = r.id AND m.deleted)
        OR EXISTS (SELECT FROM mirror_resources m
             WHERE m.shop = $1 AND m.type = 'ProductVariant' AND m.id = s.variant_id AND m.deleted)
        OR EXISTS (SELECT FROM mirror_resources m
             WHERE m.shop = $1 AND m.type = 'Product' AND m.id = s.product_id AND m.deleted)`,
    [shop, JSON.stringify(resources.map(({ type, id }) => ({ type, id, item: itemOf(id) })))],
  );
  return new Set(rows.map((row) => row.id));
}

/** The article of a stock level or of an inventory item; null: it is something else. */
function itemOf(id: string): string | null {
  const item = /(?:InventoryItem\/|[?&]inventory_item_id=)(\d+)/.exec(id)?.[1];
  return item === undefined ? null : `gid://shopify/InventoryItem/${item}`;
}
