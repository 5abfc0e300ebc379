import type { AppContext } from "#app/context.server.ts";
import { getEvent, listEvents } from "#app/events/index.server.ts";
import type { EventFilter } from "#app/events/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { readSearch } from "#app/ui/format/search.ts";
import { rowsPerPage } from "./event-query.ts";
import type { EventQuery } from "./event-query.ts";

/** One page of events; `openEvent` when the search text is the id of one. */
export async function loadEvents(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  query: EventQuery,
) {
  const reading = readSearch(query.q);
  const found = reading.eventId === null ? null : await getEvent(db, shop, reading.eventId);
  const filter = await firstThatFinds(db, shop, query.filter, reading.filters);
  const [view, page] = await Promise.all([
    getShop(db, shop),
    listEvents(db, shop, filter, { limit: rowsPerPage, after: query.after ?? undefined }),
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    openEvent: found?.id ?? null,
    events: page.items,
    next: page.next,
  };
}

/** The first reading of a search text under which something is found; the last one if none is. */
async function firstThatFinds(
  db: AppContext["db"],
  shop: string,
  base: EventFilter,
  readings: readonly EventFilter[],
): Promise<EventFilter> {
  let filter = base;
  for (const reading of readings) {
    filter = { ...base, ...reading };
    const { items } = await listEvents(db, shop, filter, { limit: 1 });
    if (items.length > 0) return filter;
  }
  return filter;
}
