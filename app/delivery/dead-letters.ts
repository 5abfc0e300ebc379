import { validate as isUuid } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import { countAllDeadEvents, countDeadEvents, listDeadEvents } from "#app/events/index.server.ts";
import type { Page } from "#app/events/types.ts";
import { countAllDead, countDeadDeliveries, listDeadDeliveries } from "./dead-letter-store.ts";
import type { DeadLetterFilter } from "./replay-selection.ts";
import type { DeadLetter } from "./types.ts";

/** Counting stops here: beyond it "10,000+" says enough. */
const countCap = 10_000;

/** What a shop's dead letters add up to. */
export interface DeadLetterTotals {
  readonly deliveries: number;
  readonly events: number;
  readonly capped: boolean;
  readonly oldestAt: string | null;
  readonly bySystem: readonly { readonly systemId: string; readonly count: number }[];
}

/** How many dead letters a shop has, per system, and since when. */
export async function deadLetterTotals(db: Queryable, shop: string): Promise<DeadLetterTotals> {
  const [dead, events] = await Promise.all([
    countDeadDeliveries(db, shop, countCap),
    countDeadEvents(db, shop, countCap),
  ]);
  const deliveries = dead.reduce((sum, item) => sum + item.count, 0);
  const oldest = dead.map((item) => item.oldestAt).sort()[0] ?? null;
  return {
    deliveries,
    events,
    capped: deliveries >= countCap || events >= countCap,
    oldestAt: oldest,
    bySystem: dead.map(({ systemId, count }) => ({ systemId, count })),
  };
}

/** How many dead letters the whole installation has, by kind. */
export async function countDeadLetters(
  db: Queryable,
): Promise<Readonly<Record<DeadLetter["kind"], number>>> {
  const [delivery, event] = await Promise.all([countAllDead(db), countAllDeadEvents(db)]);
  return { delivery, event };
}

/**
 * Dead letters of a shop, newest first, deliveries and events in one list. Both kinds have
 * time-ordered ids, so that one cursor (the plain id) pages through the two; what is no cursor begins
 * anew. Times are those at which they were given up.
 */
export async function listDeadLetters(
  db: Queryable,
  shop: string,
  options: DeadLetterFilter & { readonly limit: number; readonly after?: string },
): Promise<Page<DeadLetter>> {
  const { after, kind, systemId, ...filter } = options;
  const page = { limit: options.limit + 1, after: after && isUuid(after) ? after : undefined };
  const [deliveries, events] = await Promise.all([
    kind === "event" ? [] : listDeadDeliveries(db, shop, { ...filter, ...page, systemId }),
    kind === "delivery" || systemId !== undefined ? [] : listDeadEvents(db, shop, filter, page),
  ]);
  const letters: DeadLetter[] = [
    ...deliveries,
    ...events.map((event) => ({
      id: `evt:${event.id}`,
      kind: "event" as const,
      fromShop: null,
      eventId: event.id,
      systemId: null,
      domain: event.domain,
      resource: event.resource
        ? { type: event.resource.type, id: event.resource.id, sku: event.resource.sku }
        : null,
      topic: event.topic,
      reason: event.reason ?? "Unknown",
      httpStatus: null,
      attempts: 0,
      at: event.receivedAt,
    })),
  ];
  letters.sort((a, b) => (cursorOf(a) < cursorOf(b) ? 1 : -1));
  const items = letters.slice(0, options.limit);
  const last = items.at(-1);
  return { items, next: letters.length > options.limit && last ? cursorOf(last) : null };
}

function cursorOf(letter: DeadLetter): string {
  return letter.id.slice("dlv:".length);
}
