import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { Rig } from "#test/worker/rig.ts";

/** A change somewhere between Shopify and a system, as its stage has it on record. */
export interface Planted {
  readonly domain: string;
  /** Epoch milliseconds. */
  readonly changedAtMs: number;
  readonly status: string;
}

/** Puts events on record, each with the time at which Shopify triggered it. */
export async function plantEvents(
  rig: Rig,
  shop: string,
  planted: readonly Planted[],
): Promise<void> {
  await rig.db.query(
    `INSERT INTO events (id, shop, source, transport, delivery_key, topic, domain, status,
       correlation_id, traceparent, triggered_at, received_at, body_bytes)
     SELECT id, $1, 'webhook', 'webhooks', id::text, 'products/update', domain, status, 'c', 't',
       at, at + interval '1 second', 2
     FROM json_to_recordset($2::json) AS r (id uuid, domain text, status text, at timestamptz)`,
    [shop, JSON.stringify(planted.map(rowOf))],
  );
}

/** Puts deliveries to a system on record; `resourceId`: unset, each is of a record of its own. */
export async function plantDeliveries(
  rig: Rig,
  shop: string,
  systemId: string,
  planted: readonly (Planted & { readonly resourceId?: string })[],
): Promise<void> {
  await rig.db.query(
    `INSERT INTO deliveries (id, shop, system_id, change_id, event_id, domain, type, resource_type,
       resource_id, version_at, status, next_attempt_at, created_at)
     SELECT id, $1, $2, id::text, id, domain, 't', 'Product', resource, at, status, at,
       at + interval '2 seconds'
     FROM json_to_recordset($3::json)
       AS r (id uuid, domain text, status text, at timestamptz, resource text)`,
    [
      shop,
      systemId,
      JSON.stringify(
        planted.map((one) => ({ ...rowOf(one), resource: one.resourceId ?? randomUUID() })),
      ),
    ],
  );
}

function rowOf({ domain, changedAtMs, status }: Planted) {
  const at = new Date(changedAtMs).toISOString();
  return { id: uuidv7({ msecs: changedAtMs }), domain, status, at };
}

/** Puts a complete read of Shopify on record; `skewMs`: how far Shopify's clock is ahead. */
export async function plantPass(
  rig: Rig,
  shop: string,
  feed: string,
  atMs: number,
  skewMs = 0,
): Promise<void> {
  const at = new Date(atMs);
  await rig.db.query(
    `INSERT INTO poll_feeds (shop, feed, every_seconds, next_at, passes) VALUES ($1, $2, 30, $3, 1)
     ON CONFLICT (shop, feed) DO UPDATE SET passes = poll_feeds.passes + 1`,
    [shop, feed, at],
  );
  await rig.db.query(
    `INSERT INTO poll_passes (id, shop, feed, reason, started_at, completed_at, from_at, to_at,
       slices, pages, rows, found, points, number)
     SELECT $1, $2, $3, 'schedule', $4, $4::timestamptz + interval '1 second', $4, $5, 1, 1, 0, 0,
       3, passes FROM poll_feeds WHERE shop = $2 AND feed = $3`,
    [uuidv7({ msecs: atMs }), shop, feed, at, new Date(atMs + skewMs)],
  );
}
