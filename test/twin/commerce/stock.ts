import { toSecond } from "../state/clock.ts";
import { levelGid } from "../state/ids.ts";
import type { InventoryLevelRow, Store, StoredQuantity } from "../state/model.ts";
import { rememberStock } from "../state/stock-history.ts";
import { levelsOfItem } from "../state/store-lookups.ts";
import { restDisconnectedLevel, restInventoryLevel } from "../webhooks/rest-inventory.ts";
import type { Change } from "./change.ts";

/** Changes per stored state; `on_hand` follows by itself. */
export type StockDeltas = Partial<Record<StoredQuantity, number>>;

/**
 * Changes a level. Only a change of `available` moves `updatedAt` and sends
 * inventory_levels/update: the other states change without anybody being told, as in Shopify.
 */
export function changeStock(change: Change, level: InventoryLevelRow, deltas: StockDeltas): void {
  if (deltas.available) rememberStock(level, change.nowMs);
  for (const [name, delta] of Object.entries(deltas)) {
    level.quantities[name as StoredQuantity] += delta;
  }
  if (!deltas.available) return;
  touchLevel(change, level);
}

/** Marks a level as changed now and tells subscribers. */
export function touchLevel(change: Change, level: InventoryLevelRow): void {
  level.updatedAt = toSecond(change.nowMs);
  const { store } = change;
  change.emit({
    topic: "inventory_levels/update",
    resource: levelGid(level),
    body: () => restInventoryLevel(store, level),
    lateBound: true,
  });
}

/** Stocks an item at a location (again): what the level held stays. Sends inventory_levels/connect. */
export function connectLevel(change: Change, level: InventoryLevelRow): void {
  const { store } = change;
  level.active = true;
  change.emit({
    topic: "inventory_levels/connect",
    resource: levelGid(level),
    body: () => restInventoryLevel(store, level),
  });
}

/**
 * Stops stocking an item at a location; since 2026-04 the level keeps its quantities. Sends
 * inventory_levels/disconnect.
 */
export function disconnectLevel(change: Change, level: InventoryLevelRow): void {
  level.active = false;
  level.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "inventory_levels/disconnect",
    resource: levelGid(level),
    body: () => restDisconnectedLevel(level),
  });
}

/** Null: the level can be switched off. The words are those of inventoryDeactivate. */
export function whyNotDisconnect(store: Store, level: InventoryLevelRow): string | null {
  const stocked = levelsOfItem(store, level.inventoryItemId).filter((each) => each.active);
  if (stocked.length > 1) return null;
  const name = store.locations.get(level.locationId)?.name ?? "";
  return `The product couldn't be unstocked from ${name} because products need to be stocked at a minimum of 1 location.`;
}
