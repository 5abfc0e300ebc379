import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { openLogFile } from "./log-file.ts";
import { StartError } from "./start-error.ts";
import { warningsOnly } from "./terminal-lines.ts";
import { nodeFlags } from "./node-flags.mjs";

/** One process of the installation. */
export interface ProcessSpec {
  /** Short, for log names and prefixes: `web`. */
  name: string;
  /** TypeScript file to run, relative to the project. */
  entry: string;
  env: Record<string, string | undefined>;
  /** Answers 2xx once the process is ready. */
  healthUrl: string;
}

/** Where processes run and who hears of them. */
export interface SupervisorOptions {
  projectRoot: string;
  logFolder: string;
  /** Shows one line at the terminal. */
  show: (line: string) => void;
  /** Ends waiting for health. */
  signal: AbortSignal;
}

/** A process that is started again when it dies. */
export interface SupervisedProcess {
  name: string;
  /** Asks it to end, and ends it for good when it has not after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

const startTimeoutMs = 60_000;
const healthPollMs = 150;
const firstBackoffMs = 500;
const longestBackoffMs = 30_000;
// After this long without dying the next death is treated as the first.
const forgiveAfterMs = 60_000;
const rememberedLines = 20;

/**
 * Starts a process, waits until it is healthy, then keeps it running: it is restarted with
 * exponential backoff whenever it ends by itself. Its output goes to `<name>.log`; warnings and
 * errors also to the terminal.
 * @throws StartError with the process's own last words when it does not become healthy at first.
 */
export async function superviseProcess(
  spec: ProcessSpec,
  options: SupervisorOptions,
): Promise<SupervisedProcess> {
  const supervisor = new Supervisor(spec, options);
  try {
    await supervisor.start();
  } catch (error) {
    await supervisor.stop(2_000);
    throw error;
  }
  return supervisor;
}

class Supervisor implements SupervisedProcess {
  readonly name: string;
  readonly #spec: ProcessSpec;
  readonly #options: SupervisorOptions;
  readonly #logFile: string;
  readonly #log: ReturnType<typeof openLogFile>;
  readonly #stopping = new AbortController();
  #child: ChildProcess | undefined;
  #ended: Promise<string> = Promise.resolve("");
  #lastErrors: string[] = [];
  /** Until the first start has succeeded, complaints go into the error instead of on the terminal. */
  #started = false;
  #keeper: Promise<void> = Promise.resolve();

  constructor(spec: ProcessSpec, options: SupervisorOptions) {
    this.name = spec.name;
    this.#spec = spec;
    this.#options = options;
    this.#logFile = path.join(options.logFolder, `${spec.name}.log`);
    this.#log = openLogFile(this.#logFile);
  }

  async start(): Promise<void> {
    this.#launch();
    const decided = new AbortController();
    const died = this.#ended.then((how) => {
      const words = this.#lastErrors.filter((line) => !/^\s+at /.test(line)).join(" ");
      throw new StartError(
        words ||
          `The ${this.name} process ended with ${how} while it started: see ${this.#logFile}.`,
      );
    });
    try {
      await Promise.race([this.#untilHealthy(decided.signal), died]);
    } finally {
      decided.abort();
    }
    this.#started = true;
    this.#keeper = this.#keepRunning();
  }

  async stop(graceMs: number): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await this.#ended;
      clearTimeout(timer);
    }
    await this.#keeper;
    this.#log.close();
  }

  #launch(): void {
    const { entry, env } = this.#spec;
    const { projectRoot } = this.#options;
    const child = spawn(
      process.execPath,
      [...nodeFlags(projectRoot), path.join(projectRoot, entry)],
      {
        cwd: projectRoot,
        env: env as NodeJS.ProcessEnv,
        // A group of its own: Ctrl-C at the terminal reaches only the one who stops all in order.
        detached: process.platform !== "win32",
        stdio: ["ignore", "pipe", "pipe", "ipc"],
      },
    );
    const lines = warningsOnly(this.name, this.#logFile, Date.now);
    this.#lastErrors = [];
    for (const stream of ["stdout", "stderr"] as const) {
      const input = child[stream];
      if (!input) continue;
      createInterface({ input }).on("line", (line) => {
        this.#log.write(`${line}\n`);
        const shown = lines.show(line, stream);
        if (shown === undefined) return;
        this.#lastErrors = [...this.#lastErrors, shown.slice(this.name.length + 3)].slice(
          -rememberedLines,
        );
        if (this.#started) this.#options.show(shown);
      });
    }
    this.#child = child;
    this.#ended = new Promise((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => resolve(signal ?? `code ${String(code)}`));
    });
  }

  async #untilHealthy(decided: AbortSignal): Promise<void> {
    const deadlineMs = Date.now() + startTimeoutMs;
    while (!decided.aborted && !(await isHealthy(this.#spec.healthUrl))) {
      this.#options.signal.throwIfAborted();
      if (Date.now() > deadlineMs) {
        throw new StartError(
          `The ${this.name} process was not ready after ${startTimeoutMs / 1000} s: see ${this.#logFile}.`,
        );
      }
      await sleep(healthPollMs);
    }
  }

  async #keepRunning(): Promise<void> {
    const { signal } = this.#stopping;
    let backoffMs = firstBackoffMs;
    while (!signal.aborted) {
      const startedMs = Date.now();
      const how = await this.#ended;
      if (signal.aborted) return;
      if (Date.now() - startedMs > forgiveAfterMs) backoffMs = firstBackoffMs;
      this.#options.show(
        `[${this.name}] ended with ${how}; starting it again in ${backoffMs / 1000} s (see ${this.#logFile}).`,
      );
      // An aborted wait is the stop we are asked for.
      await sleep(backoffMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      this.#launch();
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
    }
  }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: "manual" });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}
