import { toSecond } from "../state/clock.ts";
import { gid } from "../state/ids.ts";
import type { LocationRow } from "../state/model.ts";
import { restLocation } from "../webhooks/rest-inventory.ts";
import { restShop } from "../webhooks/rest-shop.ts";
import type { Change } from "./change.ts";

/** Renames a location; sends locations/update. */
export function renameLocation(change: Change, location: LocationRow, name: string): void {
  const { store } = change;
  location.name = name;
  location.updatedAt = toSecond(change.nowMs);
  change.emit({
    topic: "locations/update",
    resource: gid("Location", location.id),
    body: () => restLocation(store, location),
  });
}

/** Renames the shop; sends shop/update. */
export function renameShop(change: Change, name: string): void {
  const { store, nowMs } = change;
  store.shop.name = name;
  store.shop.updatedAt = toSecond(nowMs);
  change.emit({
    topic: "shop/update",
    resource: gid("Shop", store.shop.id),
    body: () => restShop(store, nowMs),
  });
}
