import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Counts, countTests, summaryLine } from "./support/count-tests.ts";
import {
  endRunningSteps,
  runLane,
  runStep,
  type Step,
  type StepResult,
} from "./support/run-step.ts";

/**
 * `npm test`: every check a change has to pass. With arguments (`npm test -- delivery`) only the test
 * files that match. Every step runs whatever the others said; each counts as one test. The last line
 * is `N passed, N failed`, exit code 1 when anything failed.
 */

const root = path.join(import.meta.dirname, "..");
const modules = "node_modules";

const prismaClient: Step = {
  name: "database client is generated",
  command: [`${modules}/prisma/build/index.js`, "generate"],
  env: { PRISMA_HIDE_UPDATE_MESSAGE: "1", CHECKPOINT_DISABLE: "1" },
};

/** Two lanes side by side: this has to be quick on two cores. */
const firstLane: Step[] = [
  { name: "format", command: [`${modules}/@biomejs/biome/bin/biome`, "format", "."] },
  // The linter asks the compiler anyway, so types are checked in the same pass.
  { name: "lint and types", command: [`${modules}/oxlint/bin/oxlint`, "--deny-warnings"] },
  {
    name: "unused code",
    command: [
      `${modules}/knip/bin/knip.js`,
      "--no-progress",
      "--no-config-hints",
      "--exclude",
      "types",
    ],
  },
  { name: "architecture", command: ["test/architecture/check.ts"] },
];
const secondLane: Step[] = [
  {
    name: "GraphQL documents are generated",
    command: [`${modules}/@graphql-codegen/cli/esm/bin.js`, "--config", "codegen.ts", "--check"],
  },
  {
    name: "production build",
    command: [`${modules}/@remix-run/dev/dist/cli.js`, "vite:build"],
    env: { NODE_ENV: "production" },
  },
];

async function runTools(): Promise<StepResult[]> {
  console.log("Tools:");
  const before = await runLane(root, [prismaClient]);
  const lanes = await Promise.all([runLane(root, firstLane), runLane(root, secondLane)]);
  return [...before, ...lanes.flat()];
}

async function runTests(filters: readonly string[]): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), "converge-test-"));
  const reportFile = path.join(folder, "report.json");
  const options = [
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
  ];
  const coverage = filters.length === 0 ? ["--coverage"] : [];
  try {
    const { passed, output } = await runStep(
      root,
      {
        name: "tests",
        command: [`${modules}/vitest/vitest.mjs`, ...options, ...coverage, ...filters],
        limitMs: 25 * 60_000,
      },
      "show",
    );
    if (output !== "") console.log(output);
    return countTests(readIfThere(reportFile), passed);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    endRunningSteps(signal);
    process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

const filters = process.argv.slice(2);
const startedMs = performance.now();
const tools = filters.length === 0 ? await runTools() : [];
const tests = await runTests(filters);
const failedTools = tools.filter((step) => !step.passed);
const counts: Counts = {
  passed: tests.passed + tools.length - failedTools.length,
  failed: tests.failed + failedTools.length,
  skipped: tests.skipped,
};
if (failedTools.length > 0) {
  console.log(`Failed tools: ${failedTools.map((step) => step.name).join(", ")}`);
}
console.log(`Took ${Math.round((performance.now() - startedMs) / 1000)} s.`);
console.log(summaryLine(counts));
process.exitCode = counts.failed > 0 ? 1 : 0;
