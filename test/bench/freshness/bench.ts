import { cpus } from "node:os";
import { v7 as uuidv7 } from "uuid";
import { openDatabase } from "#app/db.server.ts";
import { claimDue } from "#app/delivery/claim-store.ts";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import { recordAttempts } from "#app/delivery/delivery-store.ts";
import { insertEvents, type NewEvent, settleEvents } from "#app/events/index.server.ts";
import { insertChanges } from "#app/mirror/index.server.ts";
import { feeds } from "#app/polling/types.ts";
import { installShop } from "#app/shops/index.server.ts";
import { createLook } from "#app/staleness/sampler.ts";
import { plantPass } from "#test/staleness/plant.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { type Rig, rigOn } from "#test/worker/rig-on.ts";
import { freshnessReport } from "./report.ts";

const usualEvents = 1_000_000;
const shops = 100;
const systemsPerShop = 2;
const batch = 100;
const batchesPerRound = 12;
const rounds = 4;
/** The sampler looks this often. */
const lookSeconds = 10;

/** What staleness is read from: nothing else is kept per event. */
const indexes = ["events_unfinished_idx", "deliveries_unfinished_idx", "deliveries_dead_since_idx"];

/** The health of systems reads one of these as well; without staleness it would need this. */
const healthAlone = `CREATE INDEX bench_health_idx ON deliveries (system_id, created_at)
  WHERE status IN ('pending', 'delivering', 'retrying', 'waiting')`;

/**
 * What keeping staleness current costs per event: the indexes of what is unfinished, by walking the
 * same events through the corridor's own statements with and without them, and the sampler's look at
 * every flow of 100 shops, shared by the events that pass between two looks. All of it beside a history.
 */
