/** What the three inventory mutations have in common: rows, rules, words, and the result. */
import { randomInt } from "node:crypto";
import { GraphQLError } from "graphql";
import { utcTime } from "../../state/clock.ts";
import { gid, idOfKind } from "../../state/ids.ts";
import { changeStock } from "../../commerce/stock.ts";
import type { InventoryLevelRow, Store } from "../../state/model.ts";
import { addLevel } from "../../state/seed-stores.ts";
import { findLevel } from "../../state/store-lookups.ts";
import { toSecond } from "../../state/clock.ts";
import { intArg, isGiven, requiredText, textArg } from "../arguments.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import { appSource } from "../app-identity.ts";
import type { UserError } from "../user-errors.ts";

/** Names inventoryAdjustQuantities and inventoryMoveQuantities accept. */
export const ADJUSTABLE = [
  "available",
  "damaged",
  "incoming",
  "quality_control",
  "reserved",
  "safety_stock",
];

const REASONS = [
  "correction",
  "cycle_count_available",
  "damaged",
  "movement_canceled",
  "movement_created",
  "movement_received",
  "movement_updated",
  "other",
  "promotion",
  "quality_control",
  "received",
  "reservation_created",
  "reservation_deleted",
  "reservation_updated",
  "restock",
  "safety_stock",
  "shrinkage",
];

export const QUANTITY_LIMIT = 1_000_000_000;

/** One change of one state of one level; plain data, kept for replayed answers. */
export type QuantityChange = {
  name: string;
  delta: number;
  inventoryItemId: string;
  locationId: string;
  ledgerDocumentUri: string | null;
};

export type AdjustmentGroup = {
  kind: "InventoryAdjustmentGroup";
  id: string;
  createdAt: string;
  reason: string;
  referenceDocumentUri: string | null;
  rows: QuantityChange[];
};

export const inventoryAdjustmentTypes = [
  defineType<AdjustmentGroup>("InventoryAdjustmentGroup", {
    app: (_group, _args, { config, toml }) => appSource(config, toml),
    changes: (group, args) => {
      const wanted = (name: string) => (Array.isArray(args[name]) ? args[name] : undefined);
      const items = wanted("inventoryItemIds");
      const locations = wanted("locationIds");
      const names = wanted("quantityNames");
      return group.rows.filter(
        (row) =>
          (items === undefined || items.includes(gid("InventoryItem", row.inventoryItemId))) &&
          (locations === undefined || locations.includes(gid("Location", row.locationId))) &&
          (names === undefined || names.includes(row.name)),
      );
    },
    staffMember: () => null,
  }),
  defineType<QuantityChange>("InventoryChange", {
    item: (row, _args, { store }) => store.inventoryItems.get(row.inventoryItemId) ?? null,
    location: (row, _args, { store }) => store.locations.get(row.locationId) ?? null,
    // Recorded: always null; who wants to know has to read.
    quantityAfterChange: () => null,
  }),
];

/** The group Shopify returns; null when nothing changed. */
export function adjustmentGroup(
  context: GraphContext,
  input: Args,
  rows: QuantityChange[],
): AdjustmentGroup | null {
  const changed = rows.filter((row) => row.delta !== 0);
  if (changed.length === 0) return null;
  return {
    kind: "InventoryAdjustmentGroup",
    id: gid("InventoryAdjustmentGroup", String(randomInt(10 ** 9, 10 ** 12))),
    createdAt: utcTime(context.nowMs),
    reason: requiredText(input, "reason"),
    referenceDocumentUri: textArg(input, "referenceDocumentUri") ?? null,
    rows: changed,
  };
}

/**
 * Since 2026-04 the compare-and-set value has to be sent; null says "do not compare".
 * @throws GraphQLError in Shopify's words when it was left out.
 */
export function requireChangeFrom(rows: Args[], typeName: string): void {
  if (rows.every((row) => isGiven(row, "changeFromQuantity"))) return;
  throw new GraphQLError(`${typeName} must include the following argument: changeFromQuantity.`, {
    extensions: { code: "INVALID_FIELD_ARGUMENTS" },
  });
}

/** Complaints about `reason` and `referenceDocumentUri`. */
export function checkCommonInput(input: Args): UserError[] {
  const errors: UserError[] = [];
  if (!REASONS.includes(requiredText(input, "reason"))) {
    errors.push({
      field: ["input", "reason"],
      message: `The specified reason is invalid. Valid values are: ${REASONS.join(", ")}.`,
      code: "INVALID_REASON",
    });
  }
  const reference = textArg(input, "referenceDocumentUri");
  if (reference !== undefined && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(reference)) {
    errors.push({
      field: ["input", "referenceDocumentUri"],
      message: "The specified reference document is invalid.",
      code: "INVALID_REFERENCE_DOCUMENT",
    });
  }
  return errors;
}

