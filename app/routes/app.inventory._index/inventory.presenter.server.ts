import type { AppContext } from "#app/context.server.ts";
import {
  groupOf,
  listHolds,
  listPools,
  poolLocationsOf,
  readExposure,
} from "#app/coordination/index.server.ts";
import { locationNames } from "#app/mirror/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";

/** Articles read at a time. */
const rowsPerPage = 50;

/** One page of the stock that stores share. */
export async function loadInventory(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  wanted: { readonly search: string; readonly after: string | null },
) {
  const group = await groupOf(db, shop);
  const [view, pools, holds, exposure, poolLocations] = await Promise.all([
    getShop(db, shop),
    listPools(db, shop, { limit: rowsPerPage, ...wanted }),
    listHolds({ db, vault }, { shop, groupId: group?.id ?? null }, { limit: 10, status: "held" }),
    readExposure({ db, clock }, shop),
    group === null ? [] : poolLocationsOf(db, group.id),
  ]);
  const here = pools.items.flatMap(({ stores }) => stores.filter((one) => one.shop === shop));
  const places = await locationNames(db, shop, [
    ...new Set(here.flatMap(({ locationId }) => locationId ?? [])),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shop,
    group,
    search: wanted.search,
    rows: pools.items,
    /** What the store calls the locations it shows them at, by gid. */
    places: Object.fromEntries(places),
    /** Where the group keeps stock. */
    poolLocations,
    next: pools.next,
    holds: holds.items,
    exposure,
  };
}

/** What `loadInventory` promises to the screen. */
export type InventoryPage = Awaited<ReturnType<typeof loadInventory>>;