export async function runFreshnessBench(
  events = usualEvents,
): Promise<{ table: string; figures: object }> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, {
    applicationName: "converge bench",
    statementTimeoutMs: 900_000,
  });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  try {
    const lines = await connectShops(rig);
    console.error(`Writing down a history of ${events.toLocaleString("en")} events ...`);
    await plantHistory(rig, events);
    const looksMs = await measureLooks(rig);
    const kept = await indexDefinitions(rig);
    const withMs: number[] = [];
    const withoutMs: number[] = [];
    await walk(rig, lines);
    // In turns, since a machine is not the same a minute later; the best of each is what it takes.
    for (let round = 0; round < rounds; round += 1) {
      withMs.push(await walk(rig, lines));
      for (const name of indexes) await rig.db.query(`DROP INDEX ${name}`);
      await rig.db.query(healthAlone);
      withoutMs.push(await walk(rig, lines));
      await rig.db.query("DROP INDEX bench_health_idx");
      for (const definition of kept) await rig.db.query(definition);
    }
    const perEvent = (all: readonly number[]) => Math.min(...all) / (batch * batchesPerRound);
    return freshnessReport(
      {
        events,
        shops,
        lookMs: Math.min(...looksMs),
        lookSeconds,
        corridorMsPerEvent: perEvent(withMs),
        withoutMsPerEvent: perEvent(withoutMs),
      },
      `${String(cpus().length)} x ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
    );
  } finally {
    await rig.close();
    await database.drop();
  }
}

/** A shop and one of its systems. */
interface LineEnd {
  readonly shop: string;
  readonly systemId: string;
}

async function connectShops(rig: Rig): Promise<LineEnd[]> {
  const ends: LineEnd[] = [];
  for (let index = 0; index < shops; index += 1) {
    const shop = `bench-${String(index)}.myshopify.com`;
    await rig.db.transaction((tx) => installShop(tx, shop, "", Date.now() - 3_600_000));
    for (let system = 0; system < systemsPerShop; system += 1) {
      const { id } = await connectSystem(rig, shop, "https://wms.example.com", {
        domains: ["inventory", "orders", "products", "pricing"],
      });
      ends.push({ shop, systemId: id });
    }
  }
  for (const feed of feeds)
    for (const { shop } of ends) await plantPass(rig, shop, feed, Date.now());
  return ends;
}

/** Finished events of the last month with a delivery to each system, and a few unfinished ones. */
async function plantHistory(rig: Rig, events: number): Promise<void> {
  await rig.db.query(
    `INSERT INTO events (id, shop, source, transport, delivery_key, topic, domain, status,
       correlation_id, traceparent, triggered_at, received_at, body_bytes)
     SELECT uuidv7(-interval '1 second' * n * 2), 'bench-' || n % $2 || '.myshopify.com', 'webhook',
       'webhooks', n::text, 'inventory_levels/update', 'inventory',
       CASE WHEN n % 10000 = 0 THEN 'received' ELSE 'applied' END, 'c', 't',
       now() - interval '1 second' * n * 2, now() - interval '1 second' * n * 2, 200
     FROM generate_series(1, $1::int) n`,
    [events, shops],
  );
  await rig.db.query(
    `INSERT INTO deliveries (id, shop, system_id, change_id, event_id, domain, type, resource_type,
       resource_id, version_at, status, next_attempt_at, created_at)
     SELECT gen_random_uuid(), e.shop, s.id, e.id::text, e.id, 'inventory', 't', 'InventoryLevel',
       e.id::text, e.received_at,
       CASE WHEN e.status = 'received' THEN 'dead' ELSE 'delivered' END, e.received_at,
       e.received_at
     FROM events e JOIN systems s ON s.shop = e.shop`,
  );
  await rig.db.query("VACUUM ANALYZE events");
  await rig.db.query("VACUUM ANALYZE deliveries");
}

async function measureLooks(rig: Rig): Promise<number[]> {
  const look = createLook(rig);
  const times: number[] = [];
  for (let index = 0; index < 5; index += 1) {
    const startMs = performance.now();
    await look.once();
    times.push(performance.now() - startMs);
  }
  return times;
}

async function indexDefinitions(rig: Rig): Promise<string[]> {
  const { rows } = await rig.db.query<{ definition: string }>(
    "SELECT indexdef AS definition FROM pg_indexes WHERE indexname = ANY($1)",
    [indexes],
  );
  return rows.map((row) => row.definition);
}

/** Walks events through the statements of the corridor, without network; returns how long it took. */
async function walk(rig: Rig, ends: readonly LineEnd[]): Promise<number> {
  const startMs = performance.now();
  for (let index = 0; index < batchesPerRound; index += 1) {
    const end = ends[(index * systemsPerShop) % ends.length];
    if (end) await walkBatch(rig, end.shop, ends);
  }
  return performance.now() - startMs;
}

async function walkBatch(rig: Rig, shop: string, ends: readonly LineEnd[]): Promise<void> {
  const nowMs = Date.now();
  const events = Array.from({ length: batch }, (_, seq) => eventOf(shop, nowMs, seq));
  await rig.db.transaction((tx) => insertEvents(tx, events));
  const changeIds = events.map((event) => `evt_${event.id}`);
  await rig.db.transaction(async (tx) => {
    await insertChanges(
      tx,
      events.map((event) => changeOf(rig, event, nowMs)),
      nowMs,
    );
    await settleEvents(
      tx,
      events.map(({ id }) => ({ id, status: "applied" as const, reason: null, sku: "MUG" })),
      nowMs,
      nowMs,
    );
  });
  await rig.db.transaction((tx) => fanOutChanges(rig, tx, [{ shop, changeIds }]));
  for (const { systemId } of ends.filter((end) => end.shop === shop)) {
    const { deliveries } = await claimDue(rig.db, systemId, batch, Date.now() + 1_000, {
      probe: false,
      latestOnly: true,
    });
    await rig.db.transaction(async (tx) => {
      await recordAttempts(
        tx,
        deliveries.map(({ id, attempts }) => ({
          id,
          attempt: attempts,
          status: "delivered" as const,
          atMs: nowMs,
          durationMs: 5,
          httpStatus: 200,
          error: null,
          response: null,
          nextAttemptAtMs: null,
        })),
      );
    });
  }
}

function eventOf(shop: string, nowMs: number, seq: number): NewEvent {
  const id = uuidv7({ msecs: nowMs, seq });
  const body = Buffer.alloc(300, 7);
  return {
    id,
    shop,
    source: "webhook",
    transport: "webhooks",
    deliveryKey: id,
    topic: "inventory_levels/update",
    domain: "inventory",
    type: "inventory_level.updated",
    status: "received",
    reason: null,
    resource: {
      type: "InventoryLevel",
      id: `gid://shopify/InventoryLevel/${id}`,
      version: new Date(nowMs).toISOString(),
      versionAtMs: nowMs,
    },
    shopifyEventId: null,
    correlationId: id,
    traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    apiVersion: "2026-10",
    subscription: null,
    triggeredAt: new Date(nowMs).toISOString(),
    receivedAtMs: nowMs,
    body,
    bodyBytes: body.length,
    headers: {},
  };
}

function changeOf(rig: Rig, event: NewEvent, nowMs: number) {
  const id = `evt_${event.id}`;
  return {
    id,
    shop: event.shop,
    eventId: event.id,
    domain: "inventory",
    type: "inventory_level.updated",
    resourceType: "InventoryLevel",
    resourceId: event.resource?.id ?? "",
    version: event.resource?.version ?? "",
    versionAtMs: nowMs,
    sku: "MUG",
    source: "webhook",
    correlationId: event.correlationId,
    traceparent: event.traceparent,
    occurredAtMs: nowMs,
    receivedAtMs: nowMs,
    data: rig.vault.seal('{"available":5}', `change:${id}`),
  };
}
