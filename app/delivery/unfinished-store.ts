import type { Queryable } from "#app/db.server.ts";
import type { DeliveryStatus } from "./types.ts";

/** One kind of data on its way to one system. */
export interface Line {
  readonly systemId: string;
  readonly domain: string;
  /** The system wants every change: a newer one does not make up for one that failed. */
  readonly every: boolean;
}

/** The oldest change on a line that has not arrived: waiting in any way, or given up. */
export interface UnfinishedDelivery {
  readonly systemId: string;
  readonly domain: string;
  readonly status: DeliveryStatus;
  /** Null: it is another store's. */
  readonly eventId: string | null;
  /** By Shopify's clock. */
  readonly versionAt: Date;
  /** By ours. */
  readonly createdAt: Date;
}

const ownEvent = `CASE WHEN from_shop IS NULL THEN event_id END AS "eventId"`;

/** So many dead letters are looked at for being made up for; behind them each counts. */
const looksAt = 500;

/**
 * The oldest change on each line that waits, and the oldest that was given up. What was given up no
 * longer counts once the system has a newer version of the same record, unless it wants every change.
 * Reads the unfinished alone, by index: the same few rows however many are finished.
 */
export async function oldestUnfinishedDeliveries(
  db: Queryable,
  lines: readonly Line[],
): Promise<UnfinishedDelivery[]> {
  if (lines.length === 0) return [];
  const { rows } = await db.query<UnfinishedDelivery>(
    `WITH lines AS (
       SELECT * FROM unnest($1::text[], $2::text[], $3::bool[]) AS l (system_id, domain, every)
     )
     SELECT l.system_id AS "systemId", l.domain, d.status, d."eventId",
       d.version_at AS "versionAt", d.created_at AS "createdAt"
     FROM lines l CROSS JOIN LATERAL (
       SELECT status, ${ownEvent}, version_at, created_at FROM deliveries
       WHERE system_id = l.system_id AND domain = l.domain
         AND status IN ('pending', 'delivering', 'retrying', 'waiting')
       ORDER BY version_at LIMIT 1) d
     UNION ALL
     SELECT l.system_id, l.domain, d.status, d."eventId", d.version_at, d.created_at
     FROM lines l CROSS JOIN LATERAL (
       SELECT x.* FROM (
         SELECT status, ${ownEvent}, version_at, created_at, resource_id,
           coalesce(replay_of, id) AS first_id, row_number() OVER (ORDER BY version_at) AS place
         FROM deliveries
         WHERE system_id = l.system_id AND domain = l.domain AND status = 'dead'
           AND replayed_at IS NULL
         ORDER BY version_at LIMIT ${String(looksAt + 1)}) x
       WHERE l.every OR x.place > ${String(looksAt)} OR NOT EXISTS (
         SELECT FROM deliveries n
         WHERE n.system_id = l.system_id AND n.resource_id = x.resource_id
           AND n.status = 'delivered' AND n.version_at >= x.version_at
           AND (n.version_at, coalesce(n.replay_of, n.id)) > (x.version_at, x.first_id))
       ORDER BY x.version_at LIMIT 1) d`,
    columnsOf(lines),
  );
  return rows;
}

/** How many changes on each line have not arrived, each counted up to `most`, by `systemId domain`. */
export async function countUnfinishedDeliveries(
  db: Queryable,
  lines: readonly Line[],
  most: number,
): Promise<Map<string, number>> {
  if (lines.length === 0) return new Map();
  const [systemIds, domains] = columnsOf(lines);
  const { rows } = await db.query<{ key: string; count: number }>(
    `SELECT l.system_id || ' ' || l.domain AS key, d.count
     FROM unnest($1::text[], $2::text[]) AS l (system_id, domain)
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS count FROM (
         (SELECT 1 FROM deliveries
          WHERE system_id = l.system_id AND domain = l.domain
            AND status IN ('pending', 'delivering', 'retrying', 'waiting') LIMIT $3)
         UNION ALL
         (SELECT 1 FROM deliveries
          WHERE system_id = l.system_id AND domain = l.domain AND status = 'dead'
            AND replayed_at IS NULL LIMIT $3) LIMIT $3) x) d`,
    [systemIds, domains, most],
  );
  return new Map(rows.map((row) => [row.key, row.count]));
}

function columnsOf(lines: readonly Line[]): [string[], string[], boolean[]] {
  return [
    lines.map((line) => line.systemId),
    lines.map((line) => line.domain),
    lines.map((line) => line.every),
  ];
}
