import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { nodeFlags } from "#app/start/node-flags.mjs";

/** A process that is killed and started again. */
export interface MortalProcess {
  readonly name: string;
  /** Starts it, and does not wait until it is ready. */
  start(): void;
  /** kill -9; resolves when it is gone. */
  kill(): Promise<void>;
  /** Waits until its health page answers; starts it when it ended by itself. */
  untilReady(): Promise<void>;
  /** SIGTERM; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** The last it said, for a test that failed. */
  lastWords(): string;
}

/** A laptop that is busy with other things starts a process slowly; that is no failure. */
const readyWithinMs = 90_000;
const keptCharacters = 4_000;

/** Describes a process of the app, entry relative to `root`; nothing runs yet. */
export function mortalProcess(
  name: string,
  entry: string,
  env: Record<string, string>,
  healthUrl: string,
  root = projectRoot,
): MortalProcess {
  let child: ChildProcess | undefined;
  let ended: Promise<number | null> = Promise.resolve(null);
  let output = "";
  const isRunning = () => child?.exitCode === null && child.signalCode === null;
  const start = () => {
    const started = spawn(process.execPath, [...nodeFlags(root), path.join(root, entry)], {
      cwd: root,
      env: { ...process.env, NODE_ENV: "production", ...env },
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-keptCharacters);
    };
    started.stdout?.on("data", collect);
    started.stderr?.on("data", collect);
    ended = new Promise((resolve) => started.once("close", (code) => resolve(code)));
    child = started;
  };
  return {
    name,
    start,
    lastWords: () => `--- ${name}:\n${output}`,
    kill: async () => {
      if (isRunning()) child?.kill("SIGKILL");
      await ended;
    },
    stop: async () => {
      if (isRunning()) child?.kill("SIGTERM");
      return ended;
    },
    untilReady: async () => {
      const deadlineMs = Date.now() + readyWithinMs;
      while (!(await answers(healthUrl))) {
        if (Date.now() > deadlineMs) throw new Error(`${name} is not ready.\n${output}`);
        if (!isRunning()) start();
        await sleep(100);
      }
    },
  };
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
