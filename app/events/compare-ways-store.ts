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
    `${String(graceMs)} milliseconds`,
  ]);
  return rows[0] ?? { webhooksFirst: 0, eventsFirst: 0, onlyWebhooks: 0, onlyEvents: 0 };
}

/**
 * Linear in what was told, however hot one record is: no telling is held against each of the others.
 * What the other way told within the grace of a telling lies in three blocks of a grace each: the end
 * of the one before, its own, and the start of the next. The newest version of each part is a running
 * maximum of its block (w: of webhooks, e: of Events), read where the grace begins and where it ends.
 */
const compareSql = `
  WITH told AS (
    SELECT id, transport, resource_id, version_at, received_at,
      CASE transport WHEN 'webhooks' THEN version_at END AS w,
      CASE transport WHEN 'events' THEN version_at END AS e,
      date_bin($7::interval, received_at, 'epoch') AS block,
      lag(received_at) OVER (PARTITION BY resource_id, transport, version_at
        ORDER BY received_at, id) AS told_before
    FROM events
    WHERE shop = $1 AND id >= $3::uuid AND id < $4::uuid AND topic = ANY($2)
      AND transport IN ('webhooks', 'events') AND resource_id IS NOT NULL
  ), running AS (
    SELECT *, max(w) OVER so_far AS w_so_far, max(e) OVER so_far AS e_so_far,
      max(w) OVER upto AS w_upto, max(e) OVER upto AS e_upto,
      max(w) OVER since AS w_since, max(e) OVER since AS e_since
    FROM told
    WINDOW so_far AS (PARTITION BY resource_id, block ORDER BY received_at, id
        ROWS UNBOUNDED PRECEDING),
      upto AS (PARTITION BY resource_id, block ORDER BY received_at),
      since AS (PARTITION BY resource_id, block ORDER BY received_at DESC)
  ), around AS (
    SELECT *, first_value(block) OVER back AS first_block,
      first_value(w_since) OVER back AS w_first, first_value(e_since) OVER back AS e_first,
      last_value(w_upto) OVER ahead AS w_last, last_value(e_upto) OVER ahead AS e_last
    FROM running
    WINDOW back AS (PARTITION BY resource_id ORDER BY received_at
        RANGE BETWEEN $7::interval PRECEDING AND CURRENT ROW),
      ahead AS (PARTITION BY resource_id ORDER BY received_at
        RANGE BETWEEN CURRENT ROW AND $7::interval FOLLOWING)
  ), heard AS (
    SELECT transport, version_at - interval '2 seconds' AS same,
      coalesce(told_before >= received_at - $7::interval, false) AS repeated,
      CASE transport WHEN 'webhooks' THEN greatest(e_first, e_since, e_upto, e_last)
        ELSE greatest(w_first, w_since, w_upto, w_last) END AS at_all,
      CASE WHEN transport = 'webhooks' AND first_block < block THEN greatest(e_first, e_so_far)
        WHEN transport = 'webhooks' THEN e_so_far
        WHEN first_block < block THEN greatest(w_first, w_so_far) ELSE w_so_far END AS before
    FROM around WHERE received_at >= $5 AND received_at < $6
  )
  SELECT count(*) FILTER (WHERE at_all >= same AND transport = 'webhooks')::int AS "webhooksFirst",
    count(*) FILTER (WHERE at_all >= same AND transport = 'events')::int AS "eventsFirst",
    count(*) FILTER (WHERE (at_all >= same) IS NOT TRUE AND transport = 'webhooks')::int AS "onlyWebhooks",
    count(*) FILTER (WHERE (at_all >= same) IS NOT TRUE AND transport = 'events')::int AS "onlyEvents"
  FROM heard WHERE NOT repeated AND (before >= same) IS NOT TRUE`;
