import { idOfKind, parseGid } from "../../state/ids.ts";
import type { InventoryLevelRow, LocationRow, Store, SubscriptionRow } from "../../state/model.ts";
import { isRecord, requiredText, textArg, textsArg } from "../arguments.ts";
import { connection, plainConnection } from "../connections.ts";
import { type Args, defineType, type FieldFn, type GraphContext } from "../context.ts";
import { byId, byTime, search, type SearchSpec } from "../search.ts";
import { topicHeader } from "../webhook-topics.ts";
import { bulkOperations, currentBulkOperation } from "./bulk-operations.ts";
import { collections, collectionsOf } from "./collections.ts";
import { customerSearch, customerSort } from "./customers.ts";
import {
  fulfillmentOrderSearch,
  fulfillmentOrderSort,
  seesFulfillmentOrders,
  visibleFulfillmentOrders,
} from "./fulfillment-orders.ts";
import { inventoryProperties, itemSearch, locationSearch } from "./inventory.ts";
import { orderSearch, orderSort, seesOrder, visibleOrders } from "./orders.ts";
import { productSearch, productSort, sortFrom, variantSearch, variantSort } from "./products.ts";
import { exactCount } from "./shared-fields.ts";
import { appSource } from "../app-identity.ts";
import { installationSource, publicApiVersions } from "./shop.ts";

const tables: Record<string, (store: Store) => Map<string, unknown>> = {
  BulkOperation: (store) => store.bulkOperations,
  Customer: (store) => store.customers,
  Fulfillment: (store) => store.fulfillments,
  FulfillmentOrder: (store) => store.fulfillmentOrders,
  InventoryItem: (store) => store.inventoryItems,
  InventoryLevel: (store) => store.inventoryLevels,
  Location: (store) => store.locations,
  Metafield: (store) => store.metafields,
  Order: (store) => store.orders,
  Product: (store) => store.products,
  ProductVariant: (store) => store.variants,
  Refund: (store) => store.refunds,
  WebhookSubscription: (store) => store.subscriptions,
};

/** Whether a row of one of the tables is (still) in it; what has no table always is. */
export function isStored(store: Store, row: unknown): boolean {
  if (!isRecord(row)) return true;
  const { kind, id } = row;
  const table = typeof kind === "string" ? tables[kind]?.(store) : undefined;
  return table === undefined || table.get(String(id)) === row;
}

/** Any row by its global id, or null when there is none (or none of a kind the twin has). */
export function findNode(context: GraphContext, globalId: string): unknown {
  const { store, config, toml } = context;
  const { kind, id, query } = parseGid(globalId);
  if (kind === "FulfillmentOrder" && !seesFulfillmentOrders(context)) return null;
  const single = [store.shop, installationSource(store.installation.id), appSource(config, toml)];
  const found = single.find((each) => each.kind === kind);
  if (found) return found.id === id ? found : null;
  if (kind === "InventoryLevel") return levelOf(store, id, query.get("inventory_item_id"));
  if (kind === "Collection") return collectionsOf(store).find((row) => row.id === id) ?? null;
  if (kind === "Order") {
    const order = store.orders.get(id);
    return order && seesOrder(context, order) ? order : null;
  }
  if (kind === "LineItem") {
    const lines = visibleOrders(context).flatMap((order) => order.lineItems);
    return lines.find((line) => line.id === id) ?? null;
  }
  return tables[kind]?.(store).get(id) ?? null;
}

/** The item in a level's id must be the level's. */
function levelOf(store: Store, id: string, itemId: string | null): InventoryLevelRow | null {
  const level = store.inventoryLevels.get(id);
  return level && (itemId === null || itemId === level.inventoryItemId) ? level : null;
}

/** A field that finds one row of a kind by its `id` argument. */
function byGlobalId(kind: string): FieldFn<unknown> {
  return (_source, args, context) => {
    const globalId = requiredText(args, "id");
    return idOfKind(globalId, kind) === undefined ? null : findNode(context, globalId);
  };
}

const subscriptionSearch: SearchSpec<SubscriptionRow> = {
  fields: {
    created_at: byTime((row) => row.createdAt),
    id: byId((row) => row.id),
    updated_at: byTime((row) => row.updatedAt),
  },
};

function subscriptions(args: Args, { store }: GraphContext): SubscriptionRow[] {
  const topics = textsArg(args, "topics")?.map(topicHeader);
  const uri = textArg(args, "uri") ?? textArg(args, "callbackUrl");
  return [...store.subscriptions.values()].filter(
    (row) =>
      (topics === undefined || topics.includes(row.topic)) &&
      (uri === undefined || row.uri === uri),
  );
}

const idOf = (row: { id: string }) => row.id;

