import { once } from "node:events";
import { loadConfig } from "#app/config.server.ts";
import { appProcesses } from "./app-processes.ts";
import { loadDemoSecrets } from "./demo-settings.ts";
import { startInstallation } from "./start-installation.ts";

/** What a developer's installation is started with. */
export interface DevOptions {
  readonly env: Record<string, string | undefined>;
  /** Where the database, logs and the encryption key are kept from one start to the next. */
  readonly folder: string;
  readonly report: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Runs the app against a real development store until `signal` aborts. The Shopify CLI says where it
 * is reached (`HOST`, its tunnel), on which port it listens (`PORT`) and with which credentials; the
 * database is the embedded one unless `DATABASE_URL` is set.
 * https://shopify.dev/docs/apps/build/cli-for-apps/app-structure#shopify-web-toml
 * @throws StartError or ConfigError: one sentence about what prevents the start
 */
export async function runDev({ env, folder, report, signal }: DevOptions): Promise<void> {
  const { CONVERGE_ENCRYPTION_KEY } = await loadDemoSecrets(folder);
  const appEnv = {
    CONVERGE_ENCRYPTION_KEY,
    ...Object.fromEntries(Object.entries(env).filter(([, value]) => value !== "")),
    SHOPIFY_APP_URL: env["SHOPIFY_APP_URL"] || env["HOST"],
    // The pages are built once, also for development.
    NODE_ENV: "production",
  };
  const { databaseUrl, port } = loadConfig(appEnv);
  const installation = await startInstallation(
    {
      databaseUrl,
      announcement: "Starting web process and worker ...",
      processGroups: async (url) => [
        await appProcesses(appEnv, url, `http://127.0.0.1:${String(port)}`),
      ],
    },
    { folder, report, signal },
  );
  report(`Ready on port ${String(port)}.`);
  if (!signal.aborted) await once(signal, "abort");
  await installation.stop();
}
