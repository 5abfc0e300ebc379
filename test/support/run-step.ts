import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";

/** A tool that has to succeed, such as the linter. Runs with this process's Node. */
export interface Step {
  name: string;
  /** Path of the tool's script from the project root, and its arguments. */
  command: readonly [script: string, ...args: string[]];
  env?: Record<string, string>;
  /** Longest time in milliseconds; then the step is ended and has failed. Default: ten minutes. */
  limitMs?: number;
}

/** How a step ended. */
export interface StepResult {
  name: string;
  passed: boolean;
  seconds: number;
}

const running = new Set<ChildProcess>();

/** Ends what is still running; for a run that is interrupted. */
export function endRunningSteps(signal: NodeJS.Signals): void {
  for (const child of running) child.kill(signal);
}

/**
 * Runs one step after the other, whatever their outcome, and prints a line for each; what a failed
 * step had to say follows its line. Several lanes may run side by side: output is never mixed.
 */
export async function runLane(root: string, steps: readonly Step[]): Promise<StepResult[]> {
  const results: StepResult[] = [];
  for (const step of steps) {
    console.log(`  ... ${step.name}`);
    const { passed, seconds, output } = await runStep(root, step, "collect");
    console.log(`  ${passed ? "ok " : "NOT"} ${step.name} (${seconds.toFixed(1)} s)`);
    if (!passed) console.log(indent(output));
    results.push({ name: step.name, passed, seconds });
  }
  return results;
}

/** Runs one step; `show` prints what it says while it says it, `collect` returns it. */
export function runStep(
  root: string,
  step: Step,
  mode: "show" | "collect",
): Promise<StepResult & { output: string }> {
  const startedMs = performance.now();
  const [script, ...args] = step.command;
  const child = spawn(process.execPath, [path.join(root, script), ...args], {
    cwd: root,
    env: environment(step.env),
    stdio: mode === "show" ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const collect = (text: string): void => {
    output += text;
  };
  child.stdout?.setEncoding("utf8").on("data", collect);
  child.stderr?.setEncoding("utf8").on("data", collect);
  const limitMs = step.limitMs ?? 10 * 60_000;
  const timer = setTimeout(() => {
    output += `ended: it took longer than ${limitMs / 1000} s\n`;
    child.kill("SIGKILL");
  }, limitMs);
  return new Promise((resolve) => {
    const finish = (passed: boolean): void => {
      clearTimeout(timer);
      running.delete(child);
      const seconds = (performance.now() - startedMs) / 1000;
      resolve({ name: step.name, passed, seconds, output });
    };
    child.on("error", (error) => {
      output += `could not be started: ${error.message}\n`;
      finish(false);
    });
    child.on("close", (code) => {
      finish(code === 0);
    });
  });
}

/** Tools that look for `node` themselves find the one that runs this. */
function environment(extra: Record<string, string> | undefined): NodeJS.ProcessEnv {
  const searchPath = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  return { ...process.env, PATH: searchPath, ...extra };
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");
}
