import { dataDomains, type DataDomain } from "#app/data-domains.ts";
import type { Queryable } from "#app/db.server.ts";

/** The oldest event of a shop about a kind of data that is not processed, or could not be. */
export interface UnfinishedEvent {
  readonly shop: string;
  readonly domain: DataDomain;
  readonly id: string;
  readonly status: "received" | "dead";
  /** By Shopify's clock. */
  readonly triggeredAt: Date | null;
  readonly receivedAt: Date;
}

/** The oldest unfinished event of each kind of data of some shops; where there is none, nothing. */
export async function oldestUnfinishedEvents(
  db: Queryable,
  shops: readonly string[],
): Promise<UnfinishedEvent[]> {
  const { rows } = await db.query<UnfinishedEvent>(
    `SELECT s.shop, d.domain, e.id, e.status, e.triggered_at AS "triggeredAt",
       e.received_at AS "receivedAt"
     FROM unnest($1::text[]) AS s (shop) CROSS JOIN unnest($2::text[]) AS d (domain)
     CROSS JOIN LATERAL (
       SELECT id, status, triggered_at, received_at FROM events
       WHERE shop = s.shop AND domain = d.domain AND status IN ('received', 'dead')
       ORDER BY least(triggered_at, received_at) LIMIT 1) e`,
    [shops, dataDomains],
  );
  return rows;
}

/** How many events are unfinished, by `shop domain`, each counted up to `most`. */
export async function countUnfinishedEvents(
  db: Queryable,
  shops: readonly string[],
  most: number,
): Promise<Map<string, number>> {
  const { rows } = await db.query<{ key: string; count: number }>(
    `SELECT s.shop || ' ' || d.domain AS key, e.count
     FROM unnest($1::text[]) AS s (shop) CROSS JOIN unnest($2::text[]) AS d (domain)
     CROSS JOIN LATERAL (
       SELECT count(*)::int AS count FROM (
         SELECT 1 FROM events
         WHERE shop = s.shop AND domain = d.domain AND status IN ('received', 'dead')
         LIMIT $3) x) e`,
    [shops, dataDomains, most],
  );
  return new Map(rows.map((row) => [row.key, row.count]));
}
