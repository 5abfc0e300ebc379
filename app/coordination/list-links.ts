import type { Queryable } from "#app/db.server.ts";
import { type ArticleRow, articlesLike, articlesOfItems } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { groupOf } from "./group-store.ts";
import { levelsOfArticles, type ShownArticle } from "./level-store.ts";
import { type LinkRow, pageLinks } from "./link-choice-store.ts";
import { nameArticles } from "./name-articles.ts";
import type { LinkState, LinkView } from "./types.ts";

/**
 * A page of the articles of a store's group by SKU, with the store's article, or those that may be it,
 * and what the other stores have. Null: the store is in no group.
 */
export async function listLinks(
  deps: { readonly db: Queryable; readonly vault: Vault },
  shop: string,
  page: {
    readonly state: LinkState;
    readonly limit: number;
    readonly after: string | null;
    readonly search: string;
  },
): Promise<{ readonly items: readonly LinkView[]; readonly next: string | null } | null> {
  const { db } = deps;
  const group = await groupOf(db, shop);
  if (group === null) return null;
  const rows = await pageLinks(db, { shop, groupId: group.id }, page);
  const shown = rows.slice(0, page.limit);
  const levels = await levelsOfArticles(
    db,
    shown.map((row) => row.poolId),
  );
  const articles = await articlesOfItems(db, [...levels.values()].flat());
  const known = new Map(articles.map((one) => [`${one.shop} ${one.inventoryItemId}`, one]));
  const others = new Map(
    shown.map((row) => [row.poolId, othersOf(shop, levels.get(row.poolId) ?? [], known)]),
  );
  const like = page.state === "doubt" ? await candidatesFor(db, shop, shown, others) : [];
  const own = articles.filter((article) => article.shop === shop);
  const named = new Map(
    (await nameArticles(deps, shop, [...own, ...like])).map((article) => [article.itemId, article]),
  );
  const items = shown.map((row): LinkView => {
    const theirs = others.get(row.poolId) ?? [];
    return {
      poolId: row.poolId,
      sku: row.sku,
      state: page.state,
      reason: page.state === "doubt" ? row.reason : null,
      article: named.get(row.itemId ?? "") ?? null,
      candidates: like.flatMap((one) =>
        isLike(one, row.sku, theirs) ? (named.get(one.inventoryItemId) ?? []) : [],
      ),
      others: theirs,
    };
  });
  return { items, next: rows.length > page.limit ? (shown.at(-1)?.sku ?? null) : null };
}

type Others = LinkView["others"];

function othersOf(
  shop: string,
  levels: readonly ShownArticle[],
  known: ReadonlyMap<string, ArticleRow>,
): Others {
  return levels
    .filter((level) => level.shop !== shop)
    .flatMap((level) => {
      const article = known.get(`${level.shop} ${level.itemId}`);
      if (article === undefined) return [];
      const { shop: store, inventoryItemId: itemId, sku, barcode } = article;
      return [{ shop: store, itemId, sku, barcode }];
    });
}

async function candidatesFor(
  db: Queryable,
  shop: string,
  rows: readonly LinkRow[],
  others: ReadonlyMap<string, Others>,
): Promise<readonly ArticleRow[]> {
  const barcodes = [...others.values()].flat().flatMap(({ barcode }) => barcode ?? []);
  return articlesLike(db, shop, { skus: rows.map((row) => row.sku), barcodes });
}

function isLike(article: ArticleRow, sku: string, others: Others): boolean {
  if (article.sku === sku) return true;
  return article.barcode !== null && others.some(({ barcode }) => barcode === article.barcode);
}
