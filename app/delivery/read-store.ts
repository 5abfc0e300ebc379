import { validate as isUuid } from "uuid";
import type { Queryable } from "#app/db.server.ts";
import type { Page } from "#app/events/types.ts";
import { messageId, recordId } from "./cache-invalidation.ts";
import type { AttemptView, DeliveryStatus, DeliveryView } from "./types.ts";

interface Row {
  id: string;
  from_shop: string | null;
  system_id: string;
  event_id: string;
  status: DeliveryStatus;
  change_id: string;
  type: string;
  resource_type: string;
  resource_id: string;
  sku: string | null;
  created_at: Date;
  finished_at: Date | null;
  next_attempt_at: Date;
  reason: string | null;
  http_status: number | null;
  replay_of: string | null;
  attempts: AttemptRow[] | null;
}

interface AttemptRow {
  attempt: number;
  at: string;
  duration_ms: number;
  http_status: number | null;
  error: string | null;
  response: string | null;
}

const withAttempts = `
  SELECT d.*, (SELECT json_agg(a ORDER BY a.attempt) FROM delivery_attempts a
               WHERE a.delivery_id = d.id) AS attempts
  FROM deliveries d`;

/** Every delivery of one event, replays included, oldest first. */
export async function deliveriesOfEvent(
  db: Queryable,
  shop: string,
  eventId: string,
): Promise<DeliveryView[]> {
  return deliveriesOfEvents(db, shop, [eventId]);
}

/** Deliveries of some events to all systems, oldest first. */
export async function deliveriesOfEvents(
  db: Queryable,
  shop: string,
  eventIds: readonly string[],
): Promise<DeliveryView[]> {
  if (eventIds.length === 0) return [];
  const { rows } = await db.query<Row>(
    `${withAttempts} WHERE d.event_id = ANY($2::uuid[]) AND d.shop = $1 ORDER BY d.id`,
    [shop, eventIds],
  );
  return rows.map(toView);
}

/** Deliveries to one system, newest first; an `after` that is no cursor begins anew. */
export async function recentDeliveries(
  db: Queryable,
  shop: string,
  systemId: string,
  options: {
    readonly limit: number;
    readonly after?: string;
    readonly status?: DeliveryStatus;
  },
): Promise<Page<DeliveryView>> {
  const after = options.after && isUuid(options.after) ? options.after : null;
  const { rows } = await db.query<Row>(
    `${withAttempts}
     WHERE d.shop = $1 AND d.system_id = $2 AND ($3::uuid IS NULL OR d.id < $3::uuid)
       AND ($4::text IS NULL OR d.status = $4)
     ORDER BY d.id DESC LIMIT $5`,
    [shop, systemId, after, options.status ?? null, options.limit + 1],
  );
  const items = rows.slice(0, options.limit).map(toView);
  return { items, next: rows.length > options.limit ? (items.at(-1)?.id ?? null) : null };
}

function toView(row: Row): DeliveryView {
  const open = row.status === "pending" || row.status === "retrying";
  return {
    id: row.id,
    fromShop: row.from_shop,
    systemId: row.system_id,
    eventId: row.event_id,
    status: row.status,
    webhookId: messageId(row.change_id, row.type),
    type: row.type,
    resourceType: row.resource_type,
    resourceId: recordId(row.resource_id),
    sku: row.sku,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    nextAttemptAt: open ? row.next_attempt_at.toISOString() : null,
    reason: row.reason,
    httpStatus: row.http_status,
    replayOf: row.replay_of,
    attempts: (row.attempts ?? []).map(
      (attempt): AttemptView => ({
        attempt: attempt.attempt,
        at: new Date(attempt.at).toISOString(),
        durationMs: attempt.duration_ms,
        httpStatus: attempt.http_status,
        error: attempt.error,
        response: attempt.response,
      }),
    ),
  };
}
