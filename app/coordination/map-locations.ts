import type { Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { groupOf, lockGroup } from "./group-store.ts";
import { dropDoubtsAt } from "./link-choice-store.ts";
import { keepPoolLocations, placeKey, placesOf, writePlaces } from "./pool-location-store.ts";
import type { StorePlaces } from "./shown-at.ts";
import type { TieDeps } from "./tie-articles.ts";
import { defaultPoolLocation, whereMost } from "./types.ts";

/** Where a store wants to show the pools of a pool location. */
export interface WantedPlace {
  readonly poolLocation: string;
  /** @see PoolLocationView */
  readonly shownAt: string | null;
}

/** What became of it. */
export type Mapped =
  | { readonly outcome: "mapped" }
  | { readonly outcome: "no_group" }
  | {
      readonly outcome: "wrong";
      readonly errors: readonly { readonly field: string; readonly message: string }[];
    };

/**
 * Says at which of its locations a store shows the pools of each pool location that is told, all at
 * once or not at all; the others stay as they are. Of two pool locations never the same place: a unit
 * sold there is gone from one pool. Its articles move there one after the other.
 */
export async function mapLocations(
  deps: TieDeps,
  caller: { readonly shop: string; readonly actor: string },
  wanted: readonly WantedPlace[],
): Promise<Mapped> {
  const { shop } = caller;
  return deps.db.transaction(async (tx): Promise<Mapped> => {
    const groupId = (await groupOf(tx, shop))?.id;
    if (groupId === undefined || !(await lockGroup(tx, groupId))) return { outcome: "no_group" };
    // It may have left while somebody else had the group.
    const before = (await groupOf(tx, shop))?.id === groupId ? await placesOf(tx, shop) : null;
    if (before === null) return { outcome: "no_group" };
    const there = await keepPoolLocations(tx, [groupId]);
    const after = changed(before, wanted);
    const errors = faultsOf(wanted, after, (id) => there.has(placeKey(groupId, id)));
    if (errors.length > 0) return { outcome: "wrong", errors };
    if (isSame(before, after)) return { outcome: "mapped" };
    await carryOut(deps, tx, caller, groupId, before, after);
    return { outcome: "mapped" };
  });
}

function changed(before: StorePlaces, wanted: readonly WantedPlace[]): StorePlaces {
  const after = new Map(before);
  for (const { poolLocation, shownAt } of wanted)
    if (shownAt === null) after.delete(poolLocation);
    else after.set(poolLocation, shownAt);
  return after;
}

function faultsOf(
  wanted: readonly WantedPlace[],
  after: StorePlaces,
  isThere: (poolLocation: string) => boolean,
): { field: string; message: string }[] {
  return wanted.flatMap(({ poolLocation, shownAt }, index) => {
    const at = `items.${String(index)}`;
    if (!isThere(poolLocation))
      return [{ field: `${at}.poolLocation`, message: "The group has no such pool location." }];
    if (shownAt === null) return [];
    if (shownAt === whereMost)
      return poolLocation === defaultPoolLocation
        ? []
        : [
            {
              field: `${at}.shownAt`,
              message: "Name one of the store's locations: only the default one can do without.",
            },
          ];
    const twice = [...after].some(([id, place]) => id !== poolLocation && place === shownAt);
    return twice
      ? [
          {
            field: `${at}.shownAt`,
            message:
              "This location shows another pool location already: choose another one, or none, for one of the two.",
          },
        ]
      : [];
  });
}

function isSame(before: StorePlaces, after: StorePlaces): boolean {
  return before.size === after.size && [...after].every(([id, at]) => before.get(id) === at);
}

async function carryOut(
  deps: TieDeps,
  tx: Transaction,
  { shop, actor }: { readonly shop: string; readonly actor: string },
  groupId: string,
  before: StorePlaces,
  after: StorePlaces,
): Promise<void> {
  await writePlaces(tx, shop, after);
  for (const id of before.keys()) if (!after.has(id)) await dropDoubtsAt(tx, shop, groupId, id);
  const detail = { places: Object.fromEntries(after) };
  const action = "store-group.locations-mapped";
  await recordAudit(tx, { shop, actor, action, subject: groupId, detail });
  const moving = { payload: { shop, groupId, after: null }, group: shop };
  // Articles that are shown nowhere may be in stock at the new place.
  await deps.enqueue(tx, "move-store-levels", [moving]);
  await deps.enqueue(tx, "link-store", [moving]);
}
