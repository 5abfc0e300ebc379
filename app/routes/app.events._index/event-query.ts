import { dataDomains } from "#app/data-domains.ts";
import { eventSources, eventStatuses } from "#app/events/types.ts";
import type { EventFilter } from "#app/events/types.ts";
import { domainWords, eventStatusWords, sourceWords, topicWord } from "#app/ui/words.ts";
import { idTail } from "#app/ui/format/ids.ts";

/** Events read at a time. */
export const rowsPerPage = 50;

/** What the list of events shows, as the URL says it: a link to a list is a link to its filters. Pure. */
export interface EventQuery {
  readonly filter: EventFilter;
  /** The search text, as typed. */
  readonly q: string;
  /** Cursor of the page before; null on the first page. */
  readonly after: string | null;
  /** Whether new events are looked for while the list is open. */
  readonly live: boolean;
}

/** The names of the filters in the URL, in the order in which they are shown. */
const filterNames = {
  status: "status",
  topic: "topic",
  domain: "domain",
  source: "source",
  resource: "resource",
  correlation: "correlationId",
  webhook: "webhookId",
  from: "from",
  to: "to",
} as const satisfies Record<string, keyof EventFilter>;

type FilterName = keyof typeof filterNames;

/** Reads the URL; what is not a valid filter is left out. */
export function readEventQuery(params: URLSearchParams): EventQuery {
  const text = (name: string) => {
    const value = params.get(name)?.trim();
    return value === undefined || value === "" ? undefined : value;
  };
  const filter = {
    status: oneOf(eventStatuses, text("status")),
    topic: text("topic"),
    domain: oneOf(dataDomains, text("domain")),
    source: oneOf(eventSources, text("source")),
    resource: text("resource"),
    correlationId: text("correlation"),
    webhookId: text("webhook"),
    from: moment(text("from")),
    to: moment(text("to")),
  };
  const known = Object.entries(filter).filter(([, value]) => value !== undefined);
  return {
    filter: Object.fromEntries(known),
    q: text("q") ?? "",
    after: text("after") ?? null,
    live: params.get("live") === "1",
  };
}

/** The list's address with some parts changed (`null`: dropped); it starts at the first page unless told. */
export function eventsHref(
  query: EventQuery,
  changes: Partial<Record<FilterName | "q" | "after" | "live", string | null>> = {},
): string {
  const params = new URLSearchParams();
  const set = (name: FilterName | "q" | "after" | "live", value: string | undefined) => {
    const changed = changes[name];
    const next = changed === undefined ? value : changed;
    if (next !== null && next !== undefined && next !== "") params.set(name, next);
  };
  for (const name of filterNameList) set(name, query.filter[filterNames[name]]);
  set("q", query.q);
  set("after", undefined);
  set("live", query.live ? "1" : undefined);
  const search = params.toString();
  return search === "" ? "/app/events" : `/app/events?${search}`;
}

const filterNameList = Object.keys(filterNames) as FilterName[];

/** Whether anything narrows the list. */
export function isFiltered(query: EventQuery): boolean {
  return query.q !== "" || Object.keys(query.filter).length > 0;
}

/** The filters that have no control of their own on the screen, as tags. */
export function tagsOf(
  query: EventQuery,
  moment: (at: string) => string,
): { readonly label: string; readonly without: string }[] {
  const { filter } = query;
  const tags: [FilterName, string][] = [];
  if (filter.resource !== undefined) tags.push(["resource", `Resource ${idTail(filter.resource)}`]);
  if (filter.correlationId !== undefined)
    tags.push(["correlation", `Correlation ${idTail(filter.correlationId)}`]);
  if (filter.webhookId !== undefined) tags.push(["webhook", `Webhook ${idTail(filter.webhookId)}`]);
  if (filter.from !== undefined) tags.push(["from", `From ${moment(filter.from)}`]);
  if (filter.to !== undefined) tags.push(["to", `Until ${moment(filter.to)}`]);
  return tags.map(([name, label]) => ({ label, without: eventsHref(query, { [name]: null }) }));
}

/** What the list holds, in words, for its caption. */
export function describeQuery({ filter }: EventQuery): string {
  const parts = [
    filter.status && eventStatusWords[filter.status].word,
    filter.topic && topicWord(filter.topic),
    filter.domain && domainWords[filter.domain],
    filter.source && sourceWords[filter.source],
  ].filter((part) => part !== undefined && part !== "");
  return parts.length === 0 ? "Events, newest first" : `Events, newest first: ${parts.join(", ")}`;
}

function oneOf<Value extends string>(
  values: readonly Value[],
  text: string | undefined,
): Value | undefined {
  return values.find((value) => value === text);
}

function moment(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
