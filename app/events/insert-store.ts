import type { Transaction } from "#app/db.server.ts";
import type { DataDomain } from "#app/data-domains.ts";
import type { EventSource, EventStatus } from "./types.ts";

/** An event about to be stored. `body` is sealed already; times are epoch milliseconds. */
export interface NewEvent {
  readonly id: string;
  readonly shop: string;
  readonly source: EventSource;
  readonly transport: string;
  readonly deliveryKey: string;
  readonly topic: string;
  readonly domain: DataDomain | null;
  readonly type: string | null;
  readonly status: EventStatus;
  readonly reason: string | null;
  readonly resource: {
    readonly type: string;
    readonly id: string;
    readonly version: string;
    readonly versionAtMs: number;
  } | null;
  readonly shopifyEventId: string | null;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly apiVersion: string | null;
  readonly subscription: string | null;
  /** RFC 3339 as Shopify sent it (nanoseconds), so that no digit is lost before Postgres rounds. */
  readonly triggeredAt: string | null;
  readonly receivedAtMs: number;
  readonly body: Buffer;
  readonly bodyBytes: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the insert found. */
export interface InsertedEvents {
  /** Ids that are new; every other id of the batch was a duplicate. */
  readonly ids: ReadonlySet<string>;
}

/**
 * Stores events once per (shop, transport, delivery key). One statement for any number of events:
 * the facts travel as one JSON parameter and the bodies as one binary one, cut apart by Postgres
 * (twice as fast as arrays of bytea, which travel as hex text).
 * Rows go in sorted by key, so that two batches with common keys wait for each other in one order. Nearly
 * all are new, so Postgres tells which are not.
 */
export async function insertEvents(
  tx: Transaction,
  events: readonly NewEvent[],
): Promise<InsertedEvents> {
  let offset = 0;
  const rows = events.map((event) => {
    const row = toRow(event, offset);
    offset += event.body.length;
    return row;
  });
  rows.sort((a, b) => compareText(a.key, b.key));
  const { rows: repeats } = await tx.query<{ id: string }>(insertSql, [
    JSON.stringify(rows),
    Buffer.concat(events.map((event) => event.body)),
  ]);
  const ids = new Set(events.map(({ id }) => id));
  for (const { id } of repeats) ids.delete(id);
  return { ids };
}

const insertSql = `
  WITH input AS (
    SELECT * FROM json_to_recordset($1::json) AS r (
      id uuid, shop text, source text, transport text, key text, topic text, domain text,
      type text, status text, reason text, resource_type text, resource_id text, version text,
      version_ms float8, shopify_event_id text, correlation_id text, traceparent text,
      api_version text, subscription text, triggered_at timestamptz, received_ms float8,
      body_bytes int, body_from int, body_length int, headers json)
  ), inserted AS (
    INSERT INTO events (id, shop, source, transport, delivery_key, topic, domain, type, status,
      reason, resource_type, resource_id, version, version_at, shopify_event_id, correlation_id,
      traceparent, api_version, subscription, triggered_at, received_at, processed_at, body_bytes)
    SELECT id, shop, source, transport, key, topic, domain, type, status, reason, resource_type,
      resource_id, version, to_timestamp(version_ms / 1000), shopify_event_id, correlation_id,
      traceparent, api_version, subscription, triggered_at, to_timestamp(received_ms / 1000),
      CASE WHEN status <> 'received' THEN to_timestamp(received_ms / 1000) END, body_bytes
    FROM input
    ON CONFLICT (delivery_key, shop, transport) DO NOTHING
    RETURNING id
  ), bodies AS (
    INSERT INTO event_bodies (event_id, body, headers)
    SELECT id, substring($2::bytea FROM body_from + 1 FOR body_length), headers
    FROM input JOIN inserted USING (id)
  )
  SELECT id FROM input WHERE NOT EXISTS (SELECT 1 FROM inserted WHERE inserted.id = input.id)`;

/** What is `undefined` takes no part in the JSON, and is null in Postgres. */
function toRow(event: NewEvent, bodyFrom: number) {
  return {
    id: event.id,
    shop: event.shop,
    source: event.source,
    transport: event.transport,
    key: event.deliveryKey,
    topic: event.topic,
    domain: event.domain ?? undefined,
    type: event.type ?? undefined,
    status: event.status,
    reason: event.reason ?? undefined,
    resource_type: event.resource?.type,
    resource_id: event.resource?.id,
    version: event.resource?.version,
    version_ms: event.resource?.versionAtMs,
    shopify_event_id: event.shopifyEventId ?? undefined,
    correlation_id: event.correlationId,
    traceparent: event.traceparent,
    api_version: event.apiVersion ?? undefined,
    subscription: event.subscription ?? undefined,
    triggered_at: event.triggeredAt ?? undefined,
    received_ms: event.receivedAtMs,
    body_bytes: event.bodyBytes,
    body_from: bodyFrom,
    body_length: event.body.length,
    headers: event.headers,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A delivery that came again: whose and how often in this batch. */
export interface Repeat {
  readonly shop: string;
  readonly transport: string;
  readonly deliveryKey: string;
  readonly times: number;
}

/** Counts repeats on the events they repeat. Locks rows in key order. */
export async function countRepeats(
  tx: Transaction,
  repeats: readonly Repeat[],
  atMs: number,
): Promise<void> {
  if (repeats.length === 0) return;
  const sorted = [...repeats].sort((a, b) => compareText(a.deliveryKey, b.deliveryKey));
  await tx.query(
    `WITH input AS (
       SELECT * FROM json_to_recordset($1::json) AS r (shop text, transport text, key text, times int)
     ), locked AS (
       SELECT e.id, i.times FROM events e
       JOIN input i ON e.shop = i.shop AND e.transport = i.transport AND e.delivery_key = i.key
       ORDER BY e.delivery_key FOR UPDATE OF e
     )
     UPDATE events e SET duplicates = e.duplicates + l.times, last_duplicate_at = $2
     FROM locked l WHERE e.id = l.id`,
    [
      JSON.stringify(sorted.map(({ deliveryKey, ...rest }) => ({ ...rest, key: deliveryKey }))),
      new Date(atMs),
    ],
  );
}
