import type { Queryable, Transaction } from "#app/db.server.ts";
import type { ToldByWays } from "#app/events/index.server.ts";

/** A topic told by both ways. */
export interface StoredTransport extends ToldByWays {
  readonly topic: string;
  readonly since: Date;
}

/** Begins comparing topics now, those that are not compared yet, and ends it for all others. */
export async function keepCursors(
  db: Queryable,
  shop: string,
  topics: readonly string[],
  nowMs: number,
): Promise<void> {
  await db.query("DELETE FROM transport_cursors WHERE shop = $1 AND topic <> ALL($2)", [
    shop,
    topics,
  ]);
  await db.query(
    `INSERT INTO transport_cursors (shop, topic, since, compared_until)
     SELECT $1, topic, $3, $3 FROM unnest($2::text[]) AS topic ORDER BY topic
     ON CONFLICT DO NOTHING`,
    [shop, topics, new Date(nowMs)],
  );
}

/** How far a topic was compared, for this transaction alone; null when it is not compared any more. */
export async function takeCursor(
  tx: Transaction,
  shop: string,
  topic: string,
): Promise<number | null> {
  const { rows } = await tx.query<{ until: Date }>(
    `SELECT compared_until AS until FROM transport_cursors
     WHERE shop = $1 AND topic = $2 FOR UPDATE`,
    [shop, topic],
  );
  return rows[0]?.until.getTime() ?? null;
}

/** Adds what a window held to its day (UTC), and moves the cursor behind it. */
export async function addWindow(
  tx: Transaction,
  shop: string,
  topic: string,
  told: ToldByWays,
  untilMs: number,
): Promise<void> {
  const until = new Date(untilMs);
  await tx.query(
    "UPDATE transport_cursors SET compared_until = $3 WHERE shop = $1 AND topic = $2",
    [shop, topic, until],
  );
  const { webhooksFirst, eventsFirst, onlyWebhooks, onlyEvents } = told;
  if (webhooksFirst + eventsFirst + onlyWebhooks + onlyEvents === 0) return;
  await tx.query(
    `INSERT INTO transport_days AS d
       (shop, topic, day, webhooks_first, events_first, only_webhooks, only_events)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (shop, topic, day) DO UPDATE SET
       webhooks_first = d.webhooks_first + excluded.webhooks_first,
       events_first = d.events_first + excluded.events_first,
       only_webhooks = d.only_webhooks + excluded.only_webhooks,
       only_events = d.only_events + excluded.only_events`,
    [
      shop,
      topic,
      until.toISOString().slice(0, 10),
      webhooksFirst,
      eventsFirst,
      onlyWebhooks,
      onlyEvents,
    ],
  );
}

/** The topics being compared, with what was told of them since a day. */
export async function transportsOf(
  db: Queryable,
  shop: string,
  sinceMs: number,
): Promise<StoredTransport[]> {
  const { rows } = await db.query<StoredTransport>(
    `SELECT c.topic, c.since,
       coalesce(sum(d.webhooks_first), 0)::int AS "webhooksFirst",
       coalesce(sum(d.events_first), 0)::int AS "eventsFirst",
       coalesce(sum(d.only_webhooks), 0)::int AS "onlyWebhooks",
       coalesce(sum(d.only_events), 0)::int AS "onlyEvents"
     FROM transport_cursors c
     LEFT JOIN transport_days d ON d.shop = c.shop AND d.topic = c.topic AND d.day >= $2
     WHERE c.shop = $1 GROUP BY c.topic, c.since ORDER BY c.topic`,
    [shop, new Date(sinceMs).toISOString().slice(0, 10)],
  );
  return rows;
}

/** Days before an instant, a few at a time; returns how many went. */
export async function dropOldTransportDays(
  db: Queryable,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { rows } = await db.query(
    `DELETE FROM transport_days WHERE ctid IN (
       SELECT ctid FROM transport_days WHERE day < $1 LIMIT $2) RETURNING 1 AS one`,
    [new Date(beforeMs).toISOString().slice(0, 10), limit],
  );
  return rows.length;
}

/** What both ways told of a shop; returns how many rows went. */
export async function forgetTransportsOfShop(db: Queryable, shop: string): Promise<number> {
  const cursors = await db.query(
    "DELETE FROM transport_cursors WHERE shop = $1 RETURNING 1 AS one",
    [shop],
  );
  const days = await db.query("DELETE FROM transport_days WHERE shop = $1 RETURNING 1 AS one", [
    shop,
  ]);
  return cursors.rows.length + days.rows.length;
}
