import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { openDatabase } from "#app/db.server.ts";
import { runCommand } from "#app/start/run-command.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { type OwnDatabase, rigOn } from "#test/worker/rig-on.ts";
import { runScenario } from "./run-scenario.ts";
import { scenarios } from "./scenarios.ts";

/** `npm run lab -- <scenario> [--seed <number>] [--runs <number>]`: breaks things and tells what came of it. */

await runCommand(async () => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { seed: { type: "string" }, runs: { type: "string", default: "1" } },
  });
  const [wanted] = positionals;
  const names = wanted === "all" ? Object.keys(scenarios) : wanted === undefined ? [] : [wanted];
  if (names.length === 0 || names.some((name) => !Object.hasOwn(scenarios, name)))
    throw new StartError(
      `Choose a scenario, or all of them:\n${Object.entries(scenarios)
        .map(([name, { about }]) => `  npm run lab -- ${name.padEnd(14)} ${about}`)
        .join("\n")}\n  npm run lab -- all`,
    );
  const firstSeed = Number(values.seed ?? randomInt(1_000_000));
  const runs = Number(values.runs);
  if (!Number.isSafeInteger(firstSeed) || !Number.isSafeInteger(runs) || runs < 1)
    throw new StartError("--seed and --runs: use whole numbers.");
  let failed = 0;
  for (const name of names)
    for (let run = 0; run < runs; run += 1) if (!(await play(name, firstSeed + run))) failed += 1;
  if (failed > 0) process.exitCode = 1;
});

/** Plays one scenario once and prints its verdict; returns whether it passed. */
async function play(name: string, seed: number): Promise<boolean> {
  const scenario = scenarios[name];
  if (!scenario) throw new StartError(`There is no scenario called ${name}.`);
  console.log(`\n${name}: ${scenario.about} (seed ${String(seed)})`);
  const startedMs = Date.now();
  const verdict = await runScenario(rigOn(await freshDatabase()), scenario, seed);
  const { passed, converged, lost, appliedTwice, ...counts } = verdict;
  for (const [what, count] of Object.entries(counts)) print(what, String(count));
  print("lost", `${String(lost)}${lost === 0 ? "" : "   must be 0"}`);
  print("applied twice", `${String(appliedTwice)}${appliedTwice === 0 ? "" : "   must be 0"}`);
  print("converged", converged ? "yes" : "no   must be yes");
  const seconds = ((Date.now() - startedMs) / 1_000).toFixed(1);
  console.log(passed ? `PASSED in ${seconds} s` : `FAILED in ${seconds} s`);
  return passed;
}

async function freshDatabase(): Promise<OwnDatabase> {
  const database = await createBenchDatabase();
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
