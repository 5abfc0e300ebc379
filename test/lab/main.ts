import { randomInt } from "node:crypto";
import path from "node:path";
import { parseArgs } from "node:util";
import { openDatabase } from "#app/db.server.ts";
import { stateFolder } from "#app/start/embedded-postgres.ts";
import { findPostmaster } from "#app/start/postgres-postmaster.ts";
import { runCommand } from "#app/start/run-command.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { type OwnDatabase, rigOn } from "#test/worker/rig-on.ts";
import { breakageNames, makeBrokenBuild } from "./broken-build.ts";
import { runComparison } from "./run-comparison.ts";
import { runFloor } from "./run-floor.ts";
import { runNets } from "./run-nets.ts";
import { runScenario } from "./run-scenario.ts";
import { type AnyScenario, scenarios } from "./scenarios.ts";
import type { Verdict } from "./verdict.ts";

/** What every verdict says; the rest of it are counts. */
type Outcome = Pick<Verdict, "passed" | "converged" | "lost" | "appliedTwice">;

/**
 * `npm run lab -- <scenario> ... [--seed <number>] [--runs <number>]`: breaks things and tells
 * what came of it. With `--break <what>` it plays against a build that is wrong on purpose.
 */

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: "string" },
      runs: { type: "string", default: "1" },
      break: { type: "string" },
    },
  });
  const names = positionals.flatMap((name) => (name === "all" ? Object.keys(scenarios) : [name]));
  if (names.length === 0 || names.some((name) => !Object.hasOwn(scenarios, name)))
    throw new StartError(
      `Choose one scenario or several, or all of them:\n${Object.entries(scenarios)
        .map(([name, { about }]) => `  npm run lab -- ${name.padEnd(16)} ${about}`)
        .join("\n")}\n  npm run lab -- all`,
    );
  const firstSeed = Number(values.seed ?? randomInt(1_000_000));
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(firstSeed) || !Number.isSafeInteger(runs) || runs < 1)
    throw new StartError("--seed and --runs: use whole numbers.");
  const root = await rootOf(values.break);
  const failed: string[] = [];
  for (let run = 0; run < runs; run += 1)
    for (const name of names) {
      const seed = firstSeed + run;
      if (!(await play(name, seed, root))) failed.push(`${name} --seed ${String(seed)}`);
    }
  const played = names.length * runs;
  console.log(`\n${String(played - failed.length)} of ${String(played)} runs passed`);
  for (const one of failed) console.log(`  failed: npm run lab -- ${one}`);
  if (failed.length > 0) process.exitCode = 1;
});

async function rootOf(broken: string | undefined): Promise<string | undefined> {
  if (broken === undefined) return undefined;
  const name = breakageNames.find((item) => item === broken);
  if (name === undefined)
    throw new StartError(`--break: choose one of ${breakageNames.join(", ")}.`);
  console.log(`Against a build that is broken on purpose: ${name}. It has to fail.`);
  return makeBrokenBuild(name);
}

/** Plays one scenario once and prints its verdict; returns whether it passed. */
async function play(name: string, seed: number, root: string | undefined): Promise<boolean> {
  const scenario = scenarios[name];
  if (!scenario) throw new StartError(`There is no scenario called ${name}.`);
  console.log(`\n${name}: ${scenario.about} (seed ${String(seed)})`);
  const startedMs = Date.now();
  const verdict = await runOn(scenario, seed, root);
  const { passed, converged, lost, appliedTwice, ...counts } = verdict;
  for (const [what, count] of Object.entries(counts)) print(what, String(count));
  print("lost", `${String(lost)}${lost === 0 ? "" : "   must be 0"}`);
  print("applied twice", `${String(appliedTwice)}${appliedTwice === 0 ? "" : "   must be 0"}`);
  print("converged", converged ? "yes" : "no   must be yes");
  const seconds = ((Date.now() - startedMs) / 1_000).toFixed(1);
  console.log(passed ? `PASSED in ${seconds} s` : `FAILED in ${seconds} s`);
  return passed;
}

async function runOn(
  scenario: AnyScenario,
  seed: number,
  root: string | undefined,
): Promise<Outcome> {
  if ("play" in scenario) return scenario.play(rigOn(await freshDatabase()), seed);
  if ("breakage" in scenario) return runComparison(rigOn(await freshDatabase()), scenario, seed);
  if ("mishap" in scenario) return runNets(rigOn(await freshDatabase()), scenario, seed);
  if ("twin" in scenario) return runFloor(rigOn(await freshDatabase()), scenario, seed);
  if (!scenario.breaksDatabase)
    return runScenario(rigOn(await freshDatabase()), scenario, seed, { root });
  const folder = path.join(stateFolder, "lab-postgres");
  const rig = rigOn(await freshDatabase(folder));
  return runScenario(rig, scenario, seed, { root, killDatabase: () => killServer(folder) });
}

async function killServer(folder: string): Promise<void> {
  const server = await findPostmaster(path.join(folder, "data"));
  if (server) process.kill(server.pid, "SIGKILL");
}

/** `folder`: on a server of its own, to be broken. */
async function freshDatabase(folder?: string): Promise<OwnDatabase> {
  const database = await createBenchDatabase(folder);
  const { url } = database;
  const db = openDatabase(url, { applicationName: "converge lab" });
  return {
    url,
    db,
    close: async () => {
      await db.close();
      await database.drop();
    },
  };
}

function print(what: string, value: string): void {
  console.log(`  ${what.padEnd(14)} ${value}`);
}
