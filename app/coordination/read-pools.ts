import { validate as isUuid } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import { groupOf } from "./group-store.ts";
import { type LevelRow, levelsOfPools } from "./level-store.ts";
import { pagePools, type PoolRow } from "./pool-store.ts";
import { bufferAt, freeOf, sellableAt, sellableOf } from "./sellable.ts";
import type { PoolLevelView, PoolView, StoreGroupView } from "./types.ts";

/** Whose pools are read: those of the store's group, and its own. */
interface Whose {
  readonly shop: string;
  readonly group: StoreGroupView | null;
}

/** A page of pools by SKU, with what each store shows. `search`: the beginning of a SKU. */
export async function listPools(
  db: Queryable,
  shop: string,
  page: { readonly limit: number; readonly after: string | null; readonly search: string },
): Promise<{ readonly items: PoolView[]; readonly next: string | null }> {
  const whose = { shop, group: await groupOf(db, shop) };
  const rows = await pagePools(db, { shop, groupId: whose.group?.id ?? null }, page);
  const shown = rows.slice(0, page.limit);
  const views = await viewsOf(db, whose, shown);
  const last = rows.length > page.limit ? shown.at(-1) : undefined;
  return { items: views, next: last === undefined ? null : `${last.sku} ${last.id}` };
}

/** One pool that a store may see, or null. */
export async function getPool(db: Queryable, shop: string, id: string): Promise<PoolView | null> {
  if (!isUuid(id)) return null;
  const whose = { shop, group: await groupOf(db, shop) };
  const only = { limit: 1, after: null, search: "", id };
  const rows = await pagePools(db, { shop, groupId: whose.group?.id ?? null }, only);
  return (await viewsOf(db, whose, rows))[0] ?? null;
}

async function viewsOf(
  db: Queryable,
  { shop, group }: Whose,
  rows: readonly PoolRow[],
): Promise<PoolView[]> {
  const levels = await levelsOfPools(
    db,
    rows.map((row) => row.id),
  );
  return rows.map((row) => {
    const shared = row.groupId !== null;
    const mine = levels.get(row.id) ?? [];
    // A lone store keeps nothing back.
    const sellable = shared ? sellableOf(row) : freeOf(row);
    const shops = shared ? (group?.shops ?? [shop]) : [shop];
    return {
      id: row.id,
      sku: row.sku,
      shared,
      poolLocationId: shared ? row.poolLocationId : null,
      quantity: row.quantity,
      held: row.held,
      buffer: row.buffer,
      sellable,
      stores: shops.map((store) =>
        storeView(store, mine.find((level) => level.shop === store) ?? null, row),
      ),
    };
  });
}

function storeView(shop: string, level: LevelRow | null, pool: PoolRow): PoolLevelView {
  const shared = pool.groupId !== null;
  const at = level ?? { buffer: null };
  const sellable = shared ? sellableAt(pool, at) : freeOf(pool);
  return {
    shop,
    buffer: bufferAt(pool, at),
    sellable,
    locationId: level?.locationId ?? null,
    shown: level?.seen ?? null,
    onHand: level?.onHand ?? null,
    state: stateOf(level, shared, sellable),
    ...historyOf(level),
  };
}

function historyOf(
  level: LevelRow | null,
): Pick<PoolLevelView, "lastWrite" | "writtenAt" | "readAt"> {
  return {
    lastWrite: level?.written ?? null,
    writtenAt: level?.writtenAt?.toISOString() ?? null,
    readAt: level?.readAt?.toISOString() ?? null,
  };
}

function stateOf(
  level: LevelRow | null,
  shared: boolean,
  sellable: number,
): PoolLevelView["state"] {
  if (level === null) return "absent";
  const { written, pendingId } = level;
  if (pendingId === null && written !== null && written !== "applied" && written !== "moved on")
    return "refused";
  if (level.seen === null || level.recount) return "counting";
  return pendingId === null && (!shared || level.seen === sellable) ? "current" : "behind";
}
