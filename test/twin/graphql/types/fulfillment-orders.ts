import { gid } from "../../state/ids.ts";
import type {
  FulfillmentHoldRow,
  FulfillmentOrderLineRow,
  FulfillmentOrderRow,
  LineItemRow,
} from "../../state/model.ts";
import { utcTime } from "../../state/clock.ts";
import { isOpen } from "../../state/store-lookups.ts";
import { boolArg } from "../arguments.ts";
import { connection, type SortValue } from "../connections.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import { byId, byText, byTime, type SearchSpec, STAMPS } from "../search.ts";
import { sortFrom } from "./products.ts";
import { addressFields, idFields, moneyBag, timeFields } from "./shared-fields.ts";

/** Filters of `fulfillmentOrders`. */
export const fulfillmentOrderSearch: SearchSpec<FulfillmentOrderRow> = {
  words: (row) => row.id,
  indexed: STAMPS,
  fields: {
    assigned_location_id: byId((row) => row.locationId),
    id: byId((row) => row.id),
    status: byText((row) => row.status),
    updated_at: byTime((row) => row.updatedAt),
  },
};

/**
 * Whether the app may see the fulfillment orders of the twin's locations, which the merchant manages
 * himself. The scopes for assigned and third-party ones open the door (Shopify publishes that with
 * its schema) to nothing: there are no fulfillment services here.
 */
export function seesFulfillmentOrders({ scopes }: GraphContext): boolean {
  return scopes.has("read_merchant_managed_fulfillment_orders");
}

/** Those the app may see; closed ones only when asked for. */
export function visibleFulfillmentOrders(context: GraphContext, args: Args): FulfillmentOrderRow[] {
  if (!seesFulfillmentOrders(context)) return [];
  const closedToo = boolArg(args, "includeClosed");
  return [...context.store.fulfillmentOrders.values()].filter((row) => closedToo || isOpen(row));
}

/** How `fulfillmentOrders` can be sorted. */
export function fulfillmentOrderSort(args: Args) {
  const keys: Record<string, (row: FulfillmentOrderRow) => SortValue> = {
    UPDATED_AT: (row) => row.updatedAt,
  };
  return sortFrom(keys, args);
}

/** A line with the order it belongs to, which it does not know itself. */
type LineSource = FulfillmentOrderLineRow & { orderId: string };

function orderLine(row: LineSource, { store }: GraphContext): LineItemRow | undefined {
  return store.orders.get(row.orderId)?.lineItems.find((line) => line.id === row.lineItemId);
}

export const fulfillmentOrderTypes = [
  defineType<FulfillmentOrderRow>("FulfillmentOrder", {
    ...idFields,
    ...timeFields,
    assignedLocation: (row, _args, { store }) => {
      const location = store.locations.get(row.locationId);
      if (!location) return undefined;
      return { ...addressFields(location.address), name: location.name, location };
    },
    fulfillAt: (row) => utcTime(row.createdAt),
    fulfillmentHolds: (row) => row.holds,
    fulfillments: (row, args, { store }) =>
      connection(
        {
          rows: [...store.fulfillments.values()].filter(
            (each) => each.fulfillmentOrderId === row.id,
          ),
          idOf: (each) => each.id,
        },
        args,
      ),
    lineItems: (row, args) =>
      connection(
        {
          rows: row.lines.map((line): LineSource => ({ ...line, orderId: row.orderId })),
          idOf: (line) => line.id,
        },
        args,
      ),
    order: (row, _args, { store }) => store.orders.get(row.orderId),
    orderId: (row) => gid("Order", row.orderId),
    orderName: (row, _args, { store }) => store.orders.get(row.orderId)?.name,
    orderProcessedAt: (row) => utcTime(row.createdAt),
    requestStatus: () => "UNSUBMITTED",
    supportedActions: (row) => supportedActions(row).map((action) => ({ action })),
  }),
  defineType<LineSource>("FulfillmentOrderLineItem", {
    ...idFields,
    inventoryItemId: (row, _args, context) => {
      const line = orderLine(row, context);
      return line ? gid("InventoryItem", line.inventoryItemId) : null;
    },
    lineItem: (row, _args, context) => orderLine(row, context),
    originalUnitPriceSet: (row, _args, context) =>
      moneyBag(orderLine(row, context)?.price ?? "0.00", context.store.shop.currency),
    productTitle: (row, _args, context) => orderLine(row, context)?.title,
    requiresShipping: () => true,
    sku: (row, _args, context) => orderLine(row, context)?.sku,
    variant: (row, _args, context) => {
      const line = orderLine(row, context);
      return line ? (context.store.variants.get(line.variantId) ?? null) : null;
    },
    variantTitle: (row, _args, context) => orderLine(row, context)?.variantTitle,
    vendor: (row, _args, context) => orderLine(row, context)?.vendor,
    warnings: () => [],
  }),
  defineType<FulfillmentHoldRow>("FulfillmentHold", {
    ...idFields,
    displayReason: (row) => row.reason.toLowerCase().replaceAll("_", " "),
    heldByRequestingApp: () => true,
  }),
];

function supportedActions(row: FulfillmentOrderRow): string[] {
  if (row.status === "OPEN") return ["CREATE_FULFILLMENT", "HOLD", "MOVE"];
  return row.status === "ON_HOLD" ? ["RELEASE_HOLD", "HOLD"] : [];
}
