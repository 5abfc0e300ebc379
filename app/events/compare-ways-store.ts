import { firstIdOf, type Queryable } from "#app/db.server.ts";

/** How often each way told, each change once. */
export interface ToldByWays {
  readonly webhooksFirst: number;
  readonly eventsFirst: number;
  readonly onlyWebhooks: number;
  readonly onlyEvents: number;
}

/** Times in epoch milliseconds. */
export interface WaysWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** How much later the other way may tell the same. */
  readonly graceMs: number;
}

/** Our ids and our clock are of the same machine, but not read at the same instant. */
const idSlackMs = 60_000;

/**
 * What classic webhooks and Events told of one topic (under all its names) that was first heard of in
 * a window. A change counts where it was first told, and as told by both when the other way told it or
 * a newer one within the grace: so windows that follow each other count every change once. Versions
 * two seconds apart are one: an Event without a time of its own carries that of its trigger.
 */
export async function compareWays(
  db: Queryable,
  shop: string,
  topics: readonly string[],
  { fromMs, toMs, graceMs }: WaysWindow,
): Promise<ToldByWays> {
  const { rows } = await db.query<ToldByWays>(compareSql, [
    shop,
    topics,
    firstIdOf(fromMs - graceMs - idSlackMs),
    firstIdOf(toMs + graceMs + idSlackMs),
    new Date(fromMs),
    new Date(toMs),
    graceMs / 1000,
  ]);
  return rows[0] ?? { webhooksFirst: 0, eventsFirst: 0, onlyWebhooks: 0, onlyEvents: 0 };
}

const compareSql = `
  WITH told AS MATERIALIZED (
    SELECT id, transport, resource_id, version_at, received_at FROM events
    WHERE shop = $1 AND id >= $3::uuid AND id < $4::uuid AND topic = ANY($2)
      AND transport IN ('webhooks', 'events') AND resource_id IS NOT NULL
  ), judged AS (
    SELECT one.id, one.transport,
      coalesce(bool_or((other.received_at, other.id) < (one.received_at, one.id)
        AND (other.transport <> one.transport OR other.version_at = one.version_at)), false) AS before,
      coalesce(bool_or(other.transport <> one.transport), false) AS answered
    FROM told one LEFT JOIN told other
      ON other.resource_id = one.resource_id AND other.id <> one.id
     AND other.version_at >= one.version_at - interval '2 seconds'
     AND abs(extract(epoch FROM other.received_at - one.received_at)) <= $7::float8
    WHERE one.received_at >= $5 AND one.received_at < $6
    GROUP BY one.id, one.transport
  )
  SELECT count(*) FILTER (WHERE answered AND transport = 'webhooks')::int AS "webhooksFirst",
    count(*) FILTER (WHERE answered AND transport = 'events')::int AS "eventsFirst",
    count(*) FILTER (WHERE NOT answered AND transport = 'webhooks')::int AS "onlyWebhooks",
    count(*) FILTER (WHERE NOT answered AND transport = 'events')::int AS "onlyEvents"
  FROM judged WHERE NOT before`;
