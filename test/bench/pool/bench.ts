import { cpus } from "node:os";
import { countLevels, placeHold } from "#app/coordination/index.server.ts";
import { openDatabase } from "#app/db.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { type Rig, rigOn } from "#test/worker/rig-on.ts";
import { measureFollowing } from "./measure-following.ts";
import { levelOf, type PlantedPools, plantPools } from "./plant-pools.ts";
import { poolReport } from "./report.ts";

const manyPools = 10_000;
/** Workers that count at once, as many levels each as one job takes. */
const lanes = 4;
const levelsAtOnce = 50;
const usualSeconds = 5;

/** What the ways of the benchmark are played on. */
interface Floor {
  readonly rig: Rig;
  readonly deps: Parameters<typeof countLevels>[0];
  readonly pools: PlantedPools;
}

/**
 * How fast pools move: sales counted in stores, each a change with its ledger entry and the jobs that
 * lower the other stores, on one article and spread over ten thousand; beside a row per article that is
 * locked, lowered and noted in one Prisma transaction, which lowers nobody. How many holds are placed.
 * What a sale of another article waits while one is hot. And, with a twin, web and workers, how long
 * it takes from a sale to the other stores' acknowledged writes.
 */
export async function runPoolBench(
  seconds = usualSeconds,
): Promise<{ table: string; figures: object }> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench", maxConnections: 12 });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  const queue = await openQueue({ url: database.url, log: rig.log, vault: rig.vault, role: "web" });
  try {
    const pools = await plantPools(rig, manyPools);
    const shopify = { graphql: sellingShopify() };
    const floor = { rig, pools, deps: { ...rig, shopify, enqueue: queue.enqueue } };
    await naiveTables(rig, pools);
    const hot = await perSecond(seconds, (lane) => countOne(floor, lane, 0));
    const many = await perSecond(seconds, (lane) => countMany(floor, lane));
    const naiveHot = await perSecond(seconds, () => naiveChange(rig, pools.skus[0] ?? ""));
    const naiveMany = await perSecond(seconds, () => naiveChange(rig, anyOf(pools.skus)));
    const holds = await perSecond(seconds, () => hold(floor, anyOf(pools.skus)));
    const holdsOnOne = await perSecond(seconds, () => hold(floor, pools.skus[0] ?? ""));
    const cold = await othersWait(floor, seconds);
    await queue.stop(1_000);
    const following = await measureFollowing();
    const machine = `${String(cpus().length)} processors, Node ${process.version}`;
    return poolReport(
      { hot, many, naiveHot, naiveMany, holds, holdsOnOne, ...cold, ...following },
      machine,
    );
  } finally {
    await queue.stop(1_000);
    await rig.close();
    await database.drop();
  }
}

/** What `act` did in a second, several at once. `act` returns how many it did. */
async function perSecond(seconds: number, act: (lane: number) => Promise<number>): Promise<number> {
  const startMs = performance.now();
  const endMs = startMs + seconds * 1000;
  const done = await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      let count = 0;
      while (performance.now() < endMs) count += await act(lane);
      return count;
    }),
  );
  const tookSeconds = (performance.now() - startMs) / 1000;
  return done.reduce((sum, count) => sum + count, 0) / tookSeconds;
}

function anyOf<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item;
}

/** A Shopify in which a unit was sold whenever one looks. */
function sellingShopify(): Shopify["graphql"] {
  const sold = new Map<string, number>();
  const look = (
    _shop: string,
    _document: unknown,
    { ids }: { readonly ids: readonly string[] },
  ) => {
    const updatedAt = new Date().toISOString();
    const nodes = ids.map((id) => {
      const count = (sold.get(id) ?? 0) + 1;
      sold.set(id, count);
      const available = { name: "available", quantity: 1_000_000 - count, updatedAt };
      const committed = { name: "committed", quantity: count, updatedAt };
      return { id, updatedAt, quantities: [available, committed] };
    });
    return Promise.resolve({ nodes });
  };
  return look as unknown as Shopify["graphql"];
}

