import { randomUUID } from "node:crypto";
import { createCustomer, editCustomer } from "../commerce/customers.ts";
import { cancelOrder, refundOrder, shipFulfillmentOrder } from "../commerce/fulfillments.ts";
import { placeOrder } from "../commerce/orders.ts";
import { renameShop } from "../commerce/shop-settings.ts";
import { changeStock } from "../commerce/stock.ts";
import { toSecond, utcTime } from "../state/clock.ts";
import { FIRST_NAMES, LAST_NAMES } from "../state/catalog-words.ts";
import { gid, levelGid, takeId } from "../state/ids.ts";
import type { OrderRow, Store } from "../state/model.ts";
import { OperationError, type Operations } from "../types.ts";
import {
  restDataRequest,
  restRedactCustomer,
  restShopReference,
} from "../webhooks/rest-customers.ts";
import { restShop } from "../webhooks/rest-shop.ts";
import {
  chooseCustomer,
  chooseLevel,
  chooseOrder,
  chooseVariant,
  openFulfillmentOrder,
} from "./choose.ts";
import { catalogOperations } from "./catalog-operations.ts";
import { type OperationsContext, type StoreOf, withoutUndefined } from "./context.ts";
import { faultOperations } from "./fault-operations.ts";
import { createFlashSales } from "./flash-sale.ts";
import { createIncidentPlayer } from "./play-incidents.ts";
import { readInput } from "./inputs.ts";
import { listCustomers, listOrders, listStock, storeSummary } from "./lists.ts";
import { orderOperations } from "./order-operations.ts";
import { locationOperations, stockingOperations } from "./place-operations.ts";
import { createTraffic } from "./traffic.ts";

/** The operations; traffic and incidents run by themselves until they are closed. */
export function createOperations(context: OperationsContext): {
  operations: Operations;
  close: () => void;
} {
  const storeOf = (shop: string): Store => {
    const store = context.stores.get(shop);
    if (store) return store;
    const names = [...context.stores.keys()].join(", ");
    throw new OperationError(`shop: there is no store ${shop}; there are ${names}.`);
  };
  const selling = sellingOperations(context, storeOf);
  const catalog = catalogOperations(context, storeOf);
  const people = peopleOperations(context, storeOf);
  const traffic = createTraffic({ ...selling, ...catalog, ...people }, context.random, context.now);
  const incidents = createIncidentPlayer(context);
  const flashSales = createFlashSales(context, selling);
  const operations: Operations = {
    ...selling,
    ...catalog,
    ...people,
    ...orderOperations(context, storeOf),
    ...locationOperations(context, storeOf),
    ...stockingOperations(context, storeOf),
    ...appOperations(context, storeOf),
    ...faultOperations(context, storeOf, incidents),
    listStores: () =>
      [...context.stores.values()].map((store) =>
        storeSummary(store, traffic.state(store.shop.domain)),
      ),
    listStock(raw) {
      const { shop, search, limit } = readInput("listStock", raw);
      return listStock(storeOf(shop), search, limit);
    },
    listOrders(raw) {
      const { shop, limit } = readInput("listOrders", raw);
      return listOrders(storeOf(shop), limit);
    },
    listCustomers(raw) {
      const { shop, search, limit } = readInput("listCustomers", raw);
      return listCustomers(storeOf(shop), search, limit);
    },
    traffic(raw) {
      const { shop, eventsPerSecond, seconds, stop } = readInput("traffic", raw);
      storeOf(shop);
      if (stop) return traffic.stop(shop);
      if (eventsPerSecond === undefined) return traffic.state(shop);
      return traffic.start(shop, eventsPerSecond, seconds);
    },
    flashSale: (raw) => flashSales.start(withoutUndefined(readInput("flashSale", raw))),
    flashSaleVerdict: () => flashSales.verdict(),
    ledger: (raw) => context.ledger.page(withoutUndefined(readInput("ledger", raw))),
  };
  const close = () => {
    traffic.close();
    incidents.close();
    flashSales.close();
  };
  return { operations, close };
}

function sellingOperations({ random, perform }: OperationsContext, storeOf: StoreOf) {
  return {
    sell(raw) {
      const input = readInput("sell", raw);
      const store = storeOf(input.shop);
      const quantity = input.quantity ?? 1;
      const variant = chooseVariant(store, random, input);
      const level = chooseLevel(store, variant, input.locationId, quantity);
      const customer = chooseCustomer(store, random, input.customerId);
      return perform(store, (change) => {
        const token = randomUUID().replaceAll("-", "");
        const order = placeOrder(change, [{ variant, level, quantity }], customer, token);
        const { available } = level.quantities;
        const { eventId } = change;
        return { eventId, orderId: order.id, name: order.name, sku: variant.sku, available };
      });
    },
    setStock(raw) {
      const input = readInput("setStock", raw);
      const store = storeOf(input.shop);
      const variant = chooseVariant(store, random, input);
      const level = chooseLevel(store, variant, input.locationId, 0);
      const { available } = input;
      return perform(store, (change) => {
        changeStock(change, level, { available: available - level.quantities.available });
        const { eventId } = change;
        return { eventId, inventoryLevelId: levelGid(level), sku: variant.sku, available };
      });
    },
    fulfill(raw) {
      const input = readInput("fulfill", raw);
      const store = storeOf(input.shop);
      const fits = (each: OrderRow) => openFulfillmentOrder(store, each) !== undefined;
      const order = chooseOrder(store, input.orderId, fits, "has nothing to ship");
      const open = openFulfillmentOrder(store, order);
      if (!open) throw new OperationError(`orderId: ${order.name} has nothing to ship.`);
      return perform(store, (change) => {
        const tracking = `TW${random.between(10_000_000, 99_999_999)}`;
        const fulfillment = shipFulfillmentOrder(change, order, open, tracking);
        return { eventId: change.eventId, orderId: order.id, fulfillmentId: fulfillment.id };
      });
    },
    cancelOrder(raw) {
      const input = readInput("cancelOrder", raw);
      const store = storeOf(input.shop);
      const order = chooseOrder(store, input.orderId, isUntouched, "cannot be cancelled any more");
      return perform(store, (change) => {
        cancelOrder(change, order);
        return { eventId: change.eventId, orderId: order.id };
      });
    },
    refund(raw) {
      const input = readInput("refund", raw);
      const store = storeOf(input.shop);
      const order = chooseOrder(
        store,
        input.orderId,
        (each) => each.financialStatus !== "REFUNDED",
        "is refunded already",
      );
      return perform(store, (change) => {
        const refund = refundOrder(change, order, input.restock ?? true);
        return { eventId: change.eventId, orderId: order.id, refundId: refund.id };
      });
    },
  } satisfies Partial<Operations>;
}

