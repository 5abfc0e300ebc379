import type { Queryable, Transaction } from "#app/db.server.ts";
import { parseLossless } from "#app/events/index.server.ts";
import {
  articlesLike,
  articlesOfItems,
  levelsOf,
  linksOfSku,
  type MirroredLevel,
  statePurpose,
} from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { KnownLevel } from "./choose-level.ts";
import { decideLink, type LinkFacts } from "./decide-link.ts";
import type { Member } from "./group-store.ts";
import { levelsOfArticles, linkLevel } from "./level-store.ts";
import {
  choiceOf,
  dropDoubt,
  type LinkChoice,
  noteChoice,
  poolsWithChoice,
} from "./link-choice-store.ts";
import { levelShowing } from "./shown-at.ts";

/** The levels of an article in a store, as Shopify told of them last; null: no such article, or several. */
export async function levelsOfArticle(
  deps: { readonly vault: Vault },
  db: Queryable,
  shop: string,
  sku: string,
): Promise<KnownLevel[] | null> {
  const links = await linksOfSku(db, shop, sku);
  const items = [...new Set(links.map((link) => link.inventoryItemId))];
  const [itemId, ...others] = items;
  if (itemId === undefined || others.length > 0) return null;
  return levelsOfItem(deps, db, shop, itemId);
}

/** The levels of an inventory item, as Shopify told of them last. */
export async function levelsOfItem(
  { vault }: { readonly vault: Vault },
  db: Queryable,
  shop: string,
  itemId: string,
): Promise<KnownLevel[]> {
  const rows = await levelsOf(db, shop, [], [itemId]);
  return rows.flatMap((row) => opened(vault, shop, itemId, row));
}

function opened(vault: Vault, shop: string, itemId: string, row: MirroredLevel): KnownLevel[] {
  const text = vault.open(row.state, statePurpose(shop, "InventoryLevel", row.id)).toString("utf8");
  const { available, locationId } = parseLossless(text) as Readonly<Record<string, unknown>>;
  if (typeof available !== "number" || typeof locationId !== "string") return [];
  return [{ levelId: row.id, itemId, locationId, available }];
}

/** What the articles carry that stores show a pool at, or one of the same article elsewhere. */
async function barcodesOf(db: Queryable, poolId: string): Promise<Map<string, string>> {
  const levels = (await levelsOfArticles(db, [poolId])).get(poolId) ?? [];
  const articles = await articlesOfItems(db, levels);
  return new Map(
    articles.flatMap(({ shop, barcode }) => (barcode === null ? [] : [[shop, barcode]])),
  );
}

/**
 * Those of some pools that a store may have the article of: the others need not be gone through one
 * by one, and most stores do not carry most of what a group has.
 */
export async function withCandidates<Pool extends { readonly id: string; readonly sku: string }>(
  db: Queryable,
  shop: string,
  pools: readonly Pool[],
): Promise<Pool[]> {
  const ids = pools.map((pool) => pool.id);
  const byPool = await levelsOfArticles(db, ids);
  const articles = await articlesOfItems(db, [...byPool.values()].flat());
  const barcodeOf = new Map(
    articles.map((one) => [`${one.shop} ${one.inventoryItemId}`, one.barcode]),
  );
  const barcodesOfPool = (id: string) =>
    (byPool.get(id) ?? []).flatMap((level) => barcodeOf.get(`${level.shop} ${level.itemId}`) ?? []);
  const like = await articlesLike(db, shop, {
    skus: pools.map((pool) => pool.sku),
    barcodes: ids.flatMap(barcodesOfPool),
  });
  const skus = new Set(like.map((one) => one.sku));
  const barcodes = new Set(like.map((one) => one.barcode));
  const chosen = await poolsWithChoice(db, ids, shop);
  return pools.filter(
    ({ id, sku }) =>
      chosen.has(id) || skus.has(sku) || barcodesOfPool(id).some((one) => barcodes.has(one)),
  );
}

interface LinkedStores {
  readonly made: readonly { readonly shop: string; readonly levelId: string }[];
  readonly unplaced: readonly string[];
}

/**
 * Ties the level of each member that has the article, and shows pools of its pool location, to a locked
 * pool. A store without it is left out
 * until that changes; one of whose articles it is not certain which is meant, until somebody has
 * looked. `made`: the levels that are new: they have to be read before anything is written there.
 * `unplaced`: stores that have the article, and nobody knows where.
 */
export async function linkStores(
  deps: { readonly vault: Vault; readonly clock: { readonly now: () => number } },
  tx: Transaction,
  pool: LinkedPool & { readonly sku: string },
  members: readonly Member[],
): Promise<LinkedStores> {
  const made: { shop: string; levelId: string }[] = [];
  const unplaced: string[] = [];
  const barcodes = await barcodesOf(tx, pool.id);
  for (const { shop, places } of members) {
    if (!places.has(pool.poolLocationId)) continue;
    const known = [...barcodes.values()];
    const candidates = await articlesLike(tx, shop, { skus: [pool.sku], barcodes: known });
    const before = await choiceOf(tx, pool.id, shop);
    const verdict = decideLink({
      sku: pool.sku,
      barcodes: known,
      candidates: candidates.map(({ inventoryItemId, ...one }) => ({
        ...one,
        itemId: inventoryItemId,
      })),
      chosen: chosenIn(before),
    });
    if (verdict.kind === "doubt") {
      const doubt: LinkChoice = { state: "doubt", reason: verdict.reason, itemId: null };
      await noteChoice(tx, pool.id, shop, doubt, deps.clock.now());
      continue;
    }
    if (before?.state === "doubt") await dropDoubt(tx, pool.id, shop);
    if (verdict.kind === "none") continue;
    const levelId = await tieItem(deps, tx, pool, { shop, places }, verdict.itemId);
    if (levelId === null) {
      unplaced.push(shop);
      continue;
    }
    made.push({ shop, levelId });
    const barcode = candidates.find((one) => one.inventoryItemId === verdict.itemId)?.barcode;
    if (typeof barcode === "string") barcodes.set(shop, barcode);
  }
  return { made, unplaced };
}

function chosenIn(choice: LinkChoice | null): LinkFacts["chosen"] {
  if (choice?.state === "apart") return { kind: "apart" };
  if (choice?.state === "tied" && choice.itemId !== null)
    return { kind: "tied", itemId: choice.itemId };
  return null;
}

/** A pool to which stores are tied, and where the group keeps its stock. */
interface LinkedPool {
  readonly id: string;
  readonly poolLocationId: string;
}

/**
 * Ties an article of a store to a locked pool; null: it is not in stock where the store shows the
 * pool, or tied already.
 */
export async function tieItem(
  deps: { readonly vault: Vault },
  tx: Transaction,
  { id: poolId, poolLocationId }: LinkedPool,
  { shop, places }: Member,
  itemId: string,
): Promise<string | null> {
  const known = await levelsOfItem(deps, tx, shop, itemId);
  const level = levelShowing(places, poolLocationId, known);
  if (level === null) return null;
  const { levelId, locationId } = level;
  const tied = await linkLevel(tx, { shop, levelId, itemId, locationId, poolId });
  return tied ? levelId : null;
}
