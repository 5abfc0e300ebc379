import { firstIdOf, type Queryable, type Transaction } from "#app/db.server.ts";
import { commerceTopics, ruleOf } from "./topic-rules.ts";
import type { EventDetail, EventFilter, EventSummary, Page } from "./types.ts";

interface EventRow {
  id: string;
  shop: string;
  topic: string;
  domain: EventSummary["domain"];
  type: string | null;
  source: EventSummary["source"];
  status: EventSummary["status"];
  reason: string | null;
  correlation_id: string;
  delivery_key: string;
  shopify_event_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  version: string | null;
  sku: string | null;
  triggered_at: Date | null;
  received_at: Date;
  duplicates: number;
  transport: string;
  api_version: string | null;
  subscription: string | null;
  traceparent: string;
  started_at: Date | null;
  processed_at: Date | null;
  last_duplicate_at: Date | null;
  body_bytes: number;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A change that was read from Shopify gets its id up to so long after it was read. */
const longestReadMs = 3_600_000;

function domainOf(topic: string | undefined): string | undefined {
  const rule = topic === undefined ? null : ruleOf(topic);
  return rule?.kind === "change" ? rule.domain : undefined;
}

/** Events of a shop, newest first. `after` is the cursor of the page before; an unknown cursor starts anew. */
export async function listEvents(
  db: Queryable,
  shop: string,
  filter: EventFilter,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<Page<EventSummary>> {
  const values: unknown[] = [shop];
  const where = ["shop = $1"];
  const add = (sql: (parameter: string) => string, value: unknown) => {
    if (value === undefined) return;
    values.push(value);
    where.push(sql(`$${String(values.length)}`));
  };
  add((p) => `status = ${p}`, filter.status);
  add((p) => `topic = ${p}`, filter.topic);
  // A topic is of one kind of data, and by that there is an index.
  add((p) => `domain = ${p}`, filter.domain ?? domainOf(filter.topic));
  add((p) => `source = ${p}`, filter.source);
  add((p) => `resource_id = ${p}`, filter.resource);
  add((p) => `sku = ${p}`, filter.sku);
  add((p) => `correlation_id = ${p}`, filter.correlationId);
  add((p) => `delivery_key = ${p}`, filter.webhookId);
  add((p) => `received_at >= ${p}`, filter.from);
  add((p) => `received_at < ${p}`, filter.to);
  // Ids sort by arrival: a window of long ago is found at once.
  add((p) => `id >= ${p}::uuid`, filter.from && firstIdOf(Date.parse(filter.from)));
  add((p) => `id < ${p}::uuid`, filter.to && firstIdOf(Date.parse(filter.to) + longestReadMs));
  add((p) => `id < ${p}::uuid`, page.after && uuid.test(page.after) ? page.after : undefined);
  values.push(page.limit + 1);
  const { rows } = await db.query<EventRow>(
    `SELECT * FROM events WHERE ${where.join(" AND ")} ORDER BY id DESC LIMIT $${String(values.length)}`,
    values,
  );
  const items = rows.slice(0, page.limit).map(toSummary);
  return { items, next: rows.length > page.limit ? (items.at(-1)?.id ?? null) : null };
}

/** One event of a shop, or null: another shop's event does not exist here. */
export async function getEvent(
  db: Queryable,
  shop: string,
  id: string,
): Promise<EventDetail | null> {
  if (!uuid.test(id)) return null;
  const { rows } = await db.query<EventRow>(
    "SELECT * FROM events WHERE shop = $1 AND id = $2::uuid",
    [shop, id],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    ...toSummary(row),
    transport: row.transport,
    apiVersion: row.api_version,
    subscription: row.subscription,
    traceparent: row.traceparent,
    triggeredAt: row.triggered_at?.toISOString() ?? null,
    startedAt: row.started_at?.toISOString() ?? null,
    processedAt: row.processed_at?.toISOString() ?? null,
    lastDuplicateAt: row.last_duplicate_at?.toISOString() ?? null,
    bodyBytes: row.body_bytes,
  };
}

/** Events nobody could make sense of, newest first. */
export async function listDeadEvents(
  db: Queryable,
  shop: string,
  filter: Pick<EventFilter, "domain" | "from" | "to">,
  page: { readonly limit: number; readonly after?: string | undefined },
): Promise<EventSummary[]> {
  const { items } = await listEvents(db, shop, { ...filter, status: "dead" }, page);
  return [...items];
}

/** Which dead events; what is null does not matter. Times are those at which they were received. */
export interface DeadEventFilter {
  readonly ids: readonly string[] | null;
  readonly domain: string | null;
  readonly from: Date | null;
  readonly to: Date | null;
}

/** The ids of dead events that match, after `after` in the order of their ids. */
export async function matchingDeadEvents(
  db: Queryable,
  shop: string,
  filter: DeadEventFilter,
  page: { readonly after: string | null; readonly limit: number },
): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM events
     WHERE shop = $1 AND status = 'dead' AND ($2::uuid[] IS NULL OR id = ANY($2))
       AND ($3::text IS NULL OR domain = $3) AND ($4::timestamptz IS NULL OR received_at >= $4)
       AND ($5::timestamptz IS NULL OR received_at <= $5) AND ($6::uuid IS NULL OR id > $6)
     ORDER BY id LIMIT $7`,
    [shop, filter.ids, filter.domain, filter.from, filter.to, page.after, page.limit],
  );
  return rows.map((row) => row.id);
}

/** How many dead events a shop has; counts at most `cap`. */
export async function countDeadEvents(db: Queryable, shop: string, cap: number): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    `SELECT count(*) AS count
     FROM (SELECT 1 FROM events WHERE shop = $1 AND status = 'dead' LIMIT $2) AS capped`,
    [shop, cap],
  );
  return Number(rows[0]?.count ?? 0);
}

/** How many dead events the installation has. */
export async function countAllDeadEvents(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    "SELECT count(*) AS count FROM events WHERE status = 'dead'",
  );
  return Number(rows[0]?.count ?? 0);
}

/** Makes dead events `received` again, so that a job can process them anew. Returns those it changed. */
export async function reviveEvents(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE events SET status = 'received', reason = NULL, processed_at = NULL
     WHERE shop = $1 AND id = ANY($2::uuid[]) AND status = 'dead' RETURNING id`,
    [shop, ids],
  );
  return rows.map((row) => row.id);
}

