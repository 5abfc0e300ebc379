import type { AppContext } from "#app/context.server.ts";
import {
  addPoolLocation,
  type ChangedPoolLocation,
  listPoolLocations,
  mapLocations,
  removePoolLocation,
  renamePoolLocation,
} from "#app/coordination/index.server.ts";
import { whereMost } from "#app/coordination/types.ts";
import { LocationPageDocument } from "#app/shopify/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import type { PlaceRequest, WantedPlace } from "./form.ts";

type Reading = Pick<AppContext, "db" | "shopify">;
type Acting = Pick<AppContext, "db" | "clock" | "queue" | "vault" | "shopify">;

interface Caller {
  readonly shop: string;
  readonly actor: string;
}

/** How long somebody who opens the screen waits for Shopify. */
const patienceMs = 3_000;

/**
 * Where the group keeps stock, where the store shows it, and where it could; `locations` null: Shopify
 * does not tell now. Null: the store has left the group.
 */
export async function loadPlaces({ db, shopify }: Reading, shop: string) {
  const poolLocations = await listPoolLocations({ db }, shop);
  if (poolLocations === null) return null;
  const locations = await locationsOf(shopify, shop).catch(() => null);
  return { poolLocations, locations };
}

async function locationsOf(shopify: AppContext["shopify"], shop: string) {
  const patience = { patienceMs, timeoutMs: patienceMs };
  const page = await shopify.graphql(shop, LocationPageDocument, { after: null }, patience);
  return page.locations.nodes
    .filter(({ isActive }) => isActive)
    .map(({ id, name }) => ({ id, name }));
}

/** Does what a person asked for. */
export async function actOnPlaces(
  deps: Acting,
  caller: Caller,
  request: PlaceRequest,
): Promise<ActionOutcome> {
  switch (request.intent) {
    case "places":
      return map(deps, caller, request.items);
    case "place-add":
      return outcomeOf(await addPoolLocation(deps, caller, request.name), "Pool location added");
    case "place-rename":
      return outcomeOf(
        await renamePoolLocation(deps, caller, request.id, request.name),
        "Pool location renamed",
      );
    case "place-remove":
      return outcomeOf(await removePoolLocation(deps, caller, request.id), "Pool location removed");
  }
}

const refused = (field: string, message: string): ActionOutcome => ({
  ok: false,
  errors: [{ field, message }],
});

function outcomeOf(changed: ChangedPoolLocation, toast: string): ActionOutcome {
  if (changed.outcome === "done") return { ok: true, toast };
  return changed.outcome === "refused"
    ? refused(changed.field, changed.why)
    : refused("", "The group has no such pool location any more. Reload the page.");
}

async function map(
  { queue, ...context }: Acting,
  caller: Caller,
  items: readonly WantedPlace[],
): Promise<ActionOutcome> {
  const isNamed = ({ shownAt }: WantedPlace) => shownAt !== null && shownAt !== whereMost;
  if (items.some(isNamed)) {
    const known = await locationsOf(context.shopify, caller.shop).catch(() => null);
    if (known === null)
      return refused("", "Shopify did not answer. Nothing was changed: try again in a moment.");
    const gone = items.findIndex(
      (item) => isNamed(item) && !known.some(({ id }) => id === item.shownAt),
    );
    if (gone >= 0)
      return refused(
        `items.${String(gone)}.shownAt`,
        "This store has no such location any more. Choose another one.",
      );
  }
  const mapped = await mapLocations({ ...context, enqueue: queue.enqueue }, caller, items);
  if (mapped.outcome === "wrong") return { ok: false, errors: [...mapped.errors] };
  return mapped.outcome === "mapped"
    ? { ok: true, toast: items.length > 1 ? "Locations saved" : "Location saved" }
    : refused("", "This store is in no group any more. Reload the page.");
}
