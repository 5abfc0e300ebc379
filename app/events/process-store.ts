import type { Queryable, Transaction } from "#app/db.server.ts";
import type { DataDomain } from "#app/data-domains.ts";
import type { EventSource, EventStatus } from "./types.ts";

/** A stored event that waits for processing, with its sealed body. */
export interface EventToProcess {
  readonly id: string;
  readonly shop: string;
  readonly source: EventSource;
  readonly topic: string;
  readonly transport: string;
  readonly apiVersion: string | null;
  /** Name or handle of the subscription. */
  readonly subscription: string | null;
  readonly domain: DataDomain | null;
  readonly type: string | null;
  readonly resourceType: string | null;
  readonly resourceId: string | null;
  readonly version: string | null;
  readonly versionAt: Date | null;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly triggeredAt: Date | null;
  readonly receivedAt: Date;
  readonly body: Buffer;
}

/**
 * Takes events that are still `received` and locks them until the transaction ends, oldest first. A
 * job that runs twice finds nothing the second time.
 */
export async function loadForProcessing(
  tx: Transaction,
  shop: string,
  eventIds: readonly string[],
): Promise<EventToProcess[]> {
  const { rows } = await tx.query<EventToProcess>(
    `SELECT e.id, e.shop, e.source, e.topic, e.domain, e.type, e.transport,
            e.api_version AS "apiVersion", e.subscription,
            e.resource_type AS "resourceType", e.resource_id AS "resourceId", e.version,
            e.version_at AS "versionAt", e.correlation_id AS "correlationId", e.traceparent,
            e.triggered_at AS "triggeredAt", e.received_at AS "receivedAt", b.body
     FROM events e JOIN event_bodies b ON b.event_id = e.id
     WHERE e.id = ANY($2::uuid[]) AND e.shop = $1 AND e.status = 'received'
     ORDER BY e.id
     FOR UPDATE OF e`,
    [shop, eventIds],
  );
  return rows;
}

/** What became of an event. */
export interface Settlement {
  readonly id: string;
  readonly status: Exclude<EventStatus, "received">;
  readonly reason: string | null;
  readonly sku: string | null;
}

/** Writes down what became of events. Times in epoch milliseconds. */
export async function settleEvents(
  tx: Transaction,
  settlements: readonly Settlement[],
  startedAtMs: number,
  processedAtMs: number,
): Promise<void> {
  if (settlements.length === 0) return;
  await tx.query(
    `UPDATE events e
     SET status = s.status, reason = s.reason, sku = s.sku, started_at = $2, processed_at = $3
     FROM json_to_recordset($1::json) AS s (id uuid, status text, reason text, sku text)
     WHERE e.id = s.id`,
    [JSON.stringify(settlements), new Date(startedAtMs), new Date(processedAtMs)],
  );
}

/** How much of what came under one correlation nobody has looked at yet, counted up to `most`. */
export async function countUnprocessed(
  db: Queryable,
  shop: string,
  correlationId: string,
  most: number,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM (
       SELECT 1 FROM events
       WHERE shop = $1 AND status = 'received' AND correlation_id = $2 LIMIT $3) waiting`,
    [shop, correlationId, most],
  );
  return rows[0]?.count ?? 0;
}

/** Which of some resources have news that nobody has looked at yet. */
export async function unprocessedAmong(
  db: Queryable,
  shop: string,
  resourceIds: readonly string[],
): Promise<Set<string>> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT DISTINCT resource_id AS id FROM events
     WHERE shop = $1 AND resource_id = ANY($2::text[]) AND status = 'received'`,
    [shop, resourceIds],
  );
  return new Set(rows.map((row) => row.id));
}
