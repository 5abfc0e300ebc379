import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildApp } from "./build.ts";
import { ensureDatabase, projectRoot } from "./embedded-postgres.ts";
import { migrate } from "./migrate.ts";
import {
  type ProcessSpec,
  type SupervisedProcess,
  type SupervisorOptions,
  superviseProcess,
} from "./supervised-process.ts";

/** Everything that was started. */
export interface Installation {
  readonly databaseUrl: string;
  /** Ends the processes in order and, if nobody else uses it, the database. */
  stop(): Promise<void>;
}

/** What to start. */
export interface InstallationPlan {
  /** A Postgres of the person's own; undefined: the embedded one. */
  readonly databaseUrl: string | undefined;
  /** Said before the processes are started. */
  readonly announcement: string;
  /** Who may start side by side, in the order of their start; they end in reverse. */
  processGroups(databaseUrl: string): Promise<ProcessSpec[][]>;
}

interface InstallationOptions {
  /** Where state is kept: database and logs. */
  folder: string;
  /** Shows one line of progress. */
  report: (line: string) => void;
  /** Breaks off a start and lets what was started end. */
  signal: AbortSignal;
}

// A worker hands back unfinished jobs well within this time.
const stopGraceMs = 10_000;

/**
 * Starts the database, then the processes group by group, each one ready before the next. On failure
 * or abort ends what it has started.
 * @throws StartError with one sentence about the first thing that failed.
 */
export async function startInstallation(
  plan: InstallationPlan,
  options: InstallationOptions,
): Promise<Installation> {
  const { report, signal } = options;
  // In the order of their start; ended in reverse.
  const endings: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of endings.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await prepareDatabase(plan, options, endings);
    signal.throwIfAborted();
    await buildApp(projectRoot, {
      signal,
      onBuild: () => report("Building the app (some seconds) ..."),
    });
    signal.throwIfAborted();
    report(plan.announcement);
    await startProcesses(await plan.processGroups(databaseUrl), options, endings);
    return { databaseUrl, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepareDatabase(
  plan: InstallationPlan,
  { report, folder }: InstallationOptions,
  endings: (() => Promise<void>)[],
): Promise<string> {
  report("Starting the database ...");
  const database = await ensureDatabase(
    { databaseUrl: plan.databaseUrl },
    { report, folder: path.join(folder, "postgres") },
  );
  endings.push(() => database.release());
  const applied = await migrate(database.url);
  if (applied.length > 0) report(`Applied ${applied.length} database migration(s).`);
  return database.url;
}

async function startProcesses(
  groups: readonly ProcessSpec[][],
  { report, signal, folder }: InstallationOptions,
  endings: (() => Promise<void>)[],
): Promise<void> {
  const options: SupervisorOptions = {
    projectRoot,
    logFolder: path.join(folder, "logs"),
    show: report,
    signal,
  };
  for (const group of groups) {
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
