import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/**
 * Runs dependency-cruiser with the rules of `.dependency-cruiser.mjs` over a tree. A child process,
 * because dependency-cruiser resolves everything against the directory it is started in.
 */

const projectRoot = join(import.meta.dirname, "../..");

const cruiseResult = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(
      z.object({
        from: z.string(),
        to: z.string(),
        rule: z.object({ name: z.string() }),
        comment: z.string().optional(),
        cycle: z.array(z.object({ name: z.string() })).optional(),
      }),
    ),
    ruleSetUsed: z.object({
      forbidden: z.array(z.object({ name: z.string(), comment: z.string() })),
    }),
  }),
});

/** One import that breaks a rule. `from` and `to` are relative to the tree's root. */
export interface ImportViolation {
  rule: string;
  from: string;
  to: string;
  message: string;
}

/**
 * The forbidden imports below `app/` and `test/` of the tree at `root`. Rejects when
 * dependency-cruiser cannot run or looked at no file at all (a check of nothing passes everything).
 */
export async function findImportViolations(root: string): Promise<ImportViolation[]> {
  const folders = ["app", "test"].filter((folder) => existsSync(join(root, folder)));
  const output = await runDependencyCruiser(root, folders);
  const { summary } = cruiseResult.parse(JSON.parse(output));
  if (summary.totalCruised === 0) throw new Error(`dependency-cruiser found no module in ${root}`);
  const comments = new Map(summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]));
  return summary.violations.map(({ from, to, rule, cycle }) => {
    const path = [from, ...(cycle?.map((step) => step.name) ?? [to])].join(" -> ");
    const why = comments.get(rule.name) ?? "";
    return { rule: rule.name, from, to, message: `${path}\n    ${rule.name}: ${why}` };
  });
}

function runDependencyCruiser(root: string, folders: readonly string[]): Promise<string> {
  const cli = join(projectRoot, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const config = join(projectRoot, ".dependency-cruiser.mjs");
  const child = spawn(
    process.execPath,
    [cli, "--config", config, "--output-type", "json", ...folders],
    { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
  );
  return new Promise((resolve, reject) => {
    let output = "";
    let complaint = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
    child.on("error", reject);
    child.on("close", (code) => {
      // The JSON reporter answers 0 whether or not rules were broken.
      if (code === 0) resolve(output);
      else
        reject(new Error(`dependency-cruiser failed (exit code ${code ?? "none"}): ${complaint}`));
    });
  });
}
