import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "./build.ts";
import type { DemoSettings, DemoSystem } from "./demo-settings.ts";
import { ensureDatabase, projectRoot } from "./embedded-postgres.ts";
import { migrate } from "./migrate.ts";
import { findFreePort } from "./ports.ts";
import {
  type ProcessSpec,
  type SupervisedProcess,
  type SupervisorOptions,
  superviseProcess,
} from "./supervised-process.ts";

/** Everything that runs for the demo. */
export interface Installation {
  readonly databaseUrl: string;
  /** Ends the processes in order and, if nobody else uses it, the database. */
  stop(): Promise<void>;
}

interface InstallationOptions {
  /** Where state is kept: database, logs, what the twin and the demo systems remember. */
  folder: string;
  /** Shows one line of progress. */
  report: (line: string) => void;
  /** Breaks off a start and lets what was started end. */
  signal: AbortSignal;
}

// A worker hands back unfinished jobs well within this time.
const stopGraceMs = 10_000;

/**
 * Starts database, twin, demo systems, web process and worker, in that order, each one ready before
 * the next. On failure or abort ends what it has started.
 * @throws StartError with one sentence about the first thing that failed.
 */
export async function startInstallation(
  settings: DemoSettings,
  options: InstallationOptions,
): Promise<Installation> {
  const { report, signal } = options;
  // In the order of their start; ended in reverse.
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await prepareDatabase(settings, options, endings);
    signal.throwIfAborted();
    await buildApp(projectRoot, {
      signal,
      onBuild: () => report("Building the app (some seconds) ..."),
    });
    signal.throwIfAborted();
    report("Starting the Shopify twin, two demo systems, web process and worker ...");
    await startProcesses(settings, databaseUrl, options, endings);
    return { databaseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepareDatabase(
  settings: DemoSettings,
  { report, folder }: InstallationOptions,
  endings: (() => Promise<void>)[],
): Promise<string> {
  report("Starting the database ...");
  const database = await ensureDatabase(
    { databaseUrl: settings.env.DATABASE_URL },
    { report, folder: path.join(folder, "postgres") },
  );
  endings.push(() => database.release());
  const applied = await migrate(database.url);
  if (applied.length > 0) report(`Applied ${applied.length} database migration(s).`);
  return database.url;
}

async function startProcesses(
  settings: DemoSettings,
  databaseUrl: string,
  { report, signal, folder }: InstallationOptions,
  endings: (() => Promise<void>)[],
): Promise<void> {
  const options: SupervisorOptions = {
    projectRoot,
    logFolder: path.join(folder, "logs"),
    show: report,
    signal,
  };
  for (const group of await processGroups(settings, databaseUrl, folder)) {
    const running: SupervisedProcess[] = [];
    endings.push(async () => {
      await Promise.all(running.map((one) => one.stop(stopGraceMs)));
    });
    const started = await Promise.allSettled(
      group.map(async (spec) => running.push(await superviseProcess(spec, options))),
    );
    for (const result of started) if (result.status === "rejected") throw result.reason;
    // Lets a Ctrl-C that came meanwhile be heard.
    await sleep(0, undefined, { signal });
  }
}

/** Who may start side by side; web and worker end before the twin and the systems they talk to. */
async function processGroups(
  settings: DemoSettings,
  databaseUrl: string,
  folder: string,
): Promise<ProcessSpec[][]> {
  const { env, twinUrl, appUrl, systems } = settings;
  const twin: ProcessSpec = {
    name: "twin",
    entry: "test/twin/main.ts",
    env: {
      ...env,
      TWIN_PORT: new URL(twinUrl).port,
      TWIN_STATE_FILE: path.join(folder, "twin.json"),
      TWIN_APP_TOML: path.join(projectRoot, "shopify.app.toml"),
      TWIN_DEMO_SYSTEMS: systems.map(({ name, url }) => `${name}=${url}`).join(","),
    },
    healthUrl: `${twinUrl}/`,
  };
  const workerPort = env.WORKER_PORT ?? String(await findFreePort());
  const appEnv = { ...env, DATABASE_URL: databaseUrl };
  const web: ProcessSpec = {
    name: "web",
    entry: "app/server/main.ts",
    env: { ...appEnv, WORKER_PORT: undefined },
    healthUrl: `${appUrl}/readyz`,
  };
  const worker: ProcessSpec = {
    name: "worker",
    entry: "app/worker/main.ts",
    env: { ...appEnv, WORKER_PORT: workerPort },
    healthUrl: `http://127.0.0.1:${workerPort}/readyz`,
  };
  return [
    [twin, ...systems.map((system) => demoSystemProcess(system, env, folder))],
    [web, worker],
  ];
}

function demoSystemProcess(
  system: DemoSystem,
  env: DemoSettings["env"],
  folder: string,
): ProcessSpec {
  const name = system.name.toLowerCase();
  return {
    name,
    entry: "test/demo-systems/main.ts",
    env: {
      ...env,
      DEMO_NAME: system.name,
      DEMO_KIND: system.kind,
      DEMO_PORT: String(system.port),
      DEMO_STATE_FILE: path.join(folder, `${name}.json`),
    },
    healthUrl: `${system.url}/`,
  };
}