export type Place = { inventoryItemId: string; locationId: string };

/** Item and location of a row, with complaints about those that do not exist. */
export function readPlace(
  store: Store,
  ids: { item: string; location: string },
  fields: { item: string[]; location: string[] },
): { place: Place; errors: UserError[] } {
  const inventoryItemId = idOfKind(ids.item, "InventoryItem") ?? "";
  const locationId = idOfKind(ids.location, "Location") ?? "";
  const errors: UserError[] = [];
  if (!store.inventoryItems.has(inventoryItemId)) {
    errors.push({
      field: fields.item,
      message: "The specified inventory item could not be found.",
      code: "INVALID_INVENTORY_ITEM",
    });
  }
  if (!store.locations.has(locationId)) {
    errors.push({
      field: fields.location,
      message: "The specified location could not be found.",
      code: "INVALID_LOCATION",
    });
  }
  return { place: { inventoryItemId, locationId }, errors };
}

/**
 * Quantities can be set anywhere (2026-10): where an item never was stocked, it then is. A level that
 * was switched off takes them too, and stays off.
 */
export function levelAt(context: GraphContext, place: Place): InventoryLevelRow {
  const { store, nowMs } = context;
  const level = findLevel(store, place.inventoryItemId, place.locationId);
  return level ?? addLevel(store, place.inventoryItemId, place.locationId, 0, toSecond(nowMs));
}

/** The complaint when a value is not what the caller expects to find. */
export function staleError(field: string[]): UserError {
  return {
    field,
    message: "The changeFromQuantity argument no longer matches the persisted quantity.",
    code: "CHANGE_FROM_QUANTITY_STALE",
  };
}

/** Whether the caller compares, and is wrong. */
export function isStale(row: Args, actual: number): boolean {
  const expected = intArg(row, "changeFromQuantity");
  return expected !== undefined && expected !== actual;
}

/** Complaints about a row's ledger document: needed on every state but available. */
export function checkLedger(name: string, uri: string | undefined, field: string[]): UserError[] {
  if (name === "available") {
    if (uri === undefined) return [];
    const message = "A ledger document URI is not allowed when adjusting available.";
    return [{ field, message, code: "INVALID_AVAILABLE_DOCUMENT" }];
  }
  if (uri === undefined) {
    const message = "A ledger document URI is required except when adjusting available.";
    return [{ field, message, code: "INVALID_QUANTITY_DOCUMENT" }];
  }
  if (uri.startsWith("gid://shopify/")) {
    const message =
      "Internal (gid://shopify/) ledger documents are not allowed to be adjusted via API.";
    return [{ field, message, code: "INTERNAL_LEDGER_DOCUMENT" }];
  }
  if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(uri)) {
    const message = "The specified ledger document is invalid.";
    return [{ field, message, code: "INVALID_LEDGER_DOCUMENT" }];
  }
  return [];
}

/** Changes of other states than incoming move on hand as well. */
export function withOnHand(rows: QuantityChange[]): QuantityChange[] {
  const mirrored = rows
    .filter((row) => row.name !== "incoming" && row.name !== "on_hand")
    .map((row) => ({ ...row, name: "on_hand", ledgerDocumentUri: null }));
  return [...rows, ...mirrored];
}

/** The fault "somebody was faster": a unit of the first row is sold before the write is checked. */
export function raceWrite(context: GraphContext, [first]: Args[]): void {
  if (!first || !context.random.chance(context.faults.raceOnWrite)) return;
  moveFirst(context, first, { available: -1, committed: 1 });
}

/** The fault "one lower": what was written is taken for a difference, and a unit gets lost. */
export function loseUnit(context: GraphContext, [first]: Args[]): void {
  if (!first || !context.random.chance(context.faults.offByOne)) return;
  moveFirst(context, first, { available: -1 });
}

function moveFirst(context: GraphContext, row: Args, by: Parameters<typeof changeStock>[2]): void {
  const item = idOfKind(requiredText(row, "inventoryItemId"), "InventoryItem");
  const location = idOfKind(requiredText(row, "locationId"), "Location");
  const level = findLevel(context.store, item ?? "", location ?? "");
  if (level) context.perform((change) => changeStock(change, level, by));
}
