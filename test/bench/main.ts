import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { runCommand } from "#app/start/run-command.ts";
import { StartError } from "#app/start/start-error.ts";
import { runCorridorBench } from "./corridor/bench.ts";
import { runFairnessBench } from "./fairness/bench.ts";
import { runFreshnessBench } from "./freshness/bench.ts";
import { runIntakeBench } from "./intake/bench.ts";
import { runPagesBench } from "./pages/bench.ts";
import { runPoolBench } from "./pool/bench.ts";
import { runPollBench } from "./poll/bench.ts";
import { runReconcileBench } from "./reconcile/bench.ts";

/**
 * `npm run bench -- [name [events]]`: runs one benchmark, or all of them, and keeps the figures as
 * JSON. Fewer events than usual are for trying it out; `pages` and `reconcile` also take more, up to
 * ten million and one million.
 */

/** What a benchmark found: for people and for programs. */
interface BenchReport {
  readonly table: string;
  readonly figures: object;
}

const benches: Readonly<Record<string, (size?: number) => Promise<BenchReport>>> = {
  intake: () => runIntakeBench(),
  corridor: runCorridorBench,
  fairness: runFairnessBench,
  freshness: runFreshnessBench,
  poll: runPollBench,
  reconcile: runReconcileBench,
  pages: runPagesBench,
  pool: runPoolBench,
};

await runCommand(async () => {
  const [wanted, size] = process.argv.slice(2);
  if (wanted !== undefined && !(wanted in benches)) {
    throw new StartError(
      `There is no benchmark called ${wanted}. There are: ${Object.keys(benches).join(", ")}.`,
    );
  }
  for (const [name, run] of Object.entries(benches)) {
    if (wanted !== undefined && wanted !== name) continue;
    const report = await run(size === undefined ? undefined : Number(size));
    const file = path.join(projectRoot, "bench-results", `${name}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report.figures, null, 2)}\n`);
    console.log(`\n${report.table}\n\nThe figures are in ${path.relative(projectRoot, file)}.`);
  }
});
