import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstIdOf } from "#app/db.server.ts";
import { compareWays, type ToldByWays } from "#app/events/index.server.ts";
import { testDatabase, type TestDatabase } from "#test/support/database.ts";

const topic = "products/update";
const startMs = Date.UTC(2026, 10, 26, 12);
const graceMs = 600_000;
const window = { fromMs: startMs, toMs: startMs + 600_000, graceMs };
/** Versions this close are one. */
const closeMs = 2_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

interface Told {
  readonly transport: "webhooks" | "events";
  readonly record: number;
  readonly versionMs: number;
  readonly receivedMs: number;
}

/** Writes down what was told; the order of the list is that of the ids. */
async function store(shop: string, told: readonly Told[]): Promise<void> {
  await database.db.query(
    `INSERT INTO events (id, shop, source, transport, delivery_key, topic, status, resource_type,
       resource_id, version_at, received_at, correlation_id, traceparent, body_bytes)
     SELECT id::uuid, $1, 'webhook', transport, id, $2, 'applied', 'Product', record, version_at,
       received_at, id, '', 0
     FROM json_to_recordset($3::json) AS r (id text, transport text, record text,
       version_at timestamptz, received_at timestamptz)`,
    [
      shop,
      topic,
      JSON.stringify(
        told.map(({ transport, record, versionMs, receivedMs }) => ({
          id: idOf(receivedMs),
          transport,
          record: String(record),
          version_at: new Date(versionMs).toISOString(),
          received_at: new Date(receivedMs).toISOString(),
        })),
      ),
    ],
  );
}

/** Ids of one instant are in the order they were asked for. */
let asked = 0;
function idOf(atMs: number): string {
  asked += 1;
  return firstIdOf(atMs).slice(0, -12) + asked.toString(16).padStart(12, "0");
}

/** The rule as it is told: each telling against every other one. */
function byDefinition(told: readonly Told[]): ToldByWays {
  const counts = { webhooksFirst: 0, eventsFirst: 0, onlyWebhooks: 0, onlyEvents: 0 };
  told.forEach((one, index) => {
    if (one.receivedMs < window.fromMs || one.receivedMs >= window.toMs) return;
    const near = told.flatMap((other, at) => {
      const isNear = Math.abs(other.receivedMs - one.receivedMs) <= graceMs;
      if (at === index || other.record !== one.record || !isNear) return [];
      const before = other.receivedMs - one.receivedMs || at - index;
      return [{ ...other, isBefore: before < 0 }];
    });
    const answers = near.filter(
      (other) => other.transport !== one.transport && other.versionMs >= one.versionMs - closeMs,
    );
    const repeats = near.filter(
      (other) => other.transport === one.transport && other.versionMs === one.versionMs,
    );
    if ([...answers, ...repeats].some((other) => other.isBefore)) return;
    const name = one.transport === "webhooks" ? "Webhooks" : "Events";
    if (answers.length === 0) counts[`only${name}`] += 1;
    else counts[name === "Webhooks" ? "webhooksFirst" : "eventsFirst"] += 1;
  });
  return counts;
}

/** The same numbers for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function history(seed: number): Told[] {
  const random = randomOf(seed);
  const upTo = (most: number) => Math.floor(random() * most);
  // Few instants, so that many things are told at once, at the very edge of the grace, and again.
  return Array.from({ length: 150 }, () => {
    const receivedMs = startMs - graceMs + upTo(61) * 30_000;
    return {
      transport: random() < 0.5 ? ("webhooks" as const) : ("events" as const),
      record: upTo(4),
      versionMs: receivedMs - upTo(400) * 3_000,
      receivedMs,
    };
  });
}

describe("comparing the two ways", () => {
  it.each(Array.from({ length: 20 }, (_, seed) => seed))(
    "counts what its definition counts (seed %i)",
    async (seed) => {
      const shop = `seed-${String(seed)}.myshopify.com`;
      const told = history(seed);
      await store(shop, told);
      expect(await compareWays(database.db, shop, [topic], window)).toEqual(byDefinition(told));
    },
  );

  it("takes no longer for one hot record than for as many quiet ones", async () => {
    const shop = "hot.myshopify.com";
    const many = 10_000;
    // Held each against each, Postgres would give up after its 30 seconds.
    await store(
      shop,
      Array.from({ length: many }, (_, index) => {
        const receivedMs = startMs + (index % (many / 2)) * 120;
        const versionMs = receivedMs - (receivedMs % 5_000);
        const transport = index < many / 2 ? ("webhooks" as const) : ("events" as const);
        return { transport, record: 1, versionMs, receivedMs };
      }),
    );
    const counts = await compareWays(database.db, shop, [topic], window);
    expect(counts).toEqual({ webhooksFirst: 120, eventsFirst: 0, onlyWebhooks: 0, onlyEvents: 0 });
  });
});
