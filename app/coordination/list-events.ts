import type { Queryable } from "#app/db.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import type { EventSummary, Page } from "#app/events/types.ts";
import { feedsInto } from "#app/systems/index.server.ts";

/**
 * The events of a store and of those that share their changes with it as one stream, newest first; of
 * the others only the kinds of data that are shared. Ids sort by arrival in all stores alike, so that
 * one cursor pages through all of them.
 */
export async function listGroupEvents(
  db: Queryable,
  shop: string,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<EventSummary>> {
  const feeds = await feedsInto(db, shop);
  const theirs = [...feeds].flatMap(([fromShop, domains]) =>
    domains.map((domain) => listEvents(db, fromShop, { domain }, page)),
  );
  const parts = await Promise.all([listEvents(db, shop, {}, page), ...theirs]);
  const all = parts.flatMap(({ items }) => items).sort((a, b) => (a.id < b.id ? 1 : -1));
  const items = all.slice(0, page.limit);
  const hasMore = all.length > page.limit || parts.some(({ next }) => next !== null);
  return { items, next: hasMore ? (items.at(-1)?.id ?? null) : null };
}
