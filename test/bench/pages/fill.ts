import type { Database } from "#app/db.server.ts";
import { rollUpOutcomes } from "#app/events/index.server.ts";
import { rollUpLags } from "#app/freshness/index.server.ts";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";

/** Fills a database with the history of a hundred stores, made by Postgres itself. */

/** Where the history comes from. */
export interface FillDeps {
  readonly db: Database;
  readonly vault: Vault;
}

/** There are so many stores. */
export const shops = 100;
const days = 30;
/** Rows of one statement: progress can be seen, and no transaction is enormous. */
const step = 250_000;

/** A store's domain, from 1 to 100. */
export function shopName(number: number): string {
  return `bench-${String(number)}.myshopify.com`;
}

/** One of its two systems, 0 or 1. */
export function systemId(number: number, which: 0 | 1): string {
  return `sys_${String(number)}_${String(which)}`;
}

/**
 * Adds `events` events of the last thirty days, spread evenly over the stores and the time; for the
 * stores in `measured` also one delivery of each that was applied, figures and disagreements
 * (tables in which no query ever reads another store's rows).
 */
export async function fillHistory(
  deps: FillDeps,
  events: number,
  measured: readonly number[],
): Promise<void> {
  const { db } = deps;
  await addShops(db);
  await withoutIndexes(db, ["events", "deliveries"], async () => {
    for (let from = 0; from < events; from += step) {
      const to = Math.min(events, from + step);
      await addEvents(db, from, to, events);
      await addDeliveries(db, from, to, events, measured);
    }
    await addFullLists(db, measured);
  });
  await addFigures(db, measured.map(shopName));
  await rollUpLags(db, Date.now());
  await rollUpOutcomes(db, Date.now());
  for (const each of measured) await addDisagreements(deps, each, events / shops / 1_000);
  // A history of thirty days was vacuumed while it grew; this one would be while it is read.
  await db.query("VACUUM (ANALYZE)");
}

/** Every store has installed the app and has two systems. Their secrets are never used. */
async function addShops(db: Database): Promise<void> {
  await db.query(
    `INSERT INTO shops (shop, scopes, installed_at, time_zone, learned_at)
     SELECT 'bench-' || n || '.myshopify.com', '', now() - interval '60 days', 'Europe/Berlin', now()
     FROM generate_series(1, $1) AS n`,
    [shops],
  );
  await db.query(
    `INSERT INTO systems (id, shop, name, kind, url, domains, status_since, secret,
       delivery_policy, circuit_policy, created_at)
     SELECT 'sys_' || n || '_' || k, 'bench-' || n || '.myshopify.com', 'System ' || k, 'wms',
       'https://wms.example.com', ARRAY['inventory', 'orders', 'products'], now(), '',
       '{"mode":"latest","maxAttempts":10,"baseDelayMs":2000,"maxDelayMs":3600000,"timeoutMs":10000,"concurrency":4}',
       '{"minimumRequests":10,"failurePercent":70,"windowSeconds":300,"probeAfterMs":30000}',
       now() - interval '60 days'
     FROM generate_series(1, $1) AS n, generate_series(0, 1) AS k`,
    [shops],
  );
}

/**
 * Row n is of store n % 100; of a store's thousand one could not be understood, and one is of loyalty
 * points. Kinds take turns (617 and 1,000 have no divisor in common), so that a short history has them too.
 */
async function addEvents(db: Database, from: number, to: number, all: number): Promise<void> {
  await db.query(
    `INSERT INTO events (id, shop, source, transport, delivery_key, topic, domain, type, status,
       resource_type, resource_id, sku, version, version_at, correlation_id, traceparent,
       triggered_at, received_at, started_at, processed_at, body_bytes)
     SELECT uuidv7(at - now()), shop, 'webhook', 'webhooks', n::text, k.topic, k.domain, k.type,
       CASE n / 100 % 1000 WHEN 1 THEN 'dead' WHEN 2 THEN 'ignored' WHEN 3 THEN 'superseded'
         ELSE 'applied' END,
       k.resource, 'gid://shopify/' || k.resource || '/' || n / 100 % 5000, 'SKU-' || n / 100 % 5000,
       at::text, at, 'correlation-' || n, '00-00000000000000000000000000000000-0000000000000000-01',
       at - interval '1 second', at, at, at, 800
     FROM (SELECT n, 'bench-' || n % 100 + 1 || '.myshopify.com' AS shop,
             now() - interval '1 day' * $4::float8 * (1 - (n + 1) / $3::float8) AS at
           FROM generate_series($1::bigint, $2::bigint - 1) AS n) AS rows
     JOIN LATERAL (SELECT * FROM (VALUES
         (0, 599, 'inventory_levels/update', 'inventory', 'inventory_level.updated', 'InventoryLevel'),
         (600, 849, 'orders/updated', 'orders', 'order.updated', 'Order'),
         (850, 998, 'products/update', 'products', 'product.updated', 'Product'),
         (999, 999, 'changes/loyalty', 'loyalty', 'loyalty_points.updated', 'LoyaltyPoints'))
       AS kinds (least, most, topic, domain, type, resource)
       WHERE n / 100 * 617 % 1000 BETWEEN least AND most) AS k ON true`,
    [from, to, all, days],
  );
}