/** A sale of one article, counted in the store of a lane; returns how many changes that was. */
async function countOne({ deps, pools }: Floor, lane: number, pool: number): Promise<number> {
  const shop = pools.shops[lane % pools.shops.length] ?? "";
  const poolId = pools.ids[pool] ?? "";
  await throwing(countLevels(deps, [{ shop, levelId: levelOf(shop, pool + 1), poolId }]));
  return 1;
}

/** Sales of fifty articles, as one job counts them. */
async function countMany({ deps, pools }: Floor, lane: number): Promise<number> {
  const shop = pools.shops[lane % pools.shops.length] ?? "";
  const jobs = Array.from({ length: levelsAtOnce }, () => {
    const pool = Math.floor(Math.random() * pools.ids.length);
    return { shop, levelId: levelOf(shop, pool + 1), poolId: pools.ids[pool] ?? "" };
  });
  await throwing(countLevels(deps, jobs));
  return new Set(jobs.map((job) => job.levelId)).size;
}

async function throwing(counted: Promise<readonly (Error | null)[]>): Promise<void> {
  const error = (await counted).find((one) => one !== null);
  if (error) throw error;
}

async function hold({ deps, pools }: Floor, sku: string): Promise<number> {
  const wish = { sku, quantity: 1, participants: [], ttlSeconds: 600, reference: "#1001" };
  const shop = anyOf(pools.shops);
  const placed = await placeHold(deps, shop, {
    ...wish,
    groupId: pools.groupId,
    autoConfirm: false,
  });
  return placed.outcome === "held" ? 1 : 0;
}

/** What a sale of one article takes alone, and while another one is sold as fast as it goes. */
async function othersWait(floor: Floor, seconds: number) {
  const measure = async (endMs: number) => {
    const took: number[] = [];
    for (let pool = 1; performance.now() < endMs; pool = (pool + 1) % manyPools || 1) {
      const startMs = performance.now();
      await countOne(floor, 2, pool);
      took.push(performance.now() - startMs);
    }
    return median(took);
  };
  const alone = await measure(performance.now() + seconds * 500);
  const endMs = performance.now() + seconds * 500;
  const [beside] = await Promise.all([
    measure(endMs),
    // The same load without the lock: what the machine's being busy alone makes of it.
    hammer(floor, endMs, () => 0),
  ]);
  const spreadEndMs = performance.now() + seconds * 500;
  const [besideSpread] = await Promise.all([
    measure(spreadEndMs),
    hammer(floor, spreadEndMs, () => Math.floor(Math.random() * manyPools)),
  ]);
  return { aloneMs: alone, besideHotMs: beside, besideSpreadMs: besideSpread };
}

async function hammer(floor: Floor, endMs: number, pool: () => number): Promise<void> {
  await Promise.all(
    [0, 1].map(async (lane) => {
      while (performance.now() < endMs) await countOne(floor, lane, pool());
    }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function naiveTables({ db }: Rig, { skus }: PlantedPools): Promise<void> {
  await db.query("CREATE TABLE naive_stock (sku text PRIMARY KEY, quantity int NOT NULL)");
  await db.query(
    "CREATE TABLE naive_moves (id bigserial PRIMARY KEY, sku text NOT NULL, delta int NOT NULL, at timestamptz NOT NULL)",
  );
  await db.query("INSERT INTO naive_stock SELECT unnest($1::text[]), 1000000", [skus]);
}

/** A row per article: locked, lowered, noted. */
async function naiveChange({ db }: Rig, sku: string): Promise<number> {
  await db.prisma.$transaction(async (tx) => {
    const rows = await tx.$queryRaw<{ quantity: number }[]>`
      SELECT quantity FROM naive_stock WHERE sku = ${sku} FOR UPDATE`;
    const quantity = (rows[0]?.quantity ?? 0) - 1;
    await tx.$executeRaw`UPDATE naive_stock SET quantity = ${quantity} WHERE sku = ${sku}`;
    await tx.$executeRaw`INSERT INTO naive_moves (sku, delta, at) VALUES (${sku}, -1, now())`;
  });
  return 1;
}
