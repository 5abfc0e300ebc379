import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { StartError } from "#app/start/start-error.ts";
import { nodeFlags } from "#app/start/node-flags.mjs";

/** A process of a benchmark. */
export interface BenchProcess {
  readonly child: ChildProcess;
  /** Resolves when it has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** SIGTERM, and SIGKILL when that did not help within five seconds. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const killAfterMs = 5_000;

/** Starts a TypeScript file as a process of its own; it ends when this one does. */
export function startProcess(entry: string, env: Readonly<Record<string, string>>): BenchProcess {
  const child = spawn(
    process.execPath,
    [...nodeFlags(projectRoot), path.join(projectRoot, entry)],
    {
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: "production", ...env },
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    },
  );
  const ended = once(child, "exit").then(() => undefined);
  return {
    child,
    ended,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), killAfterMs);
        await ended;
        clearTimeout(timer);
      }
    },
  };
}

/** Starts a server and waits until it answers HTTP on its port, whatever it answers. */
export async function startServer(
  entry: string,
  port: number,
  env: Readonly<Record<string, string>>,
): Promise<BenchProcess> {
  const server = startProcess(entry, { ...env, PORT: String(port) });
  const deadlineMs = Date.now() + startTimeoutMs;
  while (!(await answers(port))) {
    if (server.child.exitCode !== null || Date.now() > deadlineMs) {
      await server.stop();
      throw new StartError(`The server ${entry} did not start: its last words are above.`);
    }
    await sleep(100);
  }
  return server;
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/healthz`);
    await response.arrayBuffer();
    return true;
  } catch {
    // Nothing listens yet: asked again until the time is up.
    return false;
  }
}
