import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { loadConfig } from "#app/config.server.ts";
import { buildApp } from "#app/start/build.ts";
import { openDemoConnector } from "#app/start/connect-demo-systems.ts";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { findFreePort } from "#app/start/ports.ts";
import { type DemoSystem, startDemoSystem } from "#test/demo-systems/server.ts";
import { testDatabase } from "#test/support/database.ts";
import { startTwin } from "#test/twin/server.ts";
import type { Twin } from "#test/twin/types.ts";

/** Everything `npm start` starts, on free ports and a database of its own. */
export interface RunningDemo {
  readonly twin: Twin;
  readonly appUrl: string;
  readonly warehouse: DemoSystem;
  readonly erp: DemoSystem;
  /** Connects the two demo systems to a shop that has installed the app. */
  connectSystems(shop: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts twin and demo systems in this process, web and worker as processes of their own. */
export async function runDemo(): Promise<RunningDemo> {
  await buildApp(projectRoot);
  const database = await testDatabase();
  const port = await findFreePort();
  const appUrl = `http://127.0.0.1:${String(port)}`;
  const secrets = {
    SHOPIFY_API_KEY: "journey-key",
    SHOPIFY_API_SECRET: "journey-secret",
    CONVERGE_ENCRYPTION_KEY: Buffer.alloc(32, 1).toString("base64"),
  };
  const twin = await startTwin({
    apiKey: secrets.SHOPIFY_API_KEY,
    apiSecret: secrets.SHOPIFY_API_SECRET,
    appUrl,
    appTomlPath: `${projectRoot}/shopify.app.toml`,
    webhookLatencyMs: 0,
    retryScheduleMs: [200, 400, 800],
  });
  const warehouse = await startDemoSystem({ name: "Warehouse", kind: "wms", port: 0 });
  const erp = await startDemoSystem({ name: "ERP", kind: "erp", port: 0 });
  const env = {
    ...secrets,
    DATABASE_URL: database.url,
    PORT: String(port),
    SHOPIFY_APP_URL: appUrl,
    SHOPIFY_TWIN_URL: twin.url,
    ALLOW_PRIVATE_DESTINATIONS: "true",
    LOG_LEVEL: "error",
  };
  const processes = [
    startProcess("app/server/main.ts", env),
    startProcess("app/worker/main.ts", env),
  ];
  await answers(`${appUrl}/readyz`);
  const connector = openDemoConnector(database.url, loadConfig(env));
  return {
    twin,
    appUrl,
    warehouse,
    erp,
    connectSystems: (shop) =>
      connector.connect(shop, [
        { name: "Warehouse", kind: "wms", url: warehouse.url, port: 0 },
        { name: "ERP", kind: "erp", url: erp.url, port: 0 },
      ]),
    close: async () => {
      await twin.close();
      await connector.close();
      await Promise.all(processes.map(endProcess));
      await Promise.all([warehouse.close(), erp.close()]);
      await database.close();
    },
  };
}

/** Starts a process of the app as `npm run web` or `npm run worker` would. */
export function startProcess(entry: string, env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry], {
    cwd: projectRoot,
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

/** Resolves when a URL answers 200; gives up after 30 s. */
export async function answers(url: string): Promise<void> {
  for (const deadlineMs = Date.now() + 30_000; Date.now() < deadlineMs; await sleep(100)) {
    try {
      if ((await fetch(url)).ok) return;
    } catch (error) {
      // Not listening yet.
      if (!(error instanceof TypeError)) throw error;
    }
  }
  throw new Error(`${url} did not answer within 30 s`);
}
