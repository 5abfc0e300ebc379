import type { EventFilter } from "#app/events/types.ts";

/**
 * What a search text could mean. Pure: the list of events is asked for each meaning in turn, and
 * the first one that finds something wins.
 */
export interface SearchReading {
  /** The id of an event of ours, whose page to open. */
  readonly eventId: string | null;
  /** Filters that could be meant, the likeliest first. */
  readonly filters: readonly EventFilter[];
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;
const wholeUuid = new RegExp(`^${uuid.source}$`, "i");
const ownEvent = new RegExp(`^(?:evt_|evt:)(${uuid.source})(?:\\.\\d+)?$`, "i");

/** Resource types that webhooks name by a plain number. */
const numbered = ["Order", "Product", "Customer", "Fulfillment"] as const;

/** Reads a search text: any id Converge or Shopify shows, a topic, a SKU, or a resource's number. */
export function readSearch(text: string): SearchReading {
  const term = text.trim();
  if (term === "") return { eventId: null, filters: [] };
  const own = ownEvent.exec(term)?.[1];
  if (own) return { eventId: own.toLowerCase(), filters: [] };
  if (term.startsWith("gid://")) return { eventId: null, filters: [{ resource: term }] };
  if (/^[a-z_]+\/[a-z_]+$/i.test(term))
    return { eventId: null, filters: [{ topic: term.toLowerCase() }] };
  const number = /^#?(\d{4,20})$/.exec(term)?.[1];
  if (number) {
    return {
      eventId: null,
      filters: [
        ...numbered.map((type) => ({ resource: `gid://shopify/${type}/${number}` })),
        { sku: term },
      ],
    };
  }
  const anyId: EventFilter[] = [{ webhookId: term }, { correlationId: term }];
  return wholeUuid.test(term)
    ? { eventId: term.toLowerCase(), filters: anyId }
    : { eventId: null, filters: [{ sku: term }, ...anyId] };
}
