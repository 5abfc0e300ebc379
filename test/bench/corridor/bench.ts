import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "#app/db.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { buildApp } from "#app/start/build.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { type BenchProcess, startProcess, startServer } from "#test/bench/bench-process.ts";
import { benchSecret, benchShops } from "#test/bench/intake/traffic.ts";
import { generateClient } from "#test/bench/prisma-client.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { type Rig, rigOn } from "#test/worker/rig-on.ts";
import { corridorReport, type CorridorFigures } from "./report.ts";
import type { SendPlan } from "./send-main.ts";

const usualEvents = 200_000;
const naiveEvents = 10_000;
const idleEvents = 200;
const connections = 64;
/** A corridor in which nothing arrives for so long has come to its end. */
const stuckAfterMs = 30_000;
const systemsPerShop = ["wms", "erp"];

/** Everything that runs while the benchmark does. */
interface Stage {
  readonly rig: Rig;
  readonly receivers: string;
  readonly sender: BenchProcess;
  readonly processes: BenchProcess[];
}

/**
 * From the webhook to the acknowledgement of both systems: events per second of Converge's web
 * process and one worker, beside a corridor written naively, on one database and one machine; how
 * long a job waits when nothing else is to be done; what a worker's memory does over many events.
 */
export async function runCorridorBench(
  events = usualEvents,
): Promise<{ table: string; figures: object }> {
  await buildApp(projectRoot, { onBuild: () => console.error("Building the app ...") });
  await generateClient("test/bench/corridor/naive.prisma");
  console.error("Creating the benchmark's database ...");
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  const processes: BenchProcess[] = [];
  try {
    const port = await findFreePort();
    const env = { SECRETS: JSON.stringify(await connectShops(rig, port)) };
    processes.push(await startServer("test/bench/corridor/receivers-main.ts", port, env));
    const sender = startProcess("test/bench/corridor/send-main.ts", {});
    processes.push(sender);
    const stage = { rig, receivers: `http://127.0.0.1:${String(port)}`, sender, processes };
    const naive = await measureNaive(stage);
    const figures = { ...(await measureConverge(stage, events)), naivePerSecond: naive, events };
    return corridorReport(figures, {
      processors: cpus().length,
      model: cpus()[0]?.model ?? "unknown",
      node: process.version,
    });
  } finally {
    await Promise.all(processes.map((one) => one.stop()));
    await rig.close();
    await database.drop();
  }
}

/** Two systems for each of the shops; answers with their secrets by the path each is reached at. */
async function connectShops(rig: Rig, port: number): Promise<Record<string, string>> {
  await rig.db.transaction(async (tx) => {
    for (const shop of benchShops) await installShop(tx, shop, "", Date.now() - 3_600_000);
  });
  const secrets: Record<string, string> = {};
  for (const name of systemsPerShop) {
    secrets[`/naive/${name}`] = naiveSecret;
    for (const shop of benchShops) {
      const path = `/${shop}/${name}`;
      const policy = { mode: "every", maxAttempts: 10, concurrency: 16 };
      const url = `http://127.0.0.1:${String(port)}${path}`;
      secrets[path] = (await connectSystem(rig, shop, url, { policy })).secret;
    }
  }
  return secrets;
}

const naiveSecret = `whsec_${Buffer.alloc(24, 7).toString("base64")}`;

async function measureNaive(stage: Stage): Promise<number> {
  const port = await findFreePort();
  const receivers = systemsPerShop.map((name) => ({
    url: `${stage.receivers}/naive/${name}`,
    secret: naiveSecret,
  }));
  const server = await startServer("test/bench/corridor/naive-main.ts", port, {
    DATABASE_URL: stage.rig.database.url,
    RECEIVERS: JSON.stringify(receivers),
  });
  try {
    const url = `http://127.0.0.1:${String(port)}`;
    await flow(stage, { url, count: 1_000, connections, pauseMs: 0, firstId: 0 });
    return await flow(stage, { url, count: naiveEvents, connections, pauseMs: 0, firstId: 1_000 });
  } finally {
    await server.stop();
  }
}

