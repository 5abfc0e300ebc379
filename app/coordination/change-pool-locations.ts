import { randomBytes } from "node:crypto";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { groupOf, lockGroup } from "./group-store.ts";
import {
  deletePoolLocation,
  type InUse,
  keepPoolLocations,
  lockPoolLocation,
  namePoolLocation,
  placesOf,
  type PoolLocation,
  poolLocationsOf,
  usesOfPoolLocation,
} from "./pool-location-store.ts";
import { defaultPoolLocation, type PoolLocationView } from "./types.ts";

/** What changing pool locations takes. */
export interface PoolLocationDeps {
  readonly db: Database;
  readonly clock: Clock;
}

interface Caller {
  readonly shop: string;
  readonly actor: string;
}

/** Pool locations of a group, at most: each article may have as many pools. */
const mostPoolLocations = 20;

/** What became of it. `gone`: the store's group has no such pool location, or it has no group. */
export type ChangedPoolLocation =
  | { readonly outcome: "done"; readonly location: PoolLocation }
  | { readonly outcome: "gone" }
  | { readonly outcome: "refused"; readonly field: "" | "name"; readonly why: string };

const refused = (field: "" | "name", why: string): ChangedPoolLocation => ({
  outcome: "refused",
  field,
  why,
});

/** Where a store's group keeps stock, and where the store shows it; null: it is in no group. */
export async function listPoolLocations(
  { db }: Pick<PoolLocationDeps, "db">,
  shop: string,
): Promise<PoolLocationView[] | null> {
  const group = await groupOf(db, shop);
  if (group === null) return null;
  const places = await placesOf(db, shop);
  return (await poolLocationsOf(db, group.id)).map((location) => ({
    ...location,
    shownAt: places?.get(location.id) ?? null,
  }));
}

/**
 * Adds a place where the store's group keeps stock. Nothing is there yet, and no store shows it: each
 * says where, and the owner how many there are.
 */
export async function addPoolLocation(
  deps: PoolLocationDeps,
  caller: Caller,
  name: string,
): Promise<ChangedPoolLocation> {
  return changing(deps, caller, async (tx, groupId, known) => {
    if (known.length >= mostPoolLocations)
      return refused("", `A group has at most ${String(mostPoolLocations)} pool locations.`);
    if (isTaken(known, name)) return refused("name", takenWords);
    const location = { id: `ploc_${randomBytes(9).toString("hex")}`, name };
    await namePoolLocation(tx, groupId, location, deps.clock.now());
    return record(tx, caller, "pool-location.added", groupId, location);
  });
}

const takenWords = "The group has a pool location of this name already. Choose another name.";

/** Gives a pool location of the store's group another name. */
export async function renamePoolLocation(
  deps: PoolLocationDeps,
  caller: Caller,
  id: string,
  name: string,
): Promise<ChangedPoolLocation> {
  return changing(deps, caller, async (tx, groupId, known) => {
    const before = known.find((location) => location.id === id);
    if (before === undefined) return { outcome: "gone" };
    const others = known.filter((location) => location.id !== id);
    if (isTaken(others, name)) return refused("name", takenWords);
    const location = { id, name };
    if (before.name === name) return { outcome: "done", location };
    await namePoolLocation(tx, groupId, location, deps.clock.now());
    return record(tx, caller, "pool-location.renamed", groupId, location);
  });
}

/**
 * Removes a pool location of which nothing is left: no store shows it, and no units are there. A level
 * leaves its pool only once its last sale is counted, so no sale is lost with it.
 */
export async function removePoolLocation(
  deps: PoolLocationDeps,
  caller: Caller,
  id: string,
): Promise<ChangedPoolLocation> {
  if (id === defaultPoolLocation)
    return refused("", "Every group has this pool location: it can be renamed, not removed.");
  // Without the group: who sets a pool keeps its pool location first, and may go on to the group.
  return deps.db.transaction(async (tx): Promise<ChangedPoolLocation> => {
    const groupId = (await groupOf(tx, caller.shop))?.id ?? "";
    if (!(await lockPoolLocation(tx, groupId, id))) return { outcome: "gone" };
    const location = (await poolLocationsOf(tx, groupId)).find((one) => one.id === id);
    if (location === undefined) return { outcome: "gone" };
    const why = whyInUse(await usesOfPoolLocation(tx, groupId, id));
    if (why !== null) return refused("", why);
    await deletePoolLocation(tx, groupId, id);
    return record(tx, caller, "pool-location.removed", groupId, location);
  });
}

function whyInUse({ shops, leaving, articles }: InUse): string | null {
  if (shops.length > 0)
    return `Stores still show it: ${shops.join(", ")}. Each has to choose “Nowhere” for it first.`;
  if (leaving.length > 0)
    return `Articles are still being taken off sale in ${leaving.join(", ")}. Try again in a few minutes.`;
  if (articles > 0)
    return `Its stock of ${String(articles)} ${articles === 1 ? "article is" : "articles are"} not zero. Have its owner set it to zero, and end holds on it, first.`;
  return null;
}

/** Names differ whatever the case, so that people can tell them apart. */
function isTaken(known: readonly PoolLocation[], name: string): boolean {
  return known.some((location) => location.name.toLowerCase() === name.toLowerCase());
}

/** With the group locked and its pool locations kept: nobody adds, names or removes meanwhile. */
async function changing(
  deps: PoolLocationDeps,
  { shop }: Caller,
  change: (
    tx: Transaction,
    groupId: string,
    known: readonly PoolLocation[],
  ) => Promise<ChangedPoolLocation>,
): Promise<ChangedPoolLocation> {
  return deps.db.transaction(async (tx): Promise<ChangedPoolLocation> => {
    const groupId = (await groupOf(tx, shop))?.id;
    if (groupId === undefined || !(await lockGroup(tx, groupId))) return { outcome: "gone" };
    if ((await groupOf(tx, shop))?.id !== groupId) return { outcome: "gone" };
    await keepPoolLocations(tx, [groupId]);
    return change(tx, groupId, await poolLocationsOf(tx, groupId));
  });
}

async function record(
  tx: Transaction,
  { shop, actor }: Caller,
  action: string,
  groupId: string,
  location: PoolLocation,
): Promise<ChangedPoolLocation> {
  const detail = { poolLocation: location.id, name: location.name };
  await recordAudit(tx, { shop, actor, action, subject: groupId, detail });
  return { outcome: "done", location };
}
