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
  type Place,
  QUANTITY_LIMIT,
  readPlace,
  requireChangeFrom,
  staleError,
} from "./inventory-rules.ts";

type Terminal = { name: string; ledgerDocumentUri: string | null };
type MoveRow = { place: Place; quantity: number; from: Terminal; to: Terminal };

/** inventoryMoveQuantities: between two states of one level; all rows or none. */
export const inventoryMoveQuantities: FieldFn<unknown> = (_source, args, context, info) => {
  const input = objectArg(args, "input");
  const changes = objectsArg(input, "changes");
  const terminals = changes.flatMap((row) => [objectArg(row, "from"), objectArg(row, "to")]);
  requireChangeFrom(terminals, "InventoryMoveQuantityTerminalInput");
  return runOnce<AdjustmentGroup | null>(context, info, args, {
    run: () => {
      const errors = checkCommonInput(input);
      const rows = changes.map((row, index) => {
        const checked = checkRow(context, row, ["input", "changes", String(index)]);
        errors.push(...checked.errors);
        return checked.row;
      });
      errors.push(...checkLedgerCount(terminals));
      if (errors.length > 0) return { userErrors: errors };
      return { result: apply(context, input, rows) };
    },
    answer: (group) => ({ inventoryAdjustmentGroup: group, userErrors: [] }),
    refuse: (userErrors) => ({ inventoryAdjustmentGroup: null, userErrors }),
  });
};

function checkLedgerCount(terminals: Args[]): UserError[] {
  const uris = new Set(
    terminals.flatMap((terminal) => textArg(terminal, "ledgerDocumentUri") ?? []),
  );
  if (uris.size <= 1) return [];
  const message = "The maximum number of ledger document URIs is 1.";
  return [{ field: ["input", "changes"], message, code: "MAXIMUM_LEDGER_DOCUMENT_URIS" }];
}

function checkRow(
  context: GraphContext,
  row: Args,
  at: string[],
): { row: MoveRow; errors: UserError[] } {
  const from = objectArg(row, "from");
  const to = objectArg(row, "to");
  const ids = {
    item: requiredText(row, "inventoryItemId"),
    location: requiredText(from, "locationId"),
  };
  const fields = { item: [...at, "inventoryItemId"], location: [...at, "from", "locationId"] };
  const { place, errors } = readPlace(context.store, ids, fields);
  if (requiredText(to, "locationId") !== ids.location) {
    const message = "The quantities can't be moved between different locations.";
    errors.push({ field: at, message, code: "DIFFERENT_LOCATIONS" });
  }
  if (requiredText(from, "name") === requiredText(to, "name")) {
    const message = "The quantity names for each change can't be the same.";
    errors.push({ field: at, message, code: "SAME_QUANTITY_NAME" });
  }
  const quantity = intArg(row, "quantity") ?? 0;
  errors.push(...checkQuantity(quantity, [...at, "quantity"]));
  errors.push(...checkTerminal(context, place, from, [...at, "from"], -quantity));
  errors.push(...checkTerminal(context, place, to, [...at, "to"], quantity));
  return { row: { place, quantity, from: terminal(from), to: terminal(to) }, errors };
}

function terminal(input: Args): Terminal {
  return {
    name: requiredText(input, "name"),
    ledgerDocumentUri: textArg(input, "ledgerDocumentUri") ?? null,
  };
}

function checkQuantity(quantity: number, field: string[]): UserError[] {
  if (quantity < 0) {
    const message = "The quantity can't be negative.";
    return [{ field, message, code: "INVALID_QUANTITY_NEGATIVE" }];
  }
  if (quantity > QUANTITY_LIMIT) {
    const message = "The quantity can't be higher than 1,000,000,000.";
    return [{ field, message, code: "INVALID_QUANTITY_TOO_HIGH" }];
  }
  return [];
}

function checkTerminal(
  { store }: GraphContext,
  place: Place,
  input: Args,
  at: string[],
  delta: number,
): UserError[] {
  const name = requiredText(input, "name");
  if (!ADJUSTABLE.includes(name)) {
    const message = `The specified quantity name is invalid. Valid values are: ${ADJUSTABLE.join(", ")}.`;
    return [{ field: [...at, "name"], message, code: "INVALID_QUANTITY_NAME" }];
  }
  const uri = textArg(input, "ledgerDocumentUri");
  const errors = checkLedger(name, uri, [...at, "ledgerDocumentUri"]);
  const level = findLevel(store, place.inventoryItemId, place.locationId);
  const actual = level ? (quantityOf(level, name) ?? 0) : 0;
  if (isStale(input, actual)) errors.push(staleError([...at, "changeFromQuantity"]));
  else if (name !== "available" && actual + delta < 0) {
    const message = "The quantities couldn't be moved. Try again.";
    errors.push({ field: at, message, code: "MOVE_QUANTITIES_FAILED" });
  }
  return errors;
}

function apply(context: GraphContext, input: Args, rows: MoveRow[]): AdjustmentGroup | null {
  return context.perform((change) => {
    const changes = rows.flatMap(({ place, quantity, from, to }) => {
      const level = levelAt(context, place);
      changeStock(change, level, {
        [from.name as StoredQuantity]: -quantity,
        [to.name as StoredQuantity]: quantity,
      });
      const left = { ...from, delta: -quantity, ...place };
      const right = { ...to, delta: quantity, ...place };
      // Incoming does not count as on hand: moving out of it, or into it, changes the sum.
      const onHand =
        (from.name === "incoming" ? quantity : 0) - (to.name === "incoming" ? quantity : 0);
      const sum = { name: "on_hand", delta: onHand, ...place, ledgerDocumentUri: null };
      return [left, right, sum];
    });
    return adjustmentGroup(context, input, changes);
  });
}
