import { toSecond } from "../state/clock.ts";
import { gid, levelGid, takeId } from "../state/ids.ts";
import {
  type Address,
  type InventoryLevelRow,
  type LocationRow,
  STORED_QUANTITIES,
  type Store,
} from "../state/model.ts";
import { addLevel } from "../state/seed-stores.ts";
import { findLevel, isOpen } from "../state/store-lookups.ts";
import {
  restDisconnectedLevel,
  restInventoryLevel,
  restLocation,
} from "../webhooks/rest-inventory.ts";
import { restId } from "../webhooks/rest-parts.ts";
import type { Change } from "./change.ts";
import { changeStock } from "./stock.ts";

export type LocationEdit = Partial<Pick<LocationRow, "name" | "address">>;

type LocationTopic = "create" | "update" | "activate" | "deactivate";

function tell(change: Change, location: LocationRow, topic: LocationTopic): void {
  const { store } = change;
  change.emit({
    topic: `locations/${topic}`,
    resource: gid("Location", location.id),
    body: () => restLocation(store, location),
  });
}

/** Opens a location that stocks nothing yet; sends locations/create. */
export function addLocation(change: Change, name: string, address: Address): LocationRow {
  const { store } = change;
  const now = toSecond(change.nowMs);
  const stamps = { createdAt: now, updatedAt: now };
  const id = takeId(store, "Location");
  const location: LocationRow = { kind: "Location", id, name, address, active: true, ...stamps };
  store.locations.set(id, location);
  tell(change, location, "create");
  return location;
}

/** Changes a location; sends locations/update. */
export function editLocation(change: Change, location: LocationRow, edit: LocationEdit): void {
  Object.assign(location, edit);
  location.updatedAt = toSecond(change.nowMs);
  tell(change, location, "update");
}

/** Opens a closed location again; sends locations/activate. */
export function activateLocation(change: Change, location: LocationRow): void {
  location.active = true;
  location.updatedAt = toSecond(change.nowMs);
  tell(change, location, "activate");
}

/**
 * Closes a location. What it stocks and what it has to ship moves to `destination`, when there is
 * one. Sends locations/deactivate, and inventory_levels/update for both ends of what moved.
 */
export function deactivateLocation(
  change: Change,
  location: LocationRow,
  destination: LocationRow | null,
): void {
  const { store } = change;
  if (destination) {
    for (const level of levelsAt(store, location)) moveLevel(change, level, destination);
    moveFulfillmentOrders(change, location, destination);
  }
  location.active = false;
  location.updatedAt = toSecond(change.nowMs);
  tell(change, location, "deactivate");
}

function moveLevel(change: Change, from: InventoryLevelRow, { id: locationId }: LocationRow): void {
  const { store } = change;
  const moved = STORED_QUANTITIES.filter((name) => from.quantities[name] !== 0);
  if (moved.length === 0) return;
  const known = findLevel(store, from.inventoryItemId, locationId);
  const to = known ?? addLevel(store, from.inventoryItemId, locationId, 0, toSecond(change.nowMs));
  if (!known) {
    change.emit({
      topic: "inventory_levels/connect",
      resource: levelGid(to),
      body: () => restInventoryLevel(store, to),
    });
  }
  const arriving = Object.fromEntries(moved.map((name) => [name, from.quantities[name]]));
  const leaving = Object.fromEntries(moved.map((name) => [name, -from.quantities[name]]));
  changeStock(change, from, leaving);
  changeStock(change, to, arriving);
}

function moveFulfillmentOrders(change: Change, from: LocationRow, to: LocationRow): void {
  for (const row of change.store.fulfillmentOrders.values()) {
    if (row.locationId !== from.id || !isOpen(row)) continue;
    row.locationId = to.id;
    row.updatedAt = toSecond(change.nowMs);
    const moved = new Set(row.lines.map((line) => line.lineItemId));
    for (const line of change.store.orders.get(row.orderId)?.lineItems ?? []) {
      if (moved.has(line.id)) line.locationId = to.id;
    }
  }
}

/** Removes a closed location for good; sends locations/delete and inventory_levels/disconnect. */
export function deleteLocation(change: Change, location: LocationRow): void {
  const { store } = change;
  for (const level of levelsAt(store, location)) {
    store.inventoryLevels.delete(level.id);
    change.emit({
      topic: "inventory_levels/disconnect",
      resource: levelGid(level),
      body: () => restDisconnectedLevel(level),
    });
  }
  store.locations.delete(location.id);
  change.emit({
    topic: "locations/delete",
    resource: gid("Location", location.id),
    body: () => ({ id: restId(location.id) }),
  });
}

function levelsAt(store: Store, { id }: LocationRow): InventoryLevelRow[] {
  return [...store.inventoryLevels.values()].filter((level) => level.locationId === id);
}
