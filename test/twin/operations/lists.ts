import { utcTime } from "../state/clock.ts";
import { orderTotals } from "../state/order-totals.ts";
import type { Store } from "../state/model.ts";
import { fulfillmentStatus, onHand, sellingLevels, variantsOf } from "../state/store-lookups.ts";
import type { CustomerRow, OrderRow, StockRow, StoreSummary, TrafficState } from "../types.ts";

const DEFAULT_LIMIT = 500;

/** What a list of stores shows. */
export function storeSummary(store: Store, traffic: TrafficState): StoreSummary {
  const { shop, installation } = store;
  const { installed, installedAt, scopes } = installation;
  return {
    shop: shop.domain,
    handle: shop.handle,
    name: shop.name,
    currency: shop.currency,
    timeZone: shop.timeZone,
    installed,
    installedAt: installedAt === null ? null : utcTime(installedAt),
    scopes: [...scopes],
    counts: {
      products: store.products.size,
      variants: store.variants.size,
      orders: store.orders.size,
      customers: store.customers.size,
    },
    locations: [...store.locations.values()].map(({ id, name }) => ({ id, name })),
    traffic,
  };
}

/** Every variant with its stock; `search` looks in SKU, title and barcode. */
export function listStock(store: Store, search = "", limit = DEFAULT_LIMIT): StockRow[] {
  const rows: StockRow[] = [];
  const wanted = search.trim().toLowerCase();
  for (const product of store.products.values()) {
    for (const variant of variantsOf(store, product)) {
      const title = `${product.title} - ${variant.title}`;
      const text = `${title} ${variant.sku} ${variant.barcode}`.toLowerCase();
      if (!text.includes(wanted)) continue;
      if (rows.length >= limit) return rows;
      rows.push({
        productId: product.id,
        variantId: variant.id,
        inventoryItemId: variant.inventoryItemId,
        title,
        sku: variant.sku,
        barcode: variant.barcode,
        price: variant.price,
        levels: sellingLevels(store, variant.inventoryItemId).map((level) => ({
          locationId: level.locationId,
          location: store.locations.get(level.locationId)?.name ?? "",
          available: level.quantities.available,
          reserved: level.quantities.reserved,
          onHand: onHand(level),
        })),
      });
    }
  }
  return rows;
}

/** Newest first. */
export function listOrders(store: Store, limit = DEFAULT_LIMIT): OrderRow[] {
  return [...store.orders.values()]
    .slice(-limit)
    .reverse()
    .map((order) => ({
      orderId: order.id,
      name: order.name,
      createdAt: utcTime(order.createdAt),
      financialStatus: order.financialStatus,
      fulfillmentStatus: fulfillmentStatus(order.lineItems),
      total: orderTotals(order).currentTotal,
      customerId: order.customerId,
      lines: order.lineItems.map(({ sku, quantity, fulfilledQuantity }) => ({
        sku,
        quantity,
        fulfilled: fulfilledQuantity,
      })),
    }));
}

export function listCustomers(store: Store, search = "", limit = DEFAULT_LIMIT): CustomerRow[] {
  const wanted = search.trim().toLowerCase();
  return [...store.customers.values()]
    .map(({ id, firstName, lastName, email, tags }) => ({
      customerId: id,
      name: `${firstName} ${lastName}`,
      email,
      tags,
    }))
    .filter((row) => `${row.name} ${row.email}`.toLowerCase().includes(wanted))
    .slice(0, limit);
}
