import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { nodeFlags } from "#app/start/node-flags.mjs";

test("the container runs Node with the flags of every other process; nobody but Docker ends it", async () => {
  const dockerfile = await readFile(path.join(projectRoot, "Dockerfile"), "utf8");
  const entry = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(dockerfile)?.[1] ?? "[]") as string[];
  const flags = nodeFlags(projectRoot);
  expect(entry).toEqual(["node", ...flags.slice(0, flags.indexOf("--import"))]);
});
