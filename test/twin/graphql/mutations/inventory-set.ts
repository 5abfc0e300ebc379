import { changeStock } from "../../commerce/stock.ts";
import { findLevel, quantityOf } from "../../state/store-lookups.ts";
import { intArg, objectArg, objectsArg, requiredText } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import { runOnce } from "../idempotency.ts";
import type { UserError } from "../user-errors.ts";
import {
  type AdjustmentGroup,
  adjustmentGroup,
  checkCommonInput,
  isStale,
  levelAt,
  loseUnit,
  raceWrite,
  type Place,
  QUANTITY_LIMIT,
  readPlace,
  requireChangeFrom,
  staleError,
  withOnHand,
} from "./inventory-rules.ts";

type SetRow = { place: Place; quantity: number };

/** inventorySetQuantities: compare-and-set of available or on hand; all rows or none. */
export const inventorySetQuantities: FieldFn<unknown> = (_source, args, context, info) => {
  const input = objectArg(args, "input");
  requireChangeFrom(objectsArg(input, "quantities"), "InventoryQuantityInput");
  return runOnce<AdjustmentGroup | null>(context, info, args, {
    run: () => {
      raceWrite(context, objectsArg(input, "quantities"));
      const { rows, errors } = check(context, input);
      if (errors.length > 0) return { userErrors: errors };
      const result = apply(context, input, rows);
      loseUnit(context, objectsArg(input, "quantities"));
      return { result };
    },
    answer: (group) => ({ inventoryAdjustmentGroup: group, userErrors: [] }),
    refuse: (userErrors) => ({ inventoryAdjustmentGroup: null, userErrors }),
  });
};

function check(context: GraphContext, input: Args): { rows: SetRow[]; errors: UserError[] } {
  const { store } = context;
  const name = requiredText(input, "name");
  const errors = checkCommonInput(input);
  if (name !== "available" && name !== "on_hand") {
    errors.push({
      field: ["input", "name"],
      message: "The quantity name must be either 'available' or 'on_hand'.",
      code: "INVALID_NAME",
    });
  }
  const seen = new Set<string>();
  const rows = objectsArg(input, "quantities").map((row, index): SetRow => {
    const at = ["input", "quantities", String(index)];
    const item = [...at, "inventoryItemId"];
    const location = [...at, "locationId"];
    const ids = {
      item: requiredText(row, "inventoryItemId"),
      location: requiredText(row, "locationId"),
    };
    const { place, errors: placeErrors } = readPlace(store, ids, { item, location });
    errors.push(...placeErrors);
    const key = `${place.inventoryItemId} ${place.locationId}`;
    if (seen.has(key)) {
      const message = "The combination of inventoryItemId and locationId must be unique.";
      const code = "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR";
      errors.push({ field: location, message, code });
    }
    seen.add(key);
    const quantity = intArg(row, "quantity") ?? 0;
    errors.push(...checkBounds(name, quantity, [...at, "quantity"]));
    const level = findLevel(store, place.inventoryItemId, place.locationId);
    const actual = level ? (quantityOf(level, name) ?? 0) : 0;
    if (placeErrors.length === 0 && isStale(row, actual)) {
      errors.push(staleError([...at, "changeFromQuantity"]));
    }
    return { place, quantity };
  });
  return { rows, errors };
}

function checkBounds(name: string, quantity: number, field: string[]): UserError[] {
  if (quantity > QUANTITY_LIMIT) {
    const message = "The quantity can't be higher than 1,000,000,000.";
    return [{ field, message, code: "INVALID_QUANTITY_TOO_HIGH" }];
  }
  if (quantity < -QUANTITY_LIMIT) {
    const message = "The quantity can't be lower than -1,000,000,000.";
    return [{ field, message, code: "INVALID_QUANTITY_TOO_LOW" }];
  }
  if (name === "on_hand" && quantity < 0) {
    const message = "The quantity can't be negative.";
    return [{ field, message, code: "INVALID_QUANTITY_NEGATIVE" }];
  }
  return [];
}

function apply(context: GraphContext, input: Args, rows: SetRow[]): AdjustmentGroup | null {
  const name = requiredText(input, "name");
  return context.perform((change) => {
    const changes = rows.map(({ place, quantity }) => {
      const level = levelAt(context, place);
      const delta = quantity - (quantityOf(level, name) ?? 0);
      // On hand is the sum of all states: setting it moves what is available.
      changeStock(change, level, { available: delta });
      return { name: "available", delta, ...place, ledgerDocumentUri: null };
    });
    return adjustmentGroup(context, input, withOnHand(changes));
  });
}
