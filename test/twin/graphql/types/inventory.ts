import { GraphQLError } from "graphql";
import {
  hasInventory,
  hasPendingOrders,
  openLocations,
  whyNotActivate,
  whyNotDelete,
} from "../../commerce/location-rules.ts";
import { whyNotDisconnect } from "../../commerce/stock.ts";
import { utcTime } from "../../state/clock.ts";
import { gid, idOfKind, levelGid } from "../../state/ids.ts";
import type { InventoryItemRow, InventoryLevelRow, LocationRow } from "../../state/model.ts";
import { stockAt } from "../../state/stock-history.ts";
import { findLevel, levelsOfItem, quantityOf } from "../../state/store-lookups.ts";
import { boolArg, requiredText, textsArg } from "../arguments.ts";
import { connection, plainConnection } from "../connections.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import { byId, byText, byTime, byWords, search, type SearchSpec, STAMPS } from "../search.ts";
import { metafieldOwnerFields } from "./metafields.ts";
import { addressFields, exactCount, idFields, moneyV2, timeFields } from "./shared-fields.ts";

/** Filters of `inventoryItems`. */
export const itemSearch: SearchSpec<InventoryItemRow> = {
  indexed: STAMPS,
  fields: {
    created_at: byTime((row) => row.createdAt),
    id: byId((row) => row.id),
    sku: byText((row) => row.sku),
    updated_at: byTime((row) => row.updatedAt),
  },
};

/** Filters of `inventoryLevels`, which is answered from the database and does not lag. */
const levelSearch: SearchSpec<InventoryLevelRow> = {
  fields: {
    created_at: byTime((row) => row.createdAt),
    id: byId((row) => row.id),
    inventory_group_id: byId((row) => row.inventoryItemId),
    inventory_item_id: byId((row) => row.inventoryItemId),
    updated_at: byTime((row) => row.updatedAt),
  },
};

/** Filters of `locations`. */
export const locationSearch: SearchSpec<LocationRow> = {
  words: (row) => row.name,
  fields: {
    active: byText((row) => String(row.active)),
    address1: byText((row) => row.address.address1),
    city: byText((row) => row.address.city),
    country: byText((row) => row.address.country),
    created_at: byTime((row) => row.createdAt),
    id: byId((row) => row.id),
    location_id: byId((row) => row.id),
    name: byWords((row) => row.name),
    province: byText((row) => row.address.province),
    zip: byText((row) => row.address.zip),
  },
};

/** The states `quantities(names:)` can be asked for, with what contains what. */
const QUANTITY_NAMES: Record<string, { belongsTo: string[]; comprises: string[] }> = {
  available: { belongsTo: ["on_hand"], comprises: [] },
  committed: { belongsTo: ["on_hand"], comprises: [] },
  damaged: { belongsTo: ["on_hand"], comprises: [] },
  incoming: { belongsTo: [], comprises: [] },
  on_hand: {
    belongsTo: [],
    comprises: ["available", "committed", "damaged", "quality_control", "reserved", "safety_stock"],
  },
  quality_control: { belongsTo: ["on_hand"], comprises: [] },
  reserved: { belongsTo: ["on_hand"], comprises: [] },
  safety_stock: { belongsTo: ["on_hand"], comprises: [] },
};

/** Source of `inventoryProperties`. */
export function inventoryProperties() {
  return {
    quantityNames: Object.entries(QUANTITY_NAMES).map(([name, relations]) => ({
      name,
      displayName: name.replaceAll("_", " "),
      isInUse: true,
      ...relations,
    })),
  };
}

function quantity(level: InventoryLevelRow, name: string, atMs: number) {
  const shown = stockAt(level, atMs);
  const value = name === "available" ? shown.available : quantityOf(level, name);
  if (value === undefined || !QUANTITY_NAMES[name]) {
    throw new GraphQLError(`The quantity name '${name}' is invalid.`, {
      extensions: { code: "INVALID_FIELD_ARGUMENTS" },
    });
  }
  const id = `${gid("InventoryQuantity", level.id)}?inventory_item_id=${level.inventoryItemId}&name=${name}`;
  // Recorded: only `available` has a time of its own.
  const updatedAt = name === "available" ? utcTime(shown.updatedAt) : null;
  return { kind: "InventoryQuantity", id, name, quantity: value, updatedAt };
}

