import type { Queryable } from "#app/db.server.ts";
import { recordId } from "./cache-invalidation.ts";
import type { DeadLetter } from "./types.ts";

/** Dead deliveries of a shop per system, counted up to `cap` in all. */
export async function countDeadDeliveries(
  db: Queryable,
  shop: string,
  cap: number,
): Promise<{ systemId: string; count: number; oldestAt: string }[]> {
  const { rows } = await db.query<{ system_id: string; count: string; oldest: Date }>(
    `SELECT system_id, count(*) AS count, min(finished_at) AS oldest
     FROM (SELECT system_id, finished_at FROM deliveries
           WHERE shop = $1 AND status = 'dead' AND replayed_at IS NULL
           ORDER BY id LIMIT $2) AS capped
     GROUP BY system_id ORDER BY count(*) DESC`,
    [shop, cap],
  );
  return rows.map((row) => ({
    systemId: row.system_id,
    count: Number(row.count),
    oldestAt: row.oldest.toISOString(),
  }));
}

/** How many dead deliveries the installation has. */
export async function countAllDead(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: string }>(
    "SELECT count(*) AS count FROM deliveries WHERE status = 'dead' AND replayed_at IS NULL",
  );
  return Number(rows[0]?.count ?? 0);
}

/** Dead deliveries nobody replayed or discarded, newest first. */
export async function listDeadDeliveries(
  db: Queryable,
  shop: string,
  options: {
    readonly limit: number;
    readonly after?: string | undefined;
    readonly systemId?: string | undefined;
    readonly domain?: string | undefined;
    /** Given up from then to then, RFC 3339. */
    readonly from?: string | undefined;
    readonly to?: string | undefined;
  },
): Promise<DeadLetter[]> {
  const { rows } = await db.query<{
    id: string;
    from_shop: string | null;
    event_id: string;
    system_id: string;
    domain: string;
    type: string;
    resource_type: string;
    resource_id: string;
    sku: string | null;
    reason: string | null;
    http_status: number | null;
    attempts: number;
    finished_at: Date;
  }>(
    `SELECT id, from_shop, event_id, system_id, domain, type, resource_type, resource_id, sku, reason,
       http_status, attempts, finished_at
     FROM deliveries
     WHERE shop = $1 AND status = 'dead' AND replayed_at IS NULL
       AND ($2::text IS NULL OR system_id = $2) AND ($3::uuid IS NULL OR id < $3::uuid)
       AND ($5::text IS NULL OR domain = $5) AND ($6::timestamptz IS NULL OR finished_at >= $6)
       AND ($7::timestamptz IS NULL OR finished_at <= $7)
     ORDER BY id DESC LIMIT $4`,
    [
      shop,
      options.systemId ?? null,
      options.after ?? null,
      options.limit,
      options.domain ?? null,
      options.from ?? null,
      options.to ?? null,
    ],
  );
  return rows.map((row) => ({
    id: `dlv:${row.id}`,
    kind: "delivery",
    fromShop: row.from_shop,
    eventId: row.event_id,
    systemId: row.system_id,
    domain: row.domain,
    resource: { type: row.resource_type, id: recordId(row.resource_id), sku: row.sku },
    topic: row.type,
    reason: row.reason ?? "Unknown",
    httpStatus: row.http_status,
    attempts: row.attempts,
    at: row.finished_at.toISOString(),
  }));
}
