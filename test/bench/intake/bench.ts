import { once } from "node:events";
import { openDatabase } from "#app/db.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { buildApp } from "#app/start/build.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase, writeBackPages } from "#test/bench/bench-database.ts";
import { type BenchProcess, startProcess, startServer } from "#test/bench/bench-process.ts";
import { type Interference, measureInterference } from "#test/bench/interference.ts";
import { generateClient } from "#test/bench/prisma-client.ts";
import { type Contestant, contestants } from "./contestants.ts";
import type { Load, LoadPlan, LoadResult } from "./load.ts";
import { fellBehind, type Measured, reportOf, runsOf } from "./report.ts";
import { benchShops } from "./traffic.ts";

const bodySizes = [2_048, 20_480] as const;
/** Some ten thousand webhooks: until then V8 still compiles what it has seen, on the same processors. */
const warmUpSeconds = 4;
const runSeconds = 2;
/**
 * A server that commits in groups idles a quarter of its time with 128 webhooks under way; one that
 * takes them one by one is full with far fewer. Each is tried with few and with many.
 */
const saturations: readonly Load[] = [128, 256, 384].map((connections) => ({
  kind: "saturation",
  connections,
}));
const warmUp: Load = { kind: "saturation", connections: 128 };
const rates: readonly Load[] = [200, 500, 1_000].map((perSecond) => ({ kind: "rate", perSecond }));
const loads: readonly Load[] = [...rates, ...saturations];
/** Everything so often, apart in time, so that no noisy minute of the machine decides anything. */
const rounds = 5;
/** Before each round, with all servers idle. */
const watchSeconds = 2;

/** A contestant that is up, and how many webhooks it has acknowledged so far. */
interface Running {
  readonly contestant: Contestant;
  readonly url: string;
  acknowledged: number;
}

/**
 * Requests per second and acknowledgement times of four ways to take webhooks, on one database and
 * in one run. All servers are up all the time and take turns, so that what else the machine does
 * hits all of them alike. At the end every acknowledged webhook has to be in its server's table.
 */
export async function runIntakeBench(): Promise<{ table: string; figures: object }> {
  await buildApp(projectRoot, { onBuild: () => console.error("Building the app ...") });
  await generateClient("test/bench/intake/servers/template-way.prisma");
  console.error("Creating the benchmark's database ...");
  const database = await createBenchDatabase();
  const processes: BenchProcess[] = [];
  try {
    await installBenchShops(database.url);
    const running: Running[] = [];
    for (const contestant of contestants) {
      const port = await findFreePort();
      processes.push(await startServer(contestant.entry, port, contestant.env(database.url)));
      running.push({ contestant, url: `http://127.0.0.1:${port}/webhooks`, acknowledged: 0 });
    }
    const generator = startProcess("test/bench/intake/load-main.ts", {});
    processes.push(generator);
    const { measured, interferences } = await measureAll(generator, running);
    await checkNothingLost(database.url, running);
    return reportOf(measured, interferences, await serverVersion(database.url));
  } finally {
    await Promise.all(processes.map((process) => process.stop()));
    await database.drop();
  }
}

async function measureAll(
  generator: BenchProcess,
  running: readonly Running[],
): Promise<{ measured: Measured[]; interferences: Interference[] }> {
  const measured: Measured[] = [];
  const interferences: Interference[] = [];
  for (const bodyBytes of bodySizes) {
    for (const server of running)
      await measure(generator, server, { bodyBytes, seconds: warmUpSeconds, load: warmUp });
    for (let round = 0; round < rounds; round += 1) {
      interferences.push(measureInterference(watchSeconds));
      for (const load of loads)
        for (const server of running)
          await measureOnce(generator, server, { bodyBytes, round, load }, measured);
    }
  }
  return { measured, interferences };
}

/** Adds one run of one way to what was measured, unless it is known that it cannot keep up. */
async function measureOnce(
  generator: BenchProcess,
  server: Running,
  { bodyBytes, round, load }: Pick<Measured, "bodyBytes" | "round" | "load">,
  measured: Measured[],
): Promise<void> {
  const { contestant } = server;
  const { key } = contestant;
  if (isHopeless(runsOf(measured, key, bodyBytes, load))) return;
  await writeBackPages();
  const result = await measure(generator, server, { bodyBytes, seconds: runSeconds, load });
  measured.push({ key, bodyBytes, round, load, result });
  console.error(progressLine(contestant, bodyBytes, load, result));
}

/** What fell behind twice falls behind: its queue, and the time that takes, tell nothing more. */
function isHopeless(runs: readonly Measured[]): boolean {
  return runs.filter(fellBehind).length >= 2;
}

async function measure(
  generator: BenchProcess,
  server: Running,
  plan: Omit<LoadPlan, "url">,
): Promise<LoadResult> {
  const answer = once(generator.child, "message") as Promise<[LoadResult]>;
  generator.child.send({ ...plan, url: server.url } satisfies LoadPlan);
  const answered = await Promise.race([answer, generator.ended]);
  if (!answered) throw new StartError("The load generator died: its last words are above.");
  const [result] = answered;
  server.acknowledged += result.ok;
  return result;
}

function progressLine(
  { key }: Contestant,
  bodyBytes: number,
  load: Load,
  { perSecond, p50Ms, p99Ms, failed }: LoadResult,
): string {
  const what =
    load.kind === "rate" ? `${load.perSecond}/s` : `saturation, ${load.connections} connections`;
  const figures = `${Math.round(perSecond)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms`;
  return `(${key}) ${bodyBytes / 1_024} KB at ${what}: ${figures}${failed > 0 ? `, ${failed} failed` : ""}`;
}

async function installBenchShops(url: string): Promise<void> {
  const db = openDatabase(url, { applicationName: "converge bench" });
  await db.transaction(async (tx) => {
    for (const shop of benchShops) await installShop(tx, shop, "", Date.now());
  });
  await db.close();
}

/** A benchmark of servers that drop what they acknowledged would measure nothing. */
async function checkNothingLost(url: string, running: readonly Running[]): Promise<void> {
  const db = openDatabase(url, { applicationName: "converge bench" });
  try {
    for (const { contestant, acknowledged } of running) {
      if (contestant.table === undefined) continue;
      const { rows } = await db.query<{ count: string }>(
        `SELECT count(*) AS count FROM ${contestant.table}`,
      );
      const stored = Number(rows[0]?.count);
      if (stored < acknowledged) {
        throw new StartError(
          `${contestant.name} acknowledged ${acknowledged} webhooks and stored ${stored}: the figures are worthless.`,
        );
      }
    }
  } finally {
    await db.close();
  }
}

async function serverVersion(url: string): Promise<string> {
  const db = openDatabase(url, { applicationName: "converge bench" });
  const { rows } = await db.query<{ version: string }>("SELECT version()");
  await db.close();
  return rows[0]?.version.split(" on ")[0] ?? "unknown";
}
