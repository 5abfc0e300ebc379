import type { Queryable, Transaction } from "#app/db.server.ts";
import { parseLossless } from "#app/events/index.server.ts";
import {
  levelsOf,
  linksOfSku,
  type MirroredLevel,
  statePurpose,
} from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { chooseLevel, type KnownLevel } from "./choose-level.ts";
import type { Member } from "./group-store.ts";
import { linkLevel } from "./level-store.ts";

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
  const rows = await levelsOf(db, shop, [], [itemId]);
  return rows.flatMap((row) => opened(deps.vault, shop, itemId, row));
}

function opened(vault: Vault, shop: string, itemId: string, row: MirroredLevel): KnownLevel[] {
  const text = vault.open(row.state, statePurpose(shop, "InventoryLevel", row.id)).toString("utf8");
  const { available, locationId } = parseLossless(text) as Readonly<Record<string, unknown>>;
  if (typeof available !== "number" || typeof locationId !== "string") return [];
  return [{ levelId: row.id, itemId, locationId, available }];
}

/**
 * Ties the level of each member that has the article to a locked pool. A store without it, or with
 * several that carry the SKU, is left out until that changes. Returns the levels that are new: they
 * have to be read before anything is written there.
 */
export async function linkStores(
  deps: { readonly vault: Vault },
  tx: Transaction,
  pool: { readonly id: string; readonly sku: string },
  members: readonly Member[],
): Promise<{ readonly shop: string; readonly levelId: string }[]> {
  const made: { shop: string; levelId: string }[] = [];
  for (const { shop, locationId } of members) {
    const known = await levelsOfArticle(deps, tx, shop, pool.sku);
    const level = known === null ? null : chooseLevel(known, locationId);
    if (level === null) continue;
    const { levelId, itemId, locationId: place } = level;
    if (await linkLevel(tx, { shop, levelId, itemId, locationId: place, poolId: pool.id }))
      made.push({ shop, levelId });
  }
  return made;
}