async function measureConverge(
  stage: Stage,
  events: number,
): Promise<Omit<CorridorFigures, "naivePerSecond" | "events">> {
  const port = await findFreePort();
  const env = {
    DATABASE_URL: stage.rig.database.url,
    SHOPIFY_API_KEY: "bench",
    SHOPIFY_API_SECRET: benchSecret,
    SHOPIFY_APP_URL: "https://converge.example.com",
    CONVERGE_ENCRYPTION_KEY: stage.rig.encryptionKey.toString("base64"),
    ALLOW_PRIVATE_DESTINATIONS: "true",
    LOG_LEVEL: "error",
  };
  stage.processes.push(await startServer("app/server/main.ts", port, env));
  const workerPort = await findFreePort();
  const worker = await startServer("app/worker/main.ts", workerPort, {
    ...env,
    WORKER_PORT: String(workerPort),
  });
  stage.processes.push(worker);
  const url = `http://127.0.0.1:${String(port)}`;
  const warmUp = 4_000;
  await flow(stage, { url, count: warmUp, connections, pauseMs: 0, firstId: 0 });
  const idle = { url, count: idleEvents, connections: 1, pauseMs: 80, firstId: warmUp };
  const idleFromMs = Date.now();
  await flow(stage, idle);
  const idleMs = await waitsSince(stage.rig, idleFromMs);
  const memory = sampleMemory(worker);
  const plan = { url, count: events, connections, pauseMs: 0, firstId: warmUp + idleEvents };
  const perSecond = await flow(stage, plan, (done) => {
    memory.note(done / systemsPerShop.length);
  });
  return { perSecond, ...idleMs, memory: memory.samples };
}

interface Counts {
  readonly distinct: number;
  readonly requests: number;
  readonly lastMs: number;
}

/** Sends and waits until every system has acknowledged every event; events per second of the whole. */
async function flow(
  { sender, receivers }: Stage,
  plan: SendPlan,
  onProgress: (acknowledged: number) => void = () => undefined,
): Promise<number> {
  const counts = async () => (await (await fetch(`${receivers}/counts`)).json()) as Counts;
  const before = await counts();
  const answer = once(sender.child, "message") as Promise<
    [{ beganMs: number; endedMs: number; failed: number }]
  >;
  sender.child.send(plan);
  const wanted = plan.count * systemsPerShop.length;
  let report: { beganMs: number; endedMs: number; failed: number } | undefined;
  void answer.then(([sent]) => {
    report = sent;
  });
  for (let now = before, movedMs = Date.now(); ; ) {
    await sleep(200);
    const later = await counts();
    if (later.distinct > now.distinct) movedMs = Date.now();
    now = later;
    onProgress(now.distinct - before.distinct);
    const done = now.distinct - before.distinct;
    if (report && done >= wanted) {
      if (report.failed > 0) throw new StartError(`${String(report.failed)} were not accepted.`);
      const perSecond = (plan.count * 1_000) / (now.lastMs - report.beganMs);
      const sending = (report.endedMs - report.beganMs) / 1_000;
      console.error(
        `${plan.url}: ${String(plan.count)} events, ${perSecond.toFixed(0)}/s (sent within ${sending.toFixed(1)} s)`,
      );
      return perSecond;
    }
    if (Date.now() - movedMs > stuckAfterMs)
      throw new StartError(`Only ${String(done)} of ${String(wanted)} deliveries arrived.`);
  }
}

/** How long events waited for a worker, in ms. */
async function waitsSince(
  rig: Rig,
  fromMs: number,
): Promise<{ waitP50Ms: number; waitP99Ms: number }> {
  const { rows } = await rig.db.query<{ p50: number; p99: number }>(
    `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS p50,
       percentile_cont(0.99) WITHIN GROUP (ORDER BY wait) AS p99
     FROM (SELECT 1000 * extract(epoch FROM started_at - received_at)::float8 AS wait
           FROM events WHERE received_at >= $1) waits`,
    [new Date(fromMs)],
  );
  return { waitP50Ms: rows[0]?.p50 ?? NaN, waitP99Ms: rows[0]?.p99 ?? NaN };
}

/** Notes a worker's resident memory at every tenth of the way. Linux only; elsewhere nothing. */
function sampleMemory({ child }: BenchProcess) {
  const samples: { events: number; megabytes: number }[] = [];
  let next = 0;
  return {
    samples,
    note: (events: number) => {
      if (events < next) return;
      next = events + 20_000;
      void readFile(`/proc/${String(child.pid)}/status`, "utf8").then(
        (text) => {
          const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]);
          samples.push({ events: Math.round(events), megabytes: Math.round(kilobytes / 1_024) });
        },
        () => undefined,
      );
    },
  };
}
