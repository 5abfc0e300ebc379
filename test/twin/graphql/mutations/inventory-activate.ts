import { changeStock, connectLevel, touchLevel } from "../../commerce/stock.ts";
import { findLevel, onHand } from "../../state/store-lookups.ts";
import { intArg, requiredText } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import { runOnce } from "../idempotency.ts";
import { levelAt, type Place, QUANTITY_LIMIT, readPlace } from "./inventory-rules.ts";

/** inventoryActivate: stocks an item at a location; quantities it already has stay. */
export const inventoryActivate: FieldFn<unknown> = (_source, args, context, info) =>
  runOnce<Place>(context, info, args, {
    run: () => {
      const checked = check(context, args);
      if ("message" in checked) return { userErrors: [{ field: null, message: checked.message }] };
      activate(context, args, checked);
      return { result: checked };
    },
    answer: (place) => ({
      inventoryLevel: findLevel(context.store, place.inventoryItemId, place.locationId) ?? null,
      userErrors: [],
    }),
    refuse: (userErrors) => ({ inventoryLevel: null, userErrors }),
  });

function check({ store }: GraphContext, args: Args): Place | { message: string } {
  const ids = {
    item: requiredText(args, "inventoryItemId"),
    location: requiredText(args, "locationId"),
  };
  const { place } = readPlace(store, ids, { item: [], location: [] });
  const location = store.locations.get(place.locationId);
  if (!location) {
    return { message: "The product couldn't be stocked because the location wasn't found." };
  }
  const start = `The product couldn't be stocked at ${location.name} because`;
  if (!store.inventoryItems.has(place.inventoryItemId)) {
    return { message: `${start} the product was deleted.` };
  }
  const available = intArg(args, "available");
  const wanted = intArg(args, "onHand");
  if (available !== undefined && wanted !== undefined) {
    return {
      message: `${start} not allowed to set available and on_hand quantities at the same time.`,
    };
  }
  if (Math.abs(available ?? wanted ?? 0) > QUANTITY_LIMIT) {
    return { message: `${start} the quantity needs to be between -1 billion and 1 billion.` };
  }
  const level = findLevel(store, place.inventoryItemId, place.locationId);
  if (level?.active && available !== undefined) {
    return {
      message:
        "Not allowed to set available quantity when the item is already active at the location.",
    };
  }
  if (level?.active && wanted !== undefined) {
    return {
      message:
        "Not allowed to set an on_hand quantity when the item is already active at the location.",
    };
  }
  return place;
}

function activate(context: GraphContext, args: Args, place: Place): void {
  const { store } = context;
  const known = findLevel(store, place.inventoryItemId, place.locationId);
  if (known?.active) return;
  context.perform((change) => {
    const level = levelAt(context, place);
    connectLevel(change, level);
    const available = intArg(args, "available");
    const wanted = intArg(args, "onHand");
    const delta =
      available !== undefined
        ? available - level.quantities.available
        : wanted !== undefined
          ? wanted - onHand(level)
          : 0;
    if (delta === 0) touchLevel(change, level);
    else changeStock(change, level, { available: delta });
  });
}
