import { toSecond } from "../state/clock.ts";
import { gid, levelGid } from "../state/ids.ts";
import type { InventoryItemRow, ProductRow, VariantRow } from "../state/model.ts";
import { addProduct, type ProductPlan } from "../state/seed-stores.ts";
import { levelsOfItem, variantsOf } from "../state/store-lookups.ts";
import {
  restDeletedItem,
  restDisconnectedLevel,
  restInventoryItem,
  restInventoryLevel,
} from "../webhooks/rest-inventory.ts";
import { restProduct } from "../webhooks/rest-products.ts";
import { restId } from "../webhooks/rest-parts.ts";
import type { Change } from "./change.ts";

export type ProductEdit = Partial<
  Pick<
    ProductRow,
    "title" | "handle" | "vendor" | "productType" | "descriptionHtml" | "status" | "tags"
  >
>;

export type VariantEdit = Partial<
  Pick<VariantRow, "price" | "compareAtPrice" | "barcode" | "sku" | "taxable" | "inventoryPolicy">
>;

/** Changes a product; sends products/update. */
export function editProduct(change: Change, product: ProductRow, edit: ProductEdit): void {
  Object.assign(product, edit);
  touchProduct(change, product);
}

/** Changes variants of one product; sends one products/update, and inventory items' if SKUs move. */
export function editVariants(
  change: Change,
  product: ProductRow,
  edits: { variant: VariantRow; edit: VariantEdit }[],
): void {
  const { store } = change;
  const now = toSecond(change.nowMs);
  for (const { variant, edit } of edits) {
    Object.assign(variant, edit);
    variant.updatedAt = now;
    const item = store.inventoryItems.get(variant.inventoryItemId);
    if (item && item.sku !== variant.sku) saveItem(change, item, { sku: variant.sku });
  }
  touchProduct(change, product);
}

export type ItemEdit = Partial<
  Pick<InventoryItemRow, "sku" | "cost" | "tracked" | "requiresShipping">
>;

/** Changes an inventory item; sends inventory_items/update, and products/update when its SKU moves. */
export function editItem(change: Change, item: InventoryItemRow, edit: ItemEdit): void {
  const { store } = change;
  const variant = store.variants.get(item.variantId);
  const product = variant && store.products.get(variant.productId);
  saveItem(change, item, edit);
  if (!variant || !product || variant.sku === item.sku) return;
  variant.sku = item.sku;
  variant.updatedAt = toSecond(change.nowMs);
  touchProduct(change, product);
}

function saveItem(change: Change, item: InventoryItemRow, edit: ItemEdit): void {
  const { store } = change;
  Object.assign(item, edit);
  item.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "inventory_items/update",
    resource: gid("InventoryItem", item.id),
    body: () => restInventoryItem(store, item),
  });
}

/** Marks a product as changed and sends products/update. */
export function touchProduct(change: Change, product: ProductRow): void {
  const { store } = change;
  product.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "products/update",
    resource: gid("Product", product.id),
    body: () => restProduct(store, product),
  });
}

/** Sends products/create and, per variant, what its item and levels cause. */
export function createProduct(change: Change, plan: ProductPlan): ProductRow {
  const { store } = change;
  const product = addProduct(store, plan);
  change.emit({
    topic: "products/create",
    resource: gid("Product", product.id),
    body: () => restProduct(store, product),
  });
  for (const variant of variantsOf(store, product)) {
    const item = store.inventoryItems.get(variant.inventoryItemId);
    if (!item) continue;
    change.emit({
      topic: "inventory_items/create",
      resource: gid("InventoryItem", item.id),
      body: () => restInventoryItem(store, item),
    });
    for (const level of levelsOfItem(store, item.id)) {
      for (const topic of ["inventory_levels/connect", "inventory_levels/update"]) {
        change.emit({
          topic,
          resource: levelGid(level),
          body: () => restInventoryLevel(store, level),
          lateBound: topic === "inventory_levels/update",
        });
      }
    }
  }
  return product;
}

/** Removes a product with everything below it; sends products/delete and what follows. */
export function deleteProduct(change: Change, product: ProductRow): void {
  const { store } = change;
  const variants = variantsOf(store, product);
  change.emit({
    topic: "products/delete",
    resource: gid("Product", product.id),
    body: () => ({ id: restId(product.id) }),
  });
  for (const variant of variants) {
    const item = store.inventoryItems.get(variant.inventoryItemId);
    for (const level of levelsOfItem(store, variant.inventoryItemId)) {
      store.inventoryLevels.delete(level.id);
      change.emit({
        topic: "inventory_levels/disconnect",
        resource: levelGid(level),
        body: () => restDisconnectedLevel(level),
      });
    }
    store.variants.delete(variant.id);
    store.inventoryItems.delete(variant.inventoryItemId);
    if (!item) continue;
    change.emit({
      topic: "inventory_items/delete",
      resource: gid("InventoryItem", item.id),
      body: () => restDeletedItem(item),
    });
  }
  store.products.delete(product.id);
}