/** What was applied went to one of the store's systems; one in a thousand was given up. */
async function addDeliveries(
  db: Database,
  from: number,
  to: number,
  all: number,
  measured: readonly number[],
): Promise<void> {
  await db.query(
    `INSERT INTO deliveries (id, shop, system_id, change_id, event_id, domain, type, resource_type,
       resource_id, sku, version_at, status, attempts, next_attempt_at, created_at, finished_at,
       reason)
     SELECT uuidv7(at - now()), 'bench-' || n % 100 + 1 || '.myshopify.com',
       'sys_' || n % 100 + 1 || '_' || n / 100 % 2, 'evt_' || n, uuidv7(at - now()), 'inventory',
       'inventory_level.updated', 'InventoryLevel', 'gid://shopify/InventoryLevel/' || n / 100 % 5000,
       'SKU-' || n / 100 % 5000, at, CASE n / 100 % 1000 WHEN 4 THEN 'dead' ELSE 'delivered' END, 1,
       at, at, at + interval '1 second',
       CASE n / 100 % 1000 WHEN 4 THEN 'The system answered 422.' END
     FROM (SELECT n, now() - interval '1 day' * $4::float8 * (1 - (n + 1) / $3::float8) AS at
           FROM generate_series($1::bigint, $2::bigint - 1) AS n) AS rows
     WHERE n / 100 % 1000 NOT IN (1, 2, 3) AND n % 100 + 1 = ANY($5)`,
    [from, to, all, days, measured],
  );
}

/** Of what is rare every measured store has a page full, however short its history is, spread over all of it. */
async function addFullLists(db: Database, measured: readonly number[]): Promise<void> {
  const spread = `SELECT 'bench-' || s || '.myshopify.com' AS shop, 'sys_' || s || '_0' AS system, n,
      now() - interval '1 day' * $3::float8 * n / $2 AS at
    FROM unnest($1::int[]) AS s, generate_series(1, $2::int) AS n`;
  await db.query(
    `INSERT INTO events (id, shop, source, transport, delivery_key, topic, domain, type, status,
       resource_type, resource_id, version, version_at, correlation_id, traceparent,
       triggered_at, received_at, started_at, processed_at, body_bytes)
     SELECT uuidv7(at - now()), shop, 'webhook', 'webhooks', 'rare-' || n, 'changes/loyalty', 'loyalty',
       'loyalty_points.updated', 'applied', 'LoyaltyPoints', 'gid://shopify/LoyaltyPoints/' || n,
       at::text, at, 'rare-' || n, '00-00000000000000000000000000000000-0000000000000000-01',
       at, at, at, at, 800
     FROM (${spread}) AS rows`,
    [measured, fullList, days],
  );
  await db.query(
    `INSERT INTO deliveries (id, shop, system_id, change_id, event_id, domain, type, resource_type,
       resource_id, sku, version_at, status, attempts, next_attempt_at, created_at, finished_at,
       reason)
     SELECT uuidv7(at - now()), shop, system, 'rare-' || n, uuidv7(at - now()), 'inventory',
       'inventory_level.updated', 'InventoryLevel', 'gid://shopify/InventoryLevel/' || n, 'SKU-' || n,
       at, 'dead', 1, at, at, at, 'The system answered 422.'
     FROM (${spread}) AS rows`,
    [measured, fullList, days],
  );
}

/** Counts and histograms per minute, as the corridor would have added them up. */
async function addFigures(db: Database, names: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO event_outcomes (shop, minute, outcome, count)
     SELECT shop, date_trunc('minute', received_at), status, count(*)
     FROM events WHERE shop = ANY($1) GROUP BY 1, 2, 3`,
    [names],
  );
  await db.query(
    `INSERT INTO delivery_minutes (shop, system_id, minute, delivered, dead, failed_attempts,
       last_delivered_at)
     SELECT shop, system_id, date_trunc('minute', created_at), count(*) FILTER (WHERE status <> 'dead'),
       count(*) FILTER (WHERE status = 'dead'), 0, max(finished_at)
     FROM deliveries WHERE shop = ANY($1) GROUP BY 1, 2, 3`,
    [names],
  );
  await db.query(
    `INSERT INTO lag_buckets (shop, minute, domain, stage, system_id, bucket, count)
     SELECT shop, date_trunc('minute', received_at), domain, stage, '', 30 + abs(hashtext(id::text)) % 20,
       count(*)
     FROM events, unnest(ARRAY['transit', 'queue', 'processing', 'total']) AS stage
     WHERE shop = ANY($1) GROUP BY 1, 2, 3, 4, 5, 6`,
    [names],
  );
}

/** More than one page shows: how long fifty rows take says nothing about a history, and nothing about five rows. */
const fullList = 60;

/** One in a thousand records is not what its owner says. */
async function addDisagreements(
  { db, vault }: FillDeps,
  number: number,
  count: number,
): Promise<void> {
  const shop = shopName(number);
  const system = systemId(number, 0);
  for (let n = 0; n < Math.max(fullList, count); n += 1) {
    await db.transaction((tx) =>
      recordDiscrepancy({ vault }, tx, {
        shop,
        domain: "inventory",
        kind: "value",
        systemId: system,
        owner: system,
        resource: { type: "InventoryLevel", id: `gid://shopify/InventoryLevel/${String(n)}` },
        sku: `SKU-${String(n)}`,
        shopifyValue: { available: n },
        systemValue: { available: n + 1 },
        cause: "A comparison found it.",
        eventId: null,
        correlationId: `correlation-${String(n)}`,
        traceparent: "",
        foundAtMs: Date.now() - n * 60_000,
      }),
    );
  }
}

/** Adding rows first and their indexes afterwards is several times faster. */
async function withoutIndexes(
  db: Database,
  tables: readonly string[],
  fill: () => Promise<void>,
): Promise<void> {
  const { rows } = await db.query<{ name: string; definition: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     JOIN pg_class t ON t.oid = i.indrelid
     WHERE t.relname = ANY($1) AND NOT i.indisprimary
       AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)`,
    [tables],
  );
  for (const { name } of rows) await db.query(`DROP INDEX "${name}"`);
  await fill();
  for (const { definition } of rows) await db.query(definition);
}
