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

const levelIndexes = new WeakMap<Store, Map<string, InventoryLevelRow>>();

/** The level of an item at a location, active or not. */
export function findLevel(
  store: Store,
  inventoryItemId: string,
  locationId: string,
): InventoryLevelRow | undefined {
  let index = levelIndexes.get(store);
  const key = `${inventoryItemId} ${locationId}`;
  const found = index?.get(key);
  if (found && store.inventoryLevels.get(found.id) === found) return found;
  index = new Map();
  for (const level of store.inventoryLevels.values()) {
    index.set(`${level.inventoryItemId} ${level.locationId}`, level);
  }
  levelIndexes.set(store, index);
  return index.get(key);
}

/** Levels of an item, active or not, in the order the locations were made. */
export function levelsOfItem(store: Store, inventoryItemId: string): InventoryLevelRow[] {
  const levels: InventoryLevelRow[] = [];
  for (const location of store.locations.values()) {
    const level = findLevel(store, inventoryItemId, location.id);
    if (level) levels.push(level);
  }
  return levels;
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

/** What can be sold of a variant over all locations. */
export function availableOfVariant(store: Store, variant: VariantRow): number {
  return sellingLevels(store, variant.inventoryItemId).reduce(
    (total, level) => total + level.quantities.available,
    0,
  );
}

export function availableOfProduct(store: Store, product: ProductRow): number {
  return variantsOf(store, product).reduce(
    (total, variant) => total + availableOfVariant(store, variant),
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
