/** When Shopify refuses to open, close or delete a location: codes and words of its Admin API. */
import { type LocationRow, STORED_QUANTITIES, type Store } from "../state/model.ts";
import { isOpen } from "../state/store-lookups.ts";

/** How many open locations a shop may have (Shop.resourceLimits). */
export const LOCATION_LIMIT = 10;

/** Why something cannot be done; `field` is the argument of Shopify's mutation. */
export type Refusal = { field: string[]; code: string; message: string };

export function hasInventory(store: Store, { id }: LocationRow): boolean {
  return [...store.inventoryLevels.values()].some(
    (level) =>
      level.locationId === id && STORED_QUANTITIES.some((name) => level.quantities[name] !== 0),
  );
}

/** Whether something still has to be shipped from there. */
export function hasPendingOrders(store: Store, { id }: LocationRow): boolean {
  return [...store.fulfillmentOrders.values()].some((row) => row.locationId === id && isOpen(row));
}

/** Null: the location can be opened (an open one stays open). */
export function whyNotActivate(store: Store, location: LocationRow): Refusal | null {
  const field = ["locationId"];
  const open = openLocations(store).filter((each) => each !== location);
  if (open.some((each) => each.name === location.name)) {
    const message = "There is already an active location with this name.";
    return { field, message, code: "HAS_NON_UNIQUE_NAME" };
  }
  return open.length >= LOCATION_LIMIT ? limitReached(field, "LOCATION_LIMIT") : null;
}

/** The refusal of one location more than the shop may have. */
export function limitReached(field: string[], code: string): Refusal {
  const message = `You have reached the maximum number of locations (${LOCATION_LIMIT})`;
  return { field, code, message };
}

/** Null: the location can be closed, and what it has moves to `destination` if there is one. */
export function whyNotDeactivate(
  store: Store,
  location: LocationRow,
  destination: LocationRow | null,
): Refusal | null {
  const refuse = (code: string, reason: string, field = "locationId"): Refusal => {
    return { field: [field], code, message: `Location could not be deactivated ${reason}` };
  };
  if (destination === location) {
    const reason =
      "because the destination location cannot be set to the location to be deactivated.";
    const code = "DESTINATION_LOCATION_IS_THE_SAME_LOCATION";
    return refuse(code, reason, "destinationLocationId");
  }
  if (destination && !destination.active) return destinationNotFound();
  if (openLocations(store).every((each) => each === location)) {
    const reason =
      "because it either has a fulfillment service or is the only location with a shipping address.";
    return refuse("PERMANENTLY_BLOCKED_FROM_DEACTIVATION_ERROR", reason);
  }
  if (destination) return null;
  if (hasInventory(store, location)) {
    const reason = "without specifying where to relocate inventory stocked at the location.";
    return refuse("HAS_ACTIVE_INVENTORY_ERROR", reason);
  }
  if (!hasPendingOrders(store, location)) return null;
  return refuse("HAS_FULFILLMENT_ORDERS_ERROR", "because it has pending orders.");
}

/** The refusal of a destination that is closed or unknown. */
export function destinationNotFound(): Refusal {
  return {
    field: ["destinationLocationId"],
    code: "DESTINATION_LOCATION_NOT_FOUND_OR_INACTIVE",
    message:
      "Location could not be deactivated because the destination location is not found or inactive.",
  };
}

/** Null: the location can be deleted. */
export function whyNotDelete(store: Store, location: LocationRow): Refusal | null {
  const refuse = (code: string, reason: string): Refusal => {
    const message = `The location cannot be deleted while it ${reason}.`;
    return { field: ["locationId"], code, message };
  };
  if (location.active) return refuse("LOCATION_IS_ACTIVE", "is active");
  if (hasInventory(store, location)) return refuse("LOCATION_HAS_INVENTORY", "has inventory");
  if (!hasPendingOrders(store, location)) return null;
  return refuse("LOCATION_HAS_PENDING_ORDERS", "has pending orders");
}

export function openLocations(store: Store): LocationRow[] {
  return [...store.locations.values()].filter((location) => location.active);
}
