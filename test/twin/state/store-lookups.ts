/** Ways from one row to another inside a store. */
import type {
  FulfillmentOrderRow,
  InventoryLevelRow,
  LineItemRow,
  ProductRow,
  StoredQuantity,
  Store,
  VariantRow,
} from "./model.ts";
import { stockAt } from "./stock-history.ts";

/** Everything physically there, sold or not. */
export function onHand(level: InventoryLevelRow): number {
  const { available, committed, reserved, damaged, safety_stock, quality_control } =
    level.quantities;
  return available + committed + reserved + damaged + safety_stock + quality_control;
}

/** A stored state, or the sum that is `on_hand`. */
export function quantityOf(level: InventoryLevelRow, name: string): number | undefined {
  if (name === "on_hand") return onHand(level);
  return level.quantities[name as StoredQuantity];
}

/** Levels by item, good as long as no level was added past `indexLevel`. */
type LevelIndex = { nextId: string | undefined; byItem: Map<string, InventoryLevelRow[]> };

const levelIndexes = new WeakMap<Store, LevelIndex>();

function levelIndex(store: Store): LevelIndex {
  const nextId = store.nextIds["InventoryLevel"];
  const known = levelIndexes.get(store);
  if (known && known.nextId === nextId) return known;
  const index: LevelIndex = { nextId, byItem: new Map() };
  for (const level of store.inventoryLevels.values()) putLevel(index, level);
  levelIndexes.set(store, index);
  return index;
}

function putLevel({ byItem }: LevelIndex, level: InventoryLevelRow): void {
  const levels = byItem.get(level.inventoryItemId);
  if (levels) levels.push(level);
  else byItem.set(level.inventoryItemId, [level]);
}

/** Tells the look-ups of a level that was just added, so that they need not start over. */
export function indexLevel(store: Store, level: InventoryLevelRow): void {
  const index = levelIndexes.get(store);
  if (!index) return;
  putLevel(index, level);
  index.nextId = store.nextIds["InventoryLevel"];
}

/** The level of an item at a location, active or not. */
export function findLevel(
  store: Store,
  inventoryItemId: string,
  locationId: string,
): InventoryLevelRow | undefined {
  return levelsOfItem(store, inventoryItemId).find((level) => level.locationId === locationId);
}

/** Levels of an item, active or not, in the order they were made. */
export function levelsOfItem(store: Store, inventoryItemId: string): InventoryLevelRow[] {
  const levels = levelIndex(store).byItem.get(inventoryItemId) ?? [];
  return levels.filter((level) => store.inventoryLevels.get(level.id) === level);
}

export function variantsOf(store: Store, product: ProductRow): VariantRow[] {
  return product.variantIds.flatMap((id) => store.variants.get(id) ?? []);
}

/** Levels something can be sold from: switched on, at an open location. */
export function sellingLevels(store: Store, inventoryItemId: string): InventoryLevelRow[] {
  return levelsOfItem(store, inventoryItemId).filter(
    (level) => level.active && store.locations.get(level.locationId)?.active,
  );
}

/** What can be sold of a variant over all locations: now, or what it was at a moment. */
export function availableOfVariant(store: Store, variant: VariantRow, atMs = Infinity): number {
  return sellingLevels(store, variant.inventoryItemId).reduce(
    (total, level) => total + stockAt(level, atMs).available,
    0,
  );
}

export function availableOfProduct(store: Store, product: ProductRow, atMs = Infinity): number {
  return variantsOf(store, product).reduce(
    (total, variant) => total + availableOfVariant(store, variant, atMs),
    0,
  );
}

/** What is still to be shipped of a line. */
export function unfulfilled(line: LineItemRow): number {
  return Math.max(0, line.currentQuantity - line.fulfilledQuantity);
}

/** UNFULFILLED, PARTIALLY_FULFILLED or FULFILLED, by the lines. */
export function fulfillmentStatus(lines: LineItemRow[]): string {
  const done = lines.reduce((total, line) => total + line.fulfilledQuantity, 0);
  const open = lines.reduce((total, line) => total + unfulfilled(line), 0);
  if (done === 0) return "UNFULFILLED";
  return open === 0 ? "FULFILLED" : "PARTIALLY_FULFILLED";
}

/** Whether a fulfillment order still has to be shipped, on hold or not. */
export function isOpen({ status }: FulfillmentOrderRow): boolean {
  return status !== "CLOSED" && status !== "CANCELLED";
}
