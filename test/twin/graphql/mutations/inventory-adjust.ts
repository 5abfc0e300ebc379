import { changeStock } from "../../commerce/stock.ts";
import type { StoredQuantity } from "../../state/model.ts";
import { findLevel, quantityOf } from "../../state/store-lookups.ts";
import { intArg, objectArg, objectsArg, requiredText, textArg } from "../arguments.ts";
import type { Args, FieldFn, GraphContext } from "../context.ts";
import { runOnce } from "../idempotency.ts";
import type { UserError } from "../user-errors.ts";
import {
  ADJUSTABLE,
  type AdjustmentGroup,
  adjustmentGroup,
  checkCommonInput,
  checkLedger,
  isStale,
  levelAt,
  raceWrite,
  type Place,
  QUANTITY_LIMIT,
  readPlace,
  requireChangeFrom,
  staleError,
  withOnHand,
} from "./inventory-rules.ts";

type AdjustRow = { place: Place; delta: number; ledgerDocumentUri: string | null };

/** inventoryAdjustQuantities: adds to one state; all rows or none. */
export const inventoryAdjustQuantities: FieldFn<unknown> = (_source, args, context, info) => {
  const input = objectArg(args, "input");
  requireChangeFrom(objectsArg(input, "changes"), "InventoryChangeInput");
  return runOnce<AdjustmentGroup | null>(context, info, args, {
    run: () => {
      raceWrite(context, objectsArg(input, "changes"));
      const { rows, errors } = check(context, input);
      if (errors.length > 0) return { userErrors: errors };
      return { result: apply(context, input, rows) };
    },
    answer: (group) => ({ inventoryAdjustmentGroup: group, userErrors: [] }),
    refuse: (userErrors) => ({ inventoryAdjustmentGroup: null, userErrors }),
  });
};

function check(context: GraphContext, input: Args): { rows: AdjustRow[]; errors: UserError[] } {
  const name = requiredText(input, "name");
  const errors = checkCommonInput(input);
  if (!ADJUSTABLE.includes(name)) {
    const message = `The specified quantity name is invalid. Valid values are: ${ADJUSTABLE.join(", ")}.`;
    errors.push({ field: ["input", "name"], message, code: "INVALID_QUANTITY_NAME" });
    return { rows: [], errors };
  }
  const changes = objectsArg(input, "changes");
  const ledgers = new Set(changes.map((row) => textArg(row, "ledgerDocumentUri") ?? ""));
  if (ledgers.size > 1) {
    const message =
      "All changes must have the same ledger document URI or, in the case of adjusting available, no ledger document URI.";
    errors.push({ field: ["input", "changes"], message, code: "MAX_ONE_LEDGER_DOCUMENT" });
  }
  const rows = changes.map((row, index) => {
    const checked = checkRow(context, name, row, ["input", "changes", String(index)]);
    errors.push(...checked.errors);
    return checked.row;
  });
  return { rows, errors };
}

function checkRow(
  { store }: GraphContext,
  name: string,
  row: Args,
  at: string[],
): { row: AdjustRow; errors: UserError[] } {
  const item = [...at, "inventoryItemId"];
  const location = [...at, "locationId"];
  const ids = {
    item: requiredText(row, "inventoryItemId"),
    location: requiredText(row, "locationId"),
  };
  const { place, errors } = readPlace(store, ids, { item, location });
  const uri = textArg(row, "ledgerDocumentUri");
  errors.push(...checkLedger(name, uri, [...at, "ledgerDocumentUri"]));
  const delta = intArg(row, "delta") ?? 0;
  const level = findLevel(store, place.inventoryItemId, place.locationId);
  const actual = level ? (quantityOf(level, name) ?? 0) : 0;
  if (errors.length === 0 && isStale(row, actual)) {
    errors.push(staleError([...at, "changeFromQuantity"]));
  }
  const after = actual + delta;
  if (after > QUANTITY_LIMIT) {
    const message = "The quantity can't be higher than 1,000,000,000.";
    errors.push({ field: [...at, "delta"], message, code: "INVALID_QUANTITY_TOO_HIGH" });
  }
  if (after < -QUANTITY_LIMIT || (name !== "available" && after < 0)) {
    const low = name === "available" ? "-1,000,000,000" : "0";
    const message = `The quantity can't be lower than ${low}.`;
    errors.push({ field: [...at, "delta"], message, code: "INVALID_QUANTITY_TOO_LOW" });
  }
  return { row: { place, delta, ledgerDocumentUri: uri ?? null }, errors };
}

function apply(context: GraphContext, input: Args, rows: AdjustRow[]): AdjustmentGroup | null {
  const name = requiredText(input, "name") as StoredQuantity;
  return context.perform((change) => {
    const changes = rows.map(({ place, delta, ledgerDocumentUri }) => {
      changeStock(change, levelAt(context, place), { [name]: delta });
      return { name, delta, ...place, ledgerDocumentUri };
    });
    return adjustmentGroup(context, input, withOnHand(changes));
  });
}
