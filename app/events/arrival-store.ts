import { firstIdOf, type Queryable } from "#app/db.server.ts";
import type { EventSource, EventStatus } from "./types.ts";

/** A version somebody wants to know of whether it was told. */
export interface ArrivalQuestion {
  readonly resourceId: string;
  readonly versionAtMs: number;
}

/** An event that tells of a resource. */
export interface Arrival {
  readonly resourceId: string;
  readonly versionAtMs: number;
  readonly source: EventSource;
  readonly status: EventStatus;
  readonly deliveryKey: string;
  readonly receivedAtMs: number;
}

/** How far our clock may be behind Shopify's: nothing is heard of before it happens. */
const clockSlackMs = 15 * 60_000;

/**
 * The events that tell of these resources in the versions asked for or newer ones, whatever became
 * of them. Reads no further back than the versions are old.
 */
export async function arrivalsOf(
  db: Queryable,
  shop: string,
  questions: readonly ArrivalQuestion[],
): Promise<Arrival[]> {
  if (questions.length === 0) return [];
  const rows = questions.map(({ resourceId, versionAtMs }) => ({
    resource_id: resourceId,
    version_at: new Date(versionAtMs).toISOString(),
    first_id: firstIdOf(versionAtMs - clockSlackMs),
  }));
  const found = await db.query<{
    resourceId: string;
    versionAt: Date;
    source: EventSource;
    status: EventStatus;
    deliveryKey: string;
    receivedAt: Date;
  }>(
    `SELECT e.resource_id AS "resourceId", e.version_at AS "versionAt", e.source, e.status,
       e.delivery_key AS "deliveryKey", e.received_at AS "receivedAt"
     FROM json_to_recordset($2::json) AS q (resource_id text, version_at timestamptz, first_id uuid)
     JOIN events e ON e.shop = $1 AND e.resource_id = q.resource_id AND e.id >= q.first_id
       AND e.version_at >= q.version_at`,
    [shop, JSON.stringify(rows)],
  );
  return found.rows.map(({ versionAt, receivedAt, ...row }) => ({
    ...row,
    versionAtMs: versionAt.getTime(),
    receivedAtMs: receivedAt.getTime(),
  }));
}
