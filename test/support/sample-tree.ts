import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";

const written: string[] = [];
afterAll(() => {
  for (const root of written.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** Writes a small project into a temporary folder and returns its path; gone when the test file is done. */
export function sampleTree(files: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), "converge-sample-"));
  written.push(root);
  const manifest = { name: "sample", type: "module", imports: { "#app/*": "./app/*" } };
  const all = { "package.json": JSON.stringify(manifest), ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
