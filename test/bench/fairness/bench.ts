import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "#app/db.server.ts";
import { createIntake, type Intake } from "#app/intake/index.server.ts";
import { openQueue } from "#app/queue/index.server.ts";
import { findFreePort } from "#app/start/ports.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase, writeBackPages } from "#test/bench/bench-database.ts";
import { type BenchProcess, startServer } from "#test/bench/bench-process.ts";
import { connectSystem, floodWith } from "#test/delivery/publish.ts";
import { type Rig, rigOn } from "#test/worker/rig-on.ts";
import { clientSecret, stockBody, webhookOf } from "#test/worker/webhooks.ts";
import { fairnessReport, type Latency } from "./report.ts";

const usualFlood = 50_000;
/** A part of the machine's noise comes in minutes: what is compared is measured in turns. */
const rounds = 3;
const eventsPerRun = 500;
const gapMs = 40;
/** A system that takes a change within this time is neither quick nor slow. */
const floodedAnswerMs = 20;
const deliveredWithinMs = 60_000;

/**
 * What one store notices of another: the time from a webhook's arrival to its acknowledgement by the
 * store's system, alone, and while tens of thousands of changes wait for the system of a neighbour.
 * One worker does both.
 */
export async function runFairnessBench(
  flood = usualFlood,
): Promise<{ table: string; figures: object }> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  const queue = await openQueue({ url: database.url, log: rig.log, vault: rig.vault, role: "web" });
  const processes: BenchProcess[] = [];
  try {
    const port = await findFreePort();
    const [quiet, noisy] = [await rig.installedShop(), await rig.installedShop()];
    const at = (path: string) => `http://127.0.0.1:${String(port)}${path}`;
    const calm = await connectSystem(rig, quiet, at("/quiet"));
    const flooded = await connectSystem(rig, noisy, at("/noisy"));
    processes.push(
      await startServer("test/bench/corridor/receivers-main.ts", port, {
        SECRETS: JSON.stringify({ "/quiet": calm.secret, "/noisy": flooded.secret }),
        ANSWER_MS: JSON.stringify({ "/noisy": floodedAnswerMs }),
      }),
      await startWorkerFor(rig),
    );
    const intake = createIntake({ ...rig, queue, secrets: [clientSecret] });
    await measure(rig, intake, quiet);
    const alone: Span[] = [];
    const beside: Span[] = [];
    let left = flood;
    for (let round = 1; round <= rounds; round += 1) {
      alone.push(await measure(rig, intake, quiet));
      console.error(`round ${String(round)}: ${String(flood)} changes for the neighbour ...`);
      await floodWith(rig, noisy, flood);
      beside.push(await measure(rig, intake, quiet));
      left = Math.min(left, await waitingOf(rig, noisy));
      if (left === 0) throw new StartError("The flood was over before the measurement was.");
      if (round < rounds) await untilDelivered(rig, noisy);
    }
    const figures = {
      alone: await latencyIn(rig, quiet, alone),
      beside: await latencyIn(rig, quiet, beside),
      flood,
      left,
    };
    const machine = `${String(cpus().length)} processors, Node ${process.version}`;
    return fairnessReport(figures, machine);
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await queue.stop(1_000);
    await rig.close();
    await database.drop();
  }
}

async function startWorkerFor(rig: Rig): Promise<BenchProcess> {
  const port = await findFreePort();
  return startServer("app/worker/main.ts", port, {
    DATABASE_URL: rig.database.url,
    SHOPIFY_API_KEY: "bench",
    SHOPIFY_API_SECRET: clientSecret,
    SHOPIFY_APP_URL: "https://converge.example.com",
    CONVERGE_ENCRYPTION_KEY: rig.encryptionKey.toString("base64"),
    ALLOW_PRIVATE_DESTINATIONS: "true",
    LOG_LEVEL: "error",
    WORKER_PORT: String(port),
  });
}

let level = 0;

/** When a store's webhooks were sent, in epoch ms. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What filling the tables has left to do is done before anything is measured. */
async function comeToRest(rig: Rig): Promise<void> {
  await rig.db.query("VACUUM (ANALYZE) deliveries, changes, events");
  await writeBackPages();
}

/** Sends a store's webhooks at a steady pace and waits until its system has acknowledged them all. */
async function measure(rig: Rig, intake: Intake, shop: string): Promise<Span> {
  await comeToRest(rig);
  const fromMs = Date.now();
  for (let sent = 0; sent < eventsPerRun; sent += 1) {
    level += 1;
    const body = stockBody(level, 5, new Date().toISOString());
    const { outcome } = await intake.receive(
      webhookOf({ shop, topic: "inventory_levels/update", body }),
    );
    if (outcome !== "accepted") throw new StartError(`A webhook was not taken: ${outcome}.`);
    await sleep(gapMs);
  }
  const span = { fromMs, toMs: Date.now() };
  for (const deadlineMs = Date.now() + deliveredWithinMs; Date.now() < deadlineMs; ) {
    const { count, p50Ms, p99Ms } = await latencyIn(rig, shop, [span]);
    if (count >= eventsPerRun) {
      console.error(`p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`);
      return span;
    }
    await sleep(200);
  }
  throw new StartError("The quiet store's changes did not arrive.");
}

/** What a store's webhooks of these spans took, those that its system has acknowledged. */
async function latencyIn(
  rig: Rig,
  shop: string,
  spans: readonly Span[],
): Promise<Latency & { count: number }> {
  const { rows } = await rig.db.query<Latency & { count: number }>(
    `SELECT count(*)::int AS count,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY ms) AS "p50Ms",
       percentile_cont(0.99) WITHIN GROUP (ORDER BY ms) AS "p99Ms"
     FROM (SELECT 1000 * extract(epoch FROM d.finished_at - e.received_at)::float8 AS ms
           FROM deliveries d JOIN events e ON e.id = d.event_id
           JOIN json_to_recordset($2::json) AS s ("fromMs" float8, "toMs" float8)
             ON e.received_at BETWEEN to_timestamp("fromMs" / 1000) AND to_timestamp("toMs" / 1000)
           WHERE d.shop = $1 AND d.status = 'delivered') took`,
    [shop, JSON.stringify(spans)],
  );
  return rows[0] ?? { count: 0, p50Ms: NaN, p99Ms: NaN };
}

async function untilDelivered(rig: Rig, shop: string): Promise<void> {
  while ((await waitingOf(rig, shop)) > 0) await sleep(1_000);
}

async function waitingOf(rig: Rig, shop: string): Promise<number> {
  const { rows } = await rig.db.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM deliveries WHERE shop = $1 AND status = 'pending'",
    [shop],
  );
  return rows[0]?.count ?? 0;
}