function pageOfLevels(
  rows: Iterable<InventoryLevelRow>,
  args: Args,
  context: GraphContext,
  info: Parameters<typeof search>[4],
) {
  const inactiveToo = boolArg(args, "includeInactive");
  const visible = [...rows].filter((level) => level.active || inactiveToo);
  const found = search(visible, levelSearch, args, context, info);
  return connection({ rows: found, idOf: (level) => level.id }, args);
}

function oneLevel(level: InventoryLevelRow | undefined, args: Args): InventoryLevelRow | null {
  if (!level) return null;
  return level.active || boolArg(args, "includeInactive") ? level : null;
}

export const inventoryTypes = [
  defineType<InventoryItemRow>("InventoryItem", {
    ...idFields,
    ...timeFields,
    countryHarmonizedSystemCodes: (_row, args) => plainConnection([], args),
    duplicateSkuCount: (row, _args, { store }) =>
      [...store.inventoryItems.values()].filter((item) => item.sku === row.sku).length - 1,
    inventoryLevel: (row, args, { store }) => {
      const locationId = idOfKind(requiredText(args, "locationId"), "Location");
      return locationId === undefined ? null : oneLevel(findLevel(store, row.id, locationId), args);
    },
    inventoryLevels: (row, args, context, info) =>
      pageOfLevels(levelsOfItem(context.store, row.id), args, context, info),
    locationsCount: (row, _args, { store }) =>
      exactCount(levelsOfItem(store, row.id).filter((level) => level.active).length, null),
    measurement: (row) => ({
      id: gid("InventoryItemMeasurement", row.id),
      weight: { unit: "GRAMS", value: row.grams },
    }),
    trackedEditable: () => ({ locked: false, reason: null }),
    unitCost: (row, _args, { store }) => moneyV2(row.cost, store.shop.currency),
    variant: (row, _args, { store }) => store.variants.get(row.variantId),
    variants: (row, args, { store }) => {
      const variant = store.variants.get(row.variantId);
      return connection({ rows: variant ? [variant] : [], idOf: (each) => each.id }, args);
    },
  }),
  defineType<InventoryLevelRow>("InventoryLevel", {
    ...timeFields,
    id: levelGid,
    canDeactivate: (row, _args, { store }) => row.active && whyNotDisconnect(store, row) === null,
    deactivationAlert: (row, _args, { store }) => whyNotDisconnect(store, row),
    isActive: (row) => row.active,
    item: (row, _args, { store }) => store.inventoryItems.get(row.inventoryItemId),
    location: (row, _args, { store }) => store.locations.get(row.locationId),
    quantities: (row, args, { levelsAtMs }) =>
      (textsArg(args, "names") ?? []).map((name) => quantity(row, name, levelsAtMs)),
    updatedAt: (row, _args, { levelsAtMs }) => utcTime(stockAt(row, levelsAtMs).updatedAt),
    scheduledChanges: (_row, args) => plainConnection([], args),
  }),
  defineType<LocationRow>("Location", {
    ...idFields,
    ...timeFields,
    ...metafieldOwnerFields,
    activatable: (row, _args, { store }) => whyNotActivate(store, row) === null,
    address: (row) => addressFields(row.address),
    addressVerified: () => true,
    deactivatable: (row, _args, { store }) =>
      openLocations(store).some((location) => location.id !== row.id),
    deactivatedAt: (row) => (row.active ? null : utcTime(row.updatedAt)),
    deletable: (row, _args, { store }) => whyNotDelete(store, row) === null,
    fulfillsOnlineOrders: () => true,
    hasActiveInventory: (row, _args, { store }) => hasInventory(store, row),
    hasUnfulfilledOrders: (row, _args, { store }) => hasPendingOrders(store, row),
    inventoryLevel: (row, args, { store }) => {
      const itemId = idOfKind(requiredText(args, "inventoryItemId"), "InventoryItem");
      return itemId === undefined ? null : oneLevel(findLevel(store, itemId, row.id), args);
    },
    inventoryLevels: (row, args, context, info) => {
      const levels = [...context.store.inventoryLevels.values()];
      const here = levels.filter((level) => level.locationId === row.id);
      return pageOfLevels(here, args, context, info);
    },
    isActive: (row) => row.active,
    isFulfillmentService: () => false,
    isPrimary: (row, _args, { store }) => [...store.locations.keys()][0] === row.id,
    shipsInventory: () => true,
    suggestedAddresses: () => [],
  }),
];
