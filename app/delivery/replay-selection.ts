import { validate as isUuid } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";
import { type DeadEventFilter, matchingDeadEvents } from "#app/events/index.server.ts";
import type { ReplayItem } from "./replay-job-store.ts";
import { type DeadFilter, matchingDead } from "./replay-store.ts";

/** Which dead letters, when they were given up from `from` to `to` (RFC 3339). */
export interface DeadLetterFilter {
  readonly systemId?: string;
  readonly domain?: DataDomain;
  readonly kind?: "event" | "delivery";
  readonly from?: string;
  readonly to?: string;
}

/** Which dead letters: named ones (`evt:<id>`, `dlv:<id>`), those that match, or all (of one system). */
export type DeadLetterSelection =
  | { readonly ids: readonly string[] }
  | { readonly filter: DeadLetterFilter }
  | { readonly all: true; readonly systemId?: string };

/** A selection, read. */
export interface ReadSelection {
  readonly deliveries: DeadFilter | null;
  readonly events: DeadEventFilter | null;
}

/** Reads a selection. @throws RangeError that names the field when a time is not one. */
export function readSelection(selection: DeadLetterSelection): ReadSelection {
  if ("ids" in selection) {
    const { deliveries, events } = namedLetters(selection.ids);
    return {
      deliveries: { ids: deliveries, systemId: null, domain: null, ...anyTime, madeBy: null },
      events: { ids: events, domain: null, ...anyTime },
    };
  }
  const filter: DeadLetterFilter =
    "filter" in selection
      ? selection.filter
      : selection.systemId === undefined
        ? {}
        : { systemId: selection.systemId };
  const { systemId = null, domain = null, kind } = filter;
  const from = filter.from === undefined ? null : new Date(timeOf("from", filter.from));
  const to = filter.to === undefined ? null : new Date(timeOf("to", filter.to));
  return {
    deliveries: kind === "event" ? null : { ids: null, systemId, domain, from, to, madeBy: null },
    events: kind === "delivery" || systemId !== null ? null : { ids: null, domain, from, to },
  };
}

const anyTime = { from: null, to: null };

/** An RFC 3339 time as epoch milliseconds. @throws RangeError that names the field. */
export function timeOf(field: string, text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms))
    throw new RangeError(`${field}: "${text}" is not a time. Use RFC 3339: 2026-11-24T10:00:00Z.`);
  return ms;
}

/** The plain ids of named dead letters; what is no id of one is left out. */
function namedLetters(ids: readonly string[]): {
  readonly deliveries: readonly string[];
  readonly events: readonly string[];
} {
  const withPrefix = (prefix: string) =>
    ids
      .filter((id) => id.startsWith(prefix))
      .map((id) => id.slice(prefix.length))
      .filter((id) => isUuid(id));
  return { deliveries: withPrefix("dlv:"), events: withPrefix("evt:") };
}

const perPage = 1_000;

/** Everything a selection means right now, a page at a time. */
export async function* itemsOf(
  db: Queryable,
  shop: string,
  { deliveries, events }: ReadSelection,
): AsyncGenerator<ReplayItem[]> {
  if (deliveries)
    yield* pagesOf(
      (page) => matchingDead(db, shop, deliveries, page),
      ({ id, systemId }) => ({ kind: "delivery", systemId, letterId: id }),
      ({ id }) => id,
    );
  if (events && events.ids?.length !== 0)
    yield* pagesOf(
      (page) => matchingDeadEvents(db, shop, events, page),
      (id) => ({ kind: "event", systemId: "", letterId: id }),
      (id) => id,
    );
}

async function* pagesOf<Row>(
  read: (page: { after: string | null; limit: number }) => Promise<Row[]>,
  itemOf: (row: Row) => ReplayItem,
  idOf: (row: Row) => string,
): AsyncGenerator<ReplayItem[]> {
  for (let after: string | null = null; ; ) {
    const rows = await read({ after, limit: perPage });
    yield rows.map(itemOf);
    const last = rows.at(-1);
    if (rows.length < perPage || last === undefined) return;
    after = idOf(last);
  }
}
