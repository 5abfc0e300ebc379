import path from "node:path";
import { appProcesses } from "./app-processes.ts";
import type { DemoSettings, DemoSystem } from "./demo-settings.ts";
import { projectRoot } from "./embedded-postgres.ts";
import type { ProcessSpec } from "./supervised-process.ts";

/**
 * The processes of the demo: the twin and the demo systems, which keep what they remember in
 * `folder`, then the app; it ends before those it talks to.
 */
export async function demoProcesses(
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
  return [
    [twin, ...systems.map((system) => demoSystemProcess(system, env, folder))],
    await appProcesses(env, databaseUrl, appUrl),
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
