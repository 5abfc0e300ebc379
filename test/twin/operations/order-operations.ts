import { canBeDeleted as customerCanGo, deleteCustomer } from "../commerce/customers.ts";
import { editFulfillment } from "../commerce/fulfillments.ts";
import {
  addToOrder,
  canBeDeleted as orderCanGo,
  deleteOrder,
  removeFromOrder,
} from "../commerce/order-edits.ts";
import type { OrderRow, Store } from "../state/model.ts";
import { unfulfilled } from "../state/store-lookups.ts";
import { OperationError, type Operations } from "../types.ts";
import {
  chooseCustomer,
  chooseFulfillment,
  chooseLevel,
  chooseOrder,
  chooseVariant,
} from "./choose.ts";
import { type OperationsContext, type StoreOf, withoutUndefined } from "./context.ts";
import { readInput } from "./inputs.ts";

/** What may still happen to an order after it was placed, and to those who placed none. */
export function orderOperations({ random, perform }: OperationsContext, storeOf: StoreOf) {
  return {
    editOrder(raw) {
      const input = readInput("editOrder", raw);
      const store = storeOf(input.shop);
      const { quantity = 1 } = input;
      if (quantity === 0) throw new OperationError("quantity: say how many more, or fewer (-1).");
      const order = chooseOrder(store, input.orderId, isEditable, "cannot be edited any more");
      const edit = quantity > 0 ? planAddition : planRemoval;
      const run = edit(store, order, { ...input, quantity }, random);
      return perform(store, (change) => {
        const { lineItemId, delta } = run(change);
        return { eventId: change.eventId, orderId: order.id, lineItemId, delta };
      });
    },
    deleteOrder(raw) {
      const input = readInput("deleteOrder", raw);
      const store = storeOf(input.shop);
      const reason = "is neither cancelled nor archived";
      const order = chooseOrder(store, input.orderId, orderCanGo, reason);
      return perform(store, (change) => {
        deleteOrder(change, order);
        return { eventId: change.eventId, orderId: order.id };
      });
    },
    updateFulfillment(raw) {
      const { shop, fulfillmentId, ...edit } = readInput("updateFulfillment", raw);
      const store = storeOf(shop);
      const { fulfillment, order } = chooseFulfillment(store, fulfillmentId);
      const given = withoutUndefined(edit);
      const changes =
        Object.keys(given).length > 0 ? given : { shipmentStatus: "delivered" as const };
      return perform(store, (change) => {
        editFulfillment(change, order, fulfillment, changes);
        return { eventId: change.eventId, orderId: order.id, fulfillmentId: fulfillment.id };
      });
    },
    deleteCustomer(raw) {
      const input = readInput("deleteCustomer", raw);
      const store = storeOf(input.shop);
      const free = [...store.customers.values()].find((each) => customerCanGo(store, each));
      const id = input.customerId ?? free?.id;
      if (id === undefined) {
        throw new OperationError("customerId: every customer of this store has orders.");
      }
      const customer = chooseCustomer(store, random, id);
      if (!customerCanGo(store, customer)) {
        throw new OperationError("customerId: a customer with orders cannot be deleted.");
      }
      return perform(store, (change) => {
        deleteCustomer(change, customer);
        return { eventId: change.eventId, customerId: customer.id };
      });
    },
  } satisfies Partial<Operations>;
}

/** Open, and nothing given back. */
function isEditable(order: OrderRow): boolean {
  if (order.closedAt !== null || order.refundIds.length > 0) return false;
  return order.lineItems.some((line) => unfulfilled(line) > 0);
}

type Wanted = {
  sku?: string | undefined;
  variantId?: string | undefined;
  quantity: number;
};

type Random = OperationsContext["random"];

function planAddition(store: Store, order: OrderRow, wanted: Wanted, random: Random) {
  const variant = chooseVariant(store, random, wanted);
  const level = chooseLevel(store, variant, undefined, wanted.quantity);
  return (change: Parameters<typeof addToOrder>[0]) =>
    addToOrder(change, order, { variant, level, quantity: wanted.quantity });
}

function planRemoval(store: Store, order: OrderRow, wanted: Wanted, random: Random) {
  const named = wanted.sku !== undefined || wanted.variantId !== undefined;
  const variantId = named ? chooseVariant(store, random, wanted).id : undefined;
  const line = order.lineItems.find(
    (each) => unfulfilled(each) > 0 && (variantId === undefined || each.variantId === variantId),
  );
  if (!line) throw new OperationError(`sku: ${order.name} has none of it left to ship.`);
  return (change: Parameters<typeof addToOrder>[0]) =>
    removeFromOrder(change, order, line, -wanted.quantity);
}
