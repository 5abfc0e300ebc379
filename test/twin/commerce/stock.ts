import { toSecond } from "../state/clock.ts";
import { levelGid } from "../state/ids.ts";
import type { InventoryLevelRow, StoredQuantity } from "../state/model.ts";
import { restInventoryLevel } from "../webhooks/rest-inventory.ts";
import type { Change } from "./change.ts";

/** Changes per stored state; `on_hand` follows by itself. */
export type StockDeltas = Partial<Record<StoredQuantity, number>>;

/**
 * Changes a level. Only a change of `available` moves `updatedAt` and sends
 * inventory_levels/update: the other states change without anybody being told, as in Shopify.
 */
export function changeStock(change: Change, level: InventoryLevelRow, deltas: StockDeltas): void {
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
