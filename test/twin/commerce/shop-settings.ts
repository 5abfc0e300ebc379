import { toSecond } from "../state/clock.ts";
import { gid } from "../state/ids.ts";
import { restShop } from "../webhooks/rest-shop.ts";
import type { Change } from "./change.ts";

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
