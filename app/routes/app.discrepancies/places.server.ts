import type { AppContext } from "#app/context.server.ts";
import type { DiscrepancyView } from "#app/discrepancies/types.ts";
import { parseLossless } from "#app/events/index.server.ts";
import { levelsOf, locationNames, statePurpose } from "#app/mirror/index.server.ts";
import { idTail } from "#app/ui/format/ids.ts";

/**
 * What the store calls the places some discrepancies are at, by their ids: without it, stock of one
 * article at two locations looks alike. What is at no place, or at one nobody told of, is missing.
 */
export async function placesOf(
  deps: Pick<AppContext, "db" | "vault">,
  shop: string,
  found: readonly DiscrepancyView[],
): Promise<ReadonlyMap<string, string>> {
  const unplaced = found.flatMap(({ resource: { type, id, locationId } }) =>
    type === "InventoryLevel" && locationId === null ? [id] : [],
  );
  const known = await locationsOfLevels(deps, shop, unplaced);
  const places = found.flatMap(({ id, resource }) => {
    const location = resource.locationId ?? known.get(resource.id);
    return location === undefined ? [] : [{ id, location }];
  });
  const locations = [...new Set(places.map(({ location }) => location))];
  const names = await locationNames(deps.db, shop, locations);
  return new Map(
    places.map(({ id, location }) => [id, names.get(location) ?? `Location ${idTail(location)}`]),
  );
}

async function locationsOfLevels(
  { db, vault }: Pick<AppContext, "db" | "vault">,
  shop: string,
  levelIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (levelIds.length === 0) return new Map();
  const levels = await levelsOf(db, shop, levelIds, []);
  return new Map(
    levels.flatMap(({ id, state }) => {
      const text = vault.open(state, statePurpose(shop, "InventoryLevel", id)).toString("utf8");
      const { locationId } = parseLossless(text) as { readonly locationId?: unknown };
      return typeof locationId === "string" ? [[id, locationId] as const] : [];
    }),
  );
}