const locationSortKeys = { NAME: (row: LocationRow) => row.name };

export const queryRoot = defineType<unknown>("QueryRoot", {
  app: (_source, args, context) => {
    const id = textArg(args, "id");
    return id === undefined ? appSource(context.config, context.toml) : findNode(context, id);
  },
  bulkOperation: byGlobalId("BulkOperation"),
  bulkOperations,
  collection: byGlobalId("Collection"),
  collections: (_source, args, context, info) => collections(args, context, info),
  currentBulkOperation,
  // Those of the app's own fulfillment services, of which it has none.
  assignedFulfillmentOrders: (_source, args) => plainConnection([], args),
  currentAppInstallation: (_source, _args, { store }) => installationSource(store.installation.id),
  customer: byGlobalId("Customer"),
  customers: (_source, args, context, info) => {
    const rows = search(context.store.customers.values(), customerSearch, args, context, info);
    return connection({ rows, idOf, ...customerSort(args) }, args);
  },
  customersCount: (_source, args, context, info) =>
    exactCount(
      search(context.store.customers.values(), customerSearch, args, context, info).length,
      args["limit"],
    ),
  fulfillment: byGlobalId("Fulfillment"),
  fulfillmentOrder: byGlobalId("FulfillmentOrder"),
  fulfillmentOrders: (_source, args, context, info) => {
    const visible = visibleFulfillmentOrders(context, args);
    const rows = search(visible, fulfillmentOrderSearch, args, context, info);
    return connection({ rows, idOf, ...fulfillmentOrderSort(args) }, args);
  },
  inventoryItem: byGlobalId("InventoryItem"),
  inventoryItems: (_source, args, context, info) => {
    const rows = search(context.store.inventoryItems.values(), itemSearch, args, context, info);
    return connection({ rows, idOf }, args);
  },
  inventoryLevel: byGlobalId("InventoryLevel"),
  inventoryProperties,
  location: (_source, args, { store }) => {
    const globalId = textArg(args, "id");
    if (globalId === undefined) return [...store.locations.values()][0] ?? null;
    return store.locations.get(idOfKind(globalId, "Location") ?? "") ?? null;
  },
  locations: (_source, args, context, info) => {
    const active = [...context.store.locations.values()].filter(
      (row) => row.active || args["includeInactive"] === true,
    );
    const rows = search(active, locationSearch, args, context, info);
    return connection({ rows, idOf, ...sortFrom(locationSortKeys, args) }, args);
  },
  locationsCount: (_source, args, context, info) =>
    exactCount(
      search(context.store.locations.values(), locationSearch, args, context, info).length,
      args["limit"],
    ),
  node: (_source, args, context) => findNode(context, requiredText(args, "id")),
  nodes: (_source, args, context) =>
    (textsArg(args, "ids") ?? []).map((id) => findNode(context, id)),
  order: byGlobalId("Order"),
  orders: (_source, args, context, info) => {
    const rows = search(visibleOrders(context), orderSearch(context), args, context, info);
    return connection({ rows, idOf, ...orderSort(args) }, args);
  },
  ordersCount: (_source, args, context, info) =>
    exactCount(
      search(visibleOrders(context), orderSearch(context), args, context, info).length,
      args["limit"],
    ),
  product: byGlobalId("Product"),
  productVariant: byGlobalId("ProductVariant"),
  productVariants: (_source, args, context, info) => {
    const spec = variantSearch(context);
    const rows = search(context.store.variants.values(), spec, args, context, info);
    return connection({ rows, idOf, ...variantSort(args, context) }, args);
  },
  productVariantsCount: (_source, args, context, info) =>
    exactCount(
      search(context.store.variants.values(), variantSearch(context), args, context, info).length,
      args["limit"],
    ),
  products: (_source, args, context, info) => {
    const spec = productSearch(context);
    const rows = search(context.store.products.values(), spec, args, context, info);
    return connection({ rows, idOf, ...productSort(args, context) }, args);
  },
  productsCount: (_source, args, context, info) =>
    exactCount(
      search(context.store.products.values(), productSearch(context), args, context, info).length,
      args["limit"],
    ),
  publicApiVersions,
  refund: byGlobalId("Refund"),
  shop: (_source, _args, { store }) => store.shop,
  webhookSubscription: byGlobalId("WebhookSubscription"),
  webhookSubscriptions: (_source, args, context, info) => {
    const own = subscriptions(args, context);
    const rows = search(own, subscriptionSearch, args, context, info);
    return connection({ rows, idOf }, args);
  },
  webhookSubscriptionsCount: (_source, args, context, info) =>
    exactCount(
      search(context.store.subscriptions.values(), subscriptionSearch, args, context, info).length,
      args["limit"],
    ),
});
