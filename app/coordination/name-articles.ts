import type { Queryable } from "#app/db.server.ts";
import { parseLossless } from "#app/events/index.server.ts";
import { type ArticleRow, knownStates, statePurpose } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { LinkedArticle } from "./types.ts";

/** Articles of one store with the titles of their products, as far as Shopify told of them. */
export async function nameArticles(
  { db, vault }: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  articles: readonly ArticleRow[],
): Promise<LinkedArticle[]> {
  const ids = [...new Set(articles.flatMap(({ productId }) => productId ?? []))];
  const titles = new Map<string, string>();
  for (const [id, { state, deleted }] of await knownStates(db, shop, "Product", ids)) {
    if (deleted) continue;
    const text = vault.open(state, statePurpose(shop, "Product", id)).toString("utf8");
    const { title } = parseLossless(text) as Readonly<Record<string, unknown>>;
    if (typeof title === "string") titles.set(id, title);
  }
  return articles.map(({ inventoryItemId: itemId, sku, barcode, productId }) => ({
    itemId,
    sku,
    barcode,
    title: titles.get(productId ?? "") ?? null,
  }));
}
