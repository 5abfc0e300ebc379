import type { Queryable, Transaction } from "#app/db.server.ts";

/** A change that moved the mirror: what systems are told. `data` is sealed JSON. */
export interface NewChange {
  readonly id: string;
  readonly shop: string;
  readonly eventId: string;
  readonly domain: string;
  readonly type: string;
  readonly resourceType: string;
  readonly resourceId: string;
  readonly version: string;
  readonly versionAtMs: number;
  readonly sku: string | null;
  readonly source: string;
  readonly correlationId: string;
  readonly traceparent: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly data: Buffer;
  /** Who caused it: null (somebody in Shopify), `converge`, or the system it was written for. */
  readonly origin?: string | null;
}

/** A change as it is stored. */
export interface StoredChange
  extends Omit<NewChange, "versionAtMs" | "occurredAtMs" | "receivedAtMs"> {
  readonly versionAt: Date;
  readonly occurredAt: Date;
  readonly receivedAt: Date;
  readonly processedAt: Date;
}

/** What a change's data is sealed for. */
export function changePurpose(changeId: string): string {
  return `change:${changeId}`;
}

/** Writes changes down, once each. */
export async function insertChanges(
  tx: Transaction,
  changes: readonly NewChange[],
  processedAtMs: number,
): Promise<void> {
  if (changes.length === 0) return;
  const rows = changes.map((change) => ({
    id: change.id,
    shop: change.shop,
    event_id: change.eventId,
    domain: change.domain,
    type: change.type,
    resource_type: change.resourceType,
    resource_id: change.resourceId,
    version: change.version,
    version_at: new Date(change.versionAtMs).toISOString(),
    sku: change.sku,
    source: change.source,
    correlation_id: change.correlationId,
    traceparent: change.traceparent,
    occurred_at: new Date(change.occurredAtMs).toISOString(),
    received_at: new Date(change.receivedAtMs).toISOString(),
    data: change.data.toString("base64"),
    origin: change.origin ?? null,
  }));
  await tx.query(
    `INSERT INTO changes (id, shop, event_id, domain, type, resource_type, resource_id, version,
       version_at, sku, source, correlation_id, traceparent, occurred_at, received_at,
       processed_at, data, origin)
     SELECT id, shop, event_id, domain, type, resource_type, resource_id, version, version_at, sku,
       source, correlation_id, traceparent, occurred_at, received_at, $2, decode(data, 'base64'), origin
     FROM json_to_recordset($1::json) AS r (id text, shop text, event_id uuid, domain text,
       type text, resource_type text, resource_id text, version text, version_at timestamptz,
       sku text, source text, correlation_id text, traceparent text, occurred_at timestamptz,
       received_at timestamptz, data text, origin text)
     ON CONFLICT (id) DO NOTHING`,
    [JSON.stringify(rows), new Date(processedAtMs)],
  );
}

/** Changes of a shop by id. Those that are gone (redacted, expired) are missing from the answer. */
export async function loadChanges(
  db: Queryable,
  shop: string,
  ids: readonly string[],
): Promise<StoredChange[]> {
  const { rows } = await db.query<StoredChange>(
    `SELECT ${changeColumns} FROM changes WHERE shop = $1 AND id = ANY($2) ORDER BY event_id, id`,
    [shop, ids],
  );
  return rows;
}

const changeColumns = `id, shop, event_id AS "eventId", domain, type,
  resource_type AS "resourceType", resource_id AS "resourceId", version,
  version_at AS "versionAt", sku, source, correlation_id AS "correlationId", traceparent,
  occurred_at AS "occurredAt", received_at AS "receivedAt", processed_at AS "processedAt", data,
  origin`;

/** The changes some events led to, oldest event first. */
export async function loadChangesOfEvents(
  db: Queryable,
  shop: string,
  eventIds: readonly string[],
): Promise<StoredChange[]> {
  if (eventIds.length === 0) return [];
  const { rows } = await db.query<StoredChange>(
    `SELECT ${changeColumns} FROM changes
     WHERE event_id = ANY($2::uuid[]) AND shop = $1 ORDER BY event_id, id`,
    [shop, eventIds],
  );
  return rows;
}

/** The change that brought a resource to where it is. */
export interface NewestChange {
  readonly id: string;
  readonly resourceType: string;
  readonly resourceId: string;
}

/**
 * What led to the present state of a shop's resources of some domains, by resource, from after
 * `after` on. What was deleted has none.
 */
export async function listNewestChanges(
  db: Queryable,
  shop: string,
  page: {
    readonly domains: readonly string[];
    readonly after: NewestChange | null;
    readonly limit: number;
  },
): Promise<NewestChange[]> {
  const { rows } = await db.query<NewestChange>(
    `SELECT c.id, m.type AS "resourceType", m.id AS "resourceId"
     FROM mirror_resources m
     JOIN changes c ON c.event_id = m.event_id AND c.shop = m.shop
       AND c.resource_type = m.type AND c.resource_id = m.id
     WHERE m.shop = $1 AND (m.type, m.id) > ($3, $4) AND NOT m.deleted AND c.domain = ANY($2)
     ORDER BY m.type, m.id LIMIT $5`,
    [shop, page.domains, page.after?.resourceType ?? "", page.after?.resourceId ?? "", page.limit],
  );
  return rows;
}

/** Where a listing of changes goes on: after this one. */
export interface ChangeCursor {
  readonly id: string;
  readonly processedAt: Date;
}

/** A change as a listing names it. */
export interface ListedChange extends ChangeCursor {
  readonly eventId: string;
}

/**
 * Changes of some domains of a shop that were processed within [fromMs, toMs], oldest first, without
 * those `notBy` made itself.
 */
export async function listChangesBetween(
  db: Queryable,
  shop: string,
  range: {
    readonly domains: readonly string[];
    readonly notBy: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly after: ChangeCursor | null;
    readonly limit: number;
  },
): Promise<ListedChange[]> {
  const { rows } = await db.query<ListedChange>(
    `SELECT id, event_id AS "eventId", processed_at AS "processedAt" FROM changes
     WHERE shop = $1 AND domain = ANY($2) AND processed_at <= $4
       AND processed_at >= greatest($3::timestamptz, $5::timestamptz)
       AND ($5::timestamptz IS NULL OR (processed_at, id) > ($5, $6))
       AND origin IS DISTINCT FROM $8
     ORDER BY processed_at, id LIMIT $7`,
    [
      shop,
      range.domains,
      new Date(range.fromMs),
      new Date(range.toMs),
      range.after?.processedAt ?? null,
      range.after?.id ?? null,
      range.limit,
      range.notBy,
    ],
  );
  return rows;
}
