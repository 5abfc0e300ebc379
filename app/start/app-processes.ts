import { findFreePort } from "./ports.ts";
import type { ProcessSpec } from "./supervised-process.ts";

/** One web process and one worker over `databaseUrl`; `appUrl` is where the web process can be reached from here. */
export async function appProcesses(
  env: ProcessSpec["env"],
  databaseUrl: string,
  appUrl: string,
): Promise<ProcessSpec[]> {
  const workerPort = env["WORKER_PORT"] ?? String(await findFreePort());
  const appEnv = { ...env, DATABASE_URL: databaseUrl };
  return [
    {
      name: "web",
      entry: "app/server/main.ts",
      env: { ...appEnv, WORKER_PORT: undefined },
      healthUrl: `${appUrl}/readyz`,
    },
    {
      name: "worker",
      entry: "app/worker/main.ts",
      env: { ...appEnv, WORKER_PORT: workerPort },
      healthUrl: `http://127.0.0.1:${workerPort}/readyz`,
    },
  ];
}
