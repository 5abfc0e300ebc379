/** Finding what an operation is about: the row it names, or a random one. */
import { idOfKind } from "../state/ids.ts";
import type {
  CustomerRow,
  FulfillmentOrderRow,
  FulfillmentRow,
  InventoryLevelRow,
  LocationRow,
  OrderRow,
  ProductRow,
  Store,
  VariantRow,
} from "../state/model.ts";
import type { Random } from "../state/random.ts";
import { sellingLevels } from "../state/store-lookups.ts";
import { OperationError } from "../types.ts";

/** Accepts plain ids and global ids. */
function plain(id: string, kind: string): string {
  return id.startsWith("gid://") ? (idOfKind(id, kind) ?? id) : id;
}

function row<T>(table: Map<string, T>, id: string, kind: string, field: string): T {
  const found = table.get(plain(id, kind));
  if (found === undefined) throw new OperationError(`${field}: this store has no ${kind} ${id}.`);
  return found;
}

/** @throws OperationError when the store has no such product. */
export function chooseProduct(store: Store, id: string): ProductRow {
  return row(store.products, id, "Product", "productId");
}

/** By id, by SKU, or any. */
export function chooseVariant(
  store: Store,
  random: Random,
  { sku, variantId }: { sku?: string | undefined; variantId?: string | undefined },
): VariantRow {
  if (variantId !== undefined) return row(store.variants, variantId, "ProductVariant", "variantId");
  if (sku !== undefined) {
    for (const variant of store.variants.values()) if (variant.sku === sku) return variant;
    throw new OperationError(`sku: this store has no variant with the SKU ${sku}.`);
  }
  const variants = [...store.variants.values()];
  if (variants.length === 0) throw new OperationError("sku: this store has no products.");
  return random.pick(variants);
}

/** A level to sell from: where there is enough, else where there is most. */
export function chooseLevel(
  store: Store,
  variant: VariantRow,
  locationId: string | undefined,
  quantity: number,
): InventoryLevelRow {
  const levels = sellingLevels(store, variant.inventoryItemId);
  if (locationId !== undefined) {
    const location = row(store.locations, locationId, "Location", "locationId");
    const level = levels.find((each) => each.locationId === location.id);
    if (level) return level;
    throw new OperationError(`locationId: ${variant.sku} is not stocked at ${location.name}.`);
  }
  const enough = levels.find((level) => level.quantities.available >= quantity);
  const [most] = levels.toSorted((a, b) => b.quantities.available - a.quantities.available);
  const level = enough ?? most;
  if (level) return level;
  throw new OperationError(`sku: ${variant.sku} is not stocked anywhere.`);
}

/** The location named, or the first. */
export function chooseLocation(
  store: Store,
  locationId: string | undefined,
  field = "locationId",
): LocationRow {
  if (locationId !== undefined) return row(store.locations, locationId, "Location", field);
  const [first] = store.locations.values();
  if (first) return first;
  throw new OperationError("locationId: this store has no locations.");
}

/** The customer named, or any. */
export function chooseCustomer(
  store: Store,
  random: Random,
  customerId: string | undefined,
): CustomerRow {
  if (customerId !== undefined) return row(store.customers, customerId, "Customer", "customerId");
  const customers = [...store.customers.values()];
  if (customers.length === 0) throw new OperationError("customerId: this store has no customers.");
  return random.pick(customers);
}

/** The order named, or the oldest that fits. */
export function chooseOrder(
  store: Store,
  orderId: string | undefined,
  fits: (order: OrderRow) => boolean,
  otherwise: string,
): OrderRow {
  if (orderId !== undefined) {
    const order = row(store.orders, orderId, "Order", "orderId");
    if (fits(order)) return order;
    throw new OperationError(`orderId: ${order.name} ${otherwise}.`);
  }
  for (const order of store.orders.values()) if (fits(order)) return order;
  throw new OperationError(
    `orderId: every order of this store ${otherwise}; sell something first.`,
  );
}

/** The first fulfillment order that can be shipped. */
export function openFulfillmentOrder(
  store: Store,
  order: OrderRow,
): FulfillmentOrderRow | undefined {
  return order.fulfillmentOrderIds
    .map((id) => store.fulfillmentOrders.get(id))
    .find(
      (each) => each?.status === "OPEN" && each.lines.some((line) => line.remainingQuantity > 0),
    );
}

/** The shipment named, or the newest, with its order. */
export function chooseFulfillment(
  store: Store,
  fulfillmentId: string | undefined,
): { fulfillment: FulfillmentRow; order: OrderRow } {
  const fulfillment =
    fulfillmentId === undefined
      ? [...store.fulfillments.values()].at(-1)
      : row(store.fulfillments, fulfillmentId, "Fulfillment", "fulfillmentId");
  const order = fulfillment && store.orders.get(fulfillment.orderId);
  if (fulfillment && order) return { fulfillment, order };
  throw new OperationError(
    "fulfillmentId: this store has shipped nothing yet; fulfil an order first.",
  );
}
