import path from "node:path";
import { type Config, loadConfig } from "#app/config.server.ts";
import { openDemoConnector } from "./connect-demo-systems.ts";
import { directDemo } from "./demo-director.ts";
import { demoProcesses } from "./demo-processes.ts";
import { type DemoSettings, loadDemoSettings } from "./demo-settings.ts";
import { tryLock } from "./file-lock.mjs";
import { claimPorts } from "./ports.ts";
import { StartError } from "./start-error.ts";
import { startInstallation } from "./start-installation.ts";

/** What the demo is started with. */
export interface DemoOptions {
  env: Record<string, string | undefined>;
  /** Where everything is kept from one start to the next. */
  folder: string;
  /** Shows one line. */
  report: (line: string) => void;
  /** Aborted when everything shall end. */
  signal: AbortSignal;
}

/**
 * Runs the whole demo until `signal` aborts: from nothing to one line with the URL to open, then, as
 * stores install the app, their demo systems and gentle traffic. Resolves when everything has ended.
 * @throws StartError or ConfigError: one sentence about what prevents the start
 */
export async function runDemo(options: DemoOptions): Promise<void> {
  const { env, folder, report, signal } = options;
  const settings = await loadDemoSettings(env, folder);
  // Checked before anything is started: a wrong value is the first thing to be said.
  const config = loadConfig(settings.env);
  const lock = tryLock(path.join(folder, "start.lock"));
  if (!lock) {
    throw new StartError(
      `Converge is running already: open ${settings.twinUrl}/, or stop it with Ctrl-C where it was started.`,
    );
  }
  try {
    await claimPorts(settings.ports, signal);
    const plan = {
      databaseUrl: settings.env.DATABASE_URL,
      announcement: "Starting the Shopify twin, two demo systems, web process and worker ...",
      processGroups: (databaseUrl: string) => demoProcesses(settings, databaseUrl, folder),
    };
    const installation = await startInstallation(plan, { folder, report, signal });
    try {
      await directInstallation(installation.databaseUrl, settings, config, options);
    } finally {
      await installation.stop();
    }
  } catch (error) {
    // Whatever failed because it was told to stop is no failure.
    if (!signal.aborted) throw error;
  } finally {
    lock.release();
  }
}

async function directInstallation(
  databaseUrl: string,
  { twinUrl, systems }: DemoSettings,
  config: Config,
  { report, signal }: DemoOptions,
): Promise<void> {
  const connector = openDemoConnector(databaseUrl, config);
  try {
    report(`Ready. Open the Shopify admin: ${twinUrl}/`);
    const { connect: connectDemoSystems } = connector;
    await directDemo({ twinUrl, systems, connectDemoSystems, report, signal });
  } finally {
    await connector.close();
  }
}
