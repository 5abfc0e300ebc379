import type { AppContext } from "#app/context.server.ts";
import { systemsToAsk } from "#app/coordination/index.server.ts";
import { getDiscrepancy, remedyOf } from "#app/discrepancies/index.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import { goneAmong, knownStates } from "#app/mirror/index.server.ts";
import { placesOf } from "#app/routes/app.discrepancies/places.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { sideNames } from "#app/ui/words.ts";

/** Enough to see how it came to be; the timeline has the rest. */
const eventsShown = 5;

/** A discrepancy with what happened to its record lately; null: the shop has no such one. */
export async function loadDiscrepancy(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  id: string,
) {
  const found = await getDiscrepancy({ db, vault }, shop, id);
  if (found === null) return null;
  const { resource } = found;
  const [view, systems, events, known, gone, places] = await Promise.all([
    getShop(db, shop),
    systemsToAsk(db, shop),
    listEvents(db, shop, { resource: resource.id }, { limit: eventsShown }),
    knownStates(db, shop, resource.type, [resource.id]),
    goneAmong(db, shop, [resource]),
    placesOf({ db, vault }, shop, [found]),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    names: sideNames(systems),
    found: { ...found, remedy: remedyOf(found, gone), place: places.get(id) ?? null },
    /** When Shopify's record last changed, as far as Converge heard. */
    changedAt: known.get(resource.id)?.version ?? null,
    events: events.items,
  };
}
