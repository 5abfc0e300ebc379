import {
  limitReached,
  LOCATION_LIMIT,
  openLocations,
  type Refusal,
  whyNotActivate,
  whyNotDeactivate,
  whyNotDelete,
} from "../commerce/location-rules.ts";
import {
  activateLocation,
  addLocation,
  deactivateLocation,
  deleteLocation,
  editLocation,
} from "../commerce/locations.ts";
import { editItem } from "../commerce/products.ts";
import {
  changeStock,
  connectLevel,
  disconnectLevel,
  touchLevel,
  whyNotDisconnect,
} from "../commerce/stock.ts";
import { toSecond } from "../state/clock.ts";
import { levelGid } from "../state/ids.ts";
import type { LocationRow, Store } from "../state/model.ts";
import { fromCents, toCents } from "../state/money.ts";
import { addLevel } from "../state/seed-stores.ts";
import { findLevel } from "../state/store-lookups.ts";
import { OperationError, type Operations } from "../types.ts";
import { chooseLevel, chooseLocation, chooseVariant } from "./choose.ts";
import { type OperationsContext, type StoreOf, withoutUndefined } from "./context.ts";
import { readInput } from "./inputs.ts";

/** Opening, closing and deleting locations. */
export function locationOperations({ perform }: OperationsContext, storeOf: StoreOf) {
  return {
    createLocation(raw) {
      const input = readInput("createLocation", raw);
      const store = storeOf(input.shop);
      const name = input.name ?? `Depot ${store.locations.size + 1}`;
      if ([...store.locations.values()].some((each) => each.name === name)) {
        throw new OperationError(`name: this store has a location ${name}.`);
      }
      if (openLocations(store).length >= LOCATION_LIMIT) refuse(limitReached(["name"], ""));
      return perform(store, (change) => {
        const { id } = addLocation(change, name, store.shop.address);
        return { eventId: change.eventId, locationId: id, name };
      });
    },
    renameLocation(raw) {
      const { shop, locationId, name } = readInput("renameLocation", raw);
      const store = storeOf(shop);
      const location = chooseLocation(store, locationId);
      return perform(store, (change) => {
        editLocation(change, location, { name });
        return { eventId: change.eventId, locationId: location.id };
      });
    },
    activateLocation(raw) {
      const input = readInput("activateLocation", raw);
      const store = storeOf(input.shop);
      const location = named(store, input.locationId, (each) => !each.active, "closed");
      if (location.active) throw new OperationError("locationId: this location is open already.");
      refuse(whyNotActivate(store, location));
      return perform(store, (change) => {
        activateLocation(change, location);
        return { eventId: change.eventId, locationId: location.id };
      });
    },
    deactivateLocation(raw) {
      const input = readInput("deactivateLocation", raw);
      const store = storeOf(input.shop);
      const location = named(store, input.locationId, (each) => each.active, "open");
      if (!location.active)
        throw new OperationError("locationId: this location is closed already.");
      const heir = input.destinationLocationId;
      const destination =
        heir === undefined
          ? (openLocations(store).find((each) => each !== location) ?? null)
          : chooseLocation(store, heir, "destinationLocationId");
      refuse(whyNotDeactivate(store, location, destination));
      return perform(store, (change) => {
        deactivateLocation(change, location, destination);
        const { eventId } = change;
        const destinationLocationId = destination?.id ?? null;
        return { eventId, locationId: location.id, destinationLocationId };
      });
    },
    deleteLocation(raw) {
      const input = readInput("deleteLocation", raw);
      const store = storeOf(input.shop);
      const location = named(store, input.locationId, (each) => !each.active, "closed");
      refuse(whyNotDelete(store, location));
      return perform(store, (change) => {
        deleteLocation(change, location);
        return { eventId: change.eventId, locationId: location.id };
      });
    },
  } satisfies Partial<Operations>;
}

/** The location named, or the newest that fits. */
function named(
  store: Store,
  locationId: string | undefined,
  fits: (location: LocationRow) => boolean,
  otherwise: string,
): LocationRow {
  if (locationId !== undefined) return chooseLocation(store, locationId);
  const newest = [...store.locations.values()].findLast(fits);
  if (newest) return newest;
  throw new OperationError(`locationId: this store has no ${otherwise} location.`);
}

function refuse(refusal: Refusal | null): void {
  if (refusal) throw new OperationError(`${refusal.field.join(".")}: ${refusal.message}`);
}

/** What is stocked where, and what is written on it. */
export function stockingOperations({ random, perform }: OperationsContext, storeOf: StoreOf) {
  return {
    connectStock(raw) {
      const input = readInput("connectStock", raw);
      const store = storeOf(input.shop);
      const variant = chooseVariant(store, random, input);
      const item = variant.inventoryItemId;
      const stocked = (location: LocationRow) =>
        findLevel(store, item, location.id)?.active === true;
      const location =
        input.locationId === undefined
          ? openLocations(store).find((each) => !stocked(each))
          : chooseLocation(store, input.locationId);
      if (!location || stocked(location)) {
        const where = location ? `at ${location.name}` : "everywhere";
        throw new OperationError(`locationId: ${variant.sku} is stocked ${where} already.`);
      }
      return perform(store, (change) => {
        const level =
          findLevel(store, item, location.id) ??
          addLevel(store, item, location.id, 0, toSecond(change.nowMs));
        connectLevel(change, level);
        const delta = (input.available ?? level.quantities.available) - level.quantities.available;
        if (delta === 0) touchLevel(change, level);
        else changeStock(change, level, { available: delta });
        const { eventId } = change;
        return { eventId, inventoryLevelId: levelGid(level), sku: variant.sku };
      });
    },
    disconnectStock(raw) {
      const input = readInput("disconnectStock", raw);
      const store = storeOf(input.shop);
      const variant = chooseVariant(store, random, input);
      const level = chooseLevel(store, variant, input.locationId, 0);
      const reason = whyNotDisconnect(store, level);
      if (reason !== null) throw new OperationError(`locationId: ${reason}`);
      return perform(store, (change) => {
        disconnectLevel(change, level);
        const { eventId } = change;
        return { eventId, inventoryLevelId: levelGid(level), sku: variant.sku };
      });
    },
    editInventoryItem(raw) {
      const input = readInput("editInventoryItem", raw);
      const store = storeOf(input.shop);
      const variant = chooseVariant(store, random, input);
      const item = store.inventoryItems.get(variant.inventoryItemId);
      if (!item) throw new OperationError(`sku: ${variant.sku} has no inventory item.`);
      const { newSku, cost, tracked } = input;
      const money = cost === undefined ? undefined : fromCents(toCents(cost));
      const edit = withoutUndefined({ sku: newSku, cost: money, tracked });
      if (Object.keys(edit).length === 0) {
        throw new OperationError("newSku: say a new SKU, a new cost, or whether it is tracked.");
      }
      return perform(store, (change) => {
        editItem(change, item, edit);
        return { eventId: change.eventId, inventoryItemId: item.id, sku: item.sku };
      });
    },
  } satisfies Partial<Operations>;
}
