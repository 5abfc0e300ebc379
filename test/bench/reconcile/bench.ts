import { once } from "node:events";
import { openDatabase } from "#app/db.server.ts";
import { installShop, markLearned } from "#app/shops/index.server.ts";
import { findFreePort } from "#app/start/ports.ts";
import { StartError } from "#app/start/start-error.ts";
import { createSystem, parseNewSystem } from "#app/systems/index.server.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { type BenchProcess, startProcess } from "#test/bench/bench-process.ts";
import { shopifyOf } from "#test/reconciliation/shopify-of.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { type Rig, rigOn } from "#test/worker/rig-on.ts";
import { countingClient } from "./counting-client.ts";
import { type Compared, reconcileReport } from "./report.ts";
import { seedMirror } from "./seed-mirror.ts";
import { type Outcome, planted, type StoreReady } from "./store.ts";

const sizes = [1_000, 10_000, 100_000, 1_000_000];
const usualMost = 100_000;
/** Above this the stand-in's own paging would be all that is measured of the naive comparison. */
const naiveMost = 100_000;
/** Both sides of a million stock levels are held in memory, by a process that is not measured. */
const storeMegabytes = 8_192;

/**
 * Full comparisons of stores of several sizes with what a system has: rows per second, what a worker's
 * memory grows by, and points of Shopify's API budget; beside the comparison that is usually written.
 * @throws {StartError} when one of the two does not find exactly the planted differences.
 */
export async function runReconcileBench(
  most = usualMost,
): Promise<{ table: string; figures: object }> {
  const compared: Compared[] = [];
  for (const rows of sizes.filter((size) => size <= most)) compared.push(await compareStore(rows));
  return reconcileReport(compared);
}

async function compareStore(wanted: number): Promise<Compared> {
  const store = startProcess("test/bench/reconcile/store-main.ts", {
    PORT: String(await findFreePort()),
    ROWS: String(wanted),
    NODE_OPTIONS: `--max-old-space-size=${String(storeMegabytes)}`,
  });
  try {
    const ready = await messageOf<StoreReady>(store);
    console.error(`${String(ready.rows)} stock levels ...`);
    const converge = await onDatabase((rig) => compareWithConverge(rig, ready));
    const naive =
      ready.rows <= naiveMost ? await contestant("naive", { STORE: JSON.stringify(ready) }) : null;
    return { rows: ready.rows, converge, naive };
  } finally {
    await store.stop();
  }
}

async function onDatabase<T>(work: (rig: Rig) => Promise<T>): Promise<T> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  try {
    return await work(rig);
  } finally {
    await rig.close();
    await database.drop();
  }
}

async function compareWithConverge(rig: Rig, store: StoreReady): Promise<Outcome> {
  await rig.db.transaction((tx) => installShop(tx, NORTH, "", Date.now() - 3_600_000));
  await markLearned(rig.db, NORTH, Date.now());
  await seedMirror(rig, shopifyOf(countingClient(store).ask, store.shopify.url));
  const parsed = parseNewSystem(
    {
      name: "Warehouse",
      kind: "wms",
      url: store.system,
      snapshotUrl: store.system,
      domains: ["inventory"],
    },
    { allowPrivate: true },
  );
  if (!parsed.ok) throw new StartError(JSON.stringify(parsed.errors));
  const { system } = await createSystem(rig, NORTH, "bench", parsed.value);
  return contestant("converge", {
    STORE: JSON.stringify(store),
    DATABASE_URL: rig.database.url,
    KEY: rig.encryptionKey.toString("base64"),
    SYSTEM: system.id,
  });
}

/** Runs one comparison in a process of its own, whose memory is then its own. */
async function contestant(
  name: "converge" | "naive",
  env: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const child = startProcess(`test/bench/reconcile/${name}-main.ts`, env);
  try {
    const outcome = await messageOf<Outcome>(child);
    if (outcome.found !== planted)
      throw new StartError(
        `${name} found ${String(outcome.found)} of ${String(planted)} differences.`,
      );
    return outcome;
  } finally {
    await child.stop();
  }
}

async function messageOf<Message>({ child, ended }: BenchProcess): Promise<Message> {
  const message = once(child, "message") as Promise<[Message]>;
  const lost = ended.then(() => {
    throw new StartError("A process of the benchmark ended early: its last words are above.");
  });
  return Promise.race([message.then(([first]) => first), lost]);
}