/** Gives dead events up: they stay, as `ignored`, with the person's reason. */
export async function discardEvents(
  tx: Transaction,
  shop: string,
  ids: readonly string[],
  reason: string,
): Promise<number> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE events SET status = 'ignored', reason = $3
     WHERE shop = $1 AND id = ANY($2::uuid[]) AND status = 'dead' RETURNING id`,
    [shop, ids, `Discarded: ${reason}`],
  );
  return rows.length;
}

/** Which of some correlation ids are of a sale, an edit of an order, a return or a shipment. */
export async function commerceAmong(
  db: Queryable,
  shop: string,
  correlationIds: readonly string[],
): Promise<Set<string>> {
  if (correlationIds.length === 0) return new Set();
  const { rows } = await db.query<{ correlation_id: string }>(
    `SELECT DISTINCT correlation_id FROM events
     WHERE shop = $1 AND correlation_id = ANY($2) AND lower(topic) = ANY($3)`,
    [shop, correlationIds, commerceTopics],
  );
  return new Set(rows.map((row) => row.correlation_id));
}

function toSummary(row: EventRow): EventSummary {
  return {
    id: row.id,
    shop: row.shop,
    topic: row.topic,
    domain: row.domain,
    type: row.type,
    source: row.source,
    status: row.status,
    reason: row.reason,
    correlationId: row.correlation_id,
    webhookId: row.delivery_key,
    eventId: row.shopify_event_id,
    resource:
      row.resource_type && row.resource_id
        ? { type: row.resource_type, id: row.resource_id, version: row.version, sku: row.sku }
        : null,
    occurredAt: (row.triggered_at ?? row.received_at).toISOString(),
    receivedAt: row.received_at.toISOString(),
    duplicates: row.duplicates,
  };
}