/** Nothing shipped, nothing given back. */
function isUntouched(order: OrderRow): boolean {
  return order.fulfillmentIds.length === 0 && order.refundIds.length === 0;
}

function peopleOperations({ random, now, perform }: OperationsContext, storeOf: StoreOf) {
  return {
    createCustomer(raw) {
      const input = readInput("createCustomer", raw);
      const store = storeOf(input.shop);
      return perform(store, (change) => {
        const customer = createCustomer(change, {
          firstName: input.firstName ?? random.pick(FIRST_NAMES),
          lastName: input.lastName ?? random.pick(LAST_NAMES),
          ...(input.email === undefined ? {} : { email: input.email }),
          street: `${random.between(1, 180)} Station Street`,
          place: store.shop.address,
          createdAt: toSecond(now()),
        });
        return { eventId: change.eventId, customerId: customer.id };
      });
    },
    updateCustomer(raw) {
      const { shop, customerId, ...edit } = readInput("updateCustomer", raw);
      const store = storeOf(shop);
      const customer = chooseCustomer(store, random, customerId);
      return perform(store, (change) => {
        editCustomer(change, customer, withoutUndefined(edit));
        return { eventId: change.eventId, customerId: customer.id };
      });
    },
    redact(raw) {
      const input = readInput("redact", raw);
      const store = storeOf(input.shop);
      const { customerId } = input;
      return perform(store, (change) => {
        if (customerId === undefined) {
          const resource = gid("Shop", store.shop.id);
          const body = () => restShopReference(store);
          change.emit({ topic: "shop/redact", resource, body });
        } else {
          const customer = chooseCustomer(store, random, customerId);
          const resource = gid("Customer", customer.id);
          const body = () => restRedactCustomer(store, customer, ordersOf(store, customer.id));
          change.emit({ topic: "customers/redact", resource, body });
        }
        return { eventId: change.eventId };
      });
    },
    dataRequest(raw) {
      const input = readInput("dataRequest", raw);
      const store = storeOf(input.shop);
      const customer = chooseCustomer(store, random, input.customerId);
      return perform(store, (change) => {
        const requestId = takeId(store, "DataRequest");
        const orderIds = ordersOf(store, customer.id);
        change.emit({
          topic: "customers/data_request",
          resource: gid("Customer", customer.id),
          body: () => restDataRequest(store, customer, orderIds, requestId),
        });
        return { eventId: change.eventId };
      });
    },
  } satisfies Partial<Operations>;
}

function appOperations(context: OperationsContext, storeOf: StoreOf) {
  const { perform, now } = context;
  return {
    installState(raw) {
      const { installation } = storeOf(readInput("installState", raw).shop);
      const { installed, scopes, installedAt } = installation;
      const since = installedAt === null ? null : utcTime(installedAt);
      return { installed, scopes: [...scopes], installedAt: since };
    },
    uninstall(raw) {
      const store = storeOf(readInput("uninstall", raw).shop);
      if (!store.installation.installed) {
        throw new OperationError(`shop: the app is not installed in ${store.shop.domain}.`);
      }
      return perform(store, (change) => {
        context.revokeTokens(store.shop.domain);
        Object.assign(store.installation, { installed: false, scopes: [], installedAt: null });
        store.subscriptions.clear();
        const body = () => restShop(store, now());
        const resource = gid("Shop", store.shop.id);
        change.emit({ topic: "app/uninstalled", resource, body });
        return { eventId: change.eventId };
      });
    },
    renameShop(raw) {
      const { shop, name } = readInput("renameShop", raw);
      return perform(storeOf(shop), (change) => {
        renameShop(change, name);
        return { eventId: change.eventId };
      });
    },
    setScopes(raw) {
      const { shop, scopes } = readInput("setScopes", raw);
      const store = storeOf(shop);
      const previous = store.installation.scopes;
      return perform(store, (change) => {
        store.installation.scopes = [...new Set(scopes)];
        const resource = gid("AppInstallation", store.installation.id);
        const body = () => ({
          id: BigInt(store.installation.id),
          shop_id: BigInt(store.shop.id),
          previous,
          current: [...store.installation.scopes],
          updated_at: utcTime(now()),
        });
        change.emit({ topic: "app/scopes_update", resource, body });
        return { eventId: change.eventId, scopes: [...store.installation.scopes] };
      });
    },
  } satisfies Partial<Operations>;
}

function ordersOf(store: Store, customerId: string): string[] {
  return [...store.orders.values()]
    .filter((order) => order.customerId === customerId)
    .map((order) => order.id);
}
