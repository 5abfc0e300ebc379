import type { Change } from "../commerce/change.ts";
import { shipFulfillmentOrder } from "../commerce/fulfillments.ts";
import { placeOrder } from "../commerce/orders.ts";
import type { Store } from "./model.ts";
import type { Random } from "./random.ts";
import { levelsOfItem } from "./store-lookups.ts";

const HOUR_MS = 3_600_000;
const ORDERS_PER_STORE = 30;
/** About this long ago the first of them was placed. */
const HISTORY_HOURS = 20 * 24;
const SHIPPED_PERCENT = 70;

/** Orders from before the app was there: nobody was told about them. */
export function seedOrders(store: Store, random: Random, nowMs: number): void {
  const variants = [...store.variants.values()];
  const customers = [...store.customers.values()];
  for (let count = 0; count < ORDERS_PER_STORE; count += 1) {
    const age = ((ORDERS_PER_STORE - count) / ORDERS_PER_STORE) * HISTORY_HOURS * HOUR_MS;
    const change: Change = {
      store,
      nowMs: nowMs - age,
      eventId: "",
      emit: () => undefined,
    };
    const lines = Array.from({ length: random.between(1, 3) }, () => random.pick(variants))
      .filter((variant, index, all) => all.indexOf(variant) === index)
      .flatMap((variant) => {
        const [level] = levelsOfItem(store, variant.inventoryItemId);
        return level ? [{ variant, level, quantity: random.between(1, 2) }] : [];
      });
    const token = `${store.shop.id}${String(count).padStart(4, "0")}seed`;
    const order = placeOrder(change, lines, random.pick(customers), token);
    const [open] = order.fulfillmentOrderIds;
    const fulfillmentOrder = open === undefined ? undefined : store.fulfillmentOrders.get(open);
    if (!fulfillmentOrder || !random.chance(SHIPPED_PERCENT)) continue;
    const shipped = { ...change, nowMs: change.nowMs + 6 * HOUR_MS };
    const tracking = `TW${random.between(10_000_000, 99_999_999)}`;
    shipFulfillmentOrder(shipped, order, fulfillmentOrder, tracking);
  }
}
