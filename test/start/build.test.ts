import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { buildApp } from "#app/start/build.ts";
import { temporaryFolder } from "./processes.ts";

/** A project whose compiler writes what is needed and counts its runs, or fails with its own words. */
async function sampleProject(compiler: string) {
  const root = await temporaryFolder();
  const cli = path.join(root, "node_modules/@remix-run/dev/dist/cli.js");
  await mkdir(path.dirname(cli), { recursive: true });
  await writeFile(cli, compiler);
  await mkdir(path.join(root, "app/routes"), { recursive: true });
  await writeFile(path.join(root, "app/routes/page.tsx"), "one");
  const runs = () =>
    readFile(path.join(root, "runs.txt"), "utf8").then(
      (text) => text.length,
      () => 0,
    );
  return { root, runs, page: path.join(root, "app/routes/page.tsx") };
}

const works = `
  const fs = require("node:fs");
  for (const folder of ["build/client", "build/server"]) fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync("build/server/index.js", "");
  fs.appendFileSync("runs.txt", "x");
`;

test("builds when something it is made from has changed, and only then", async () => {
  const { root, runs, page } = await sampleProject(works);
  expect(await buildApp(root)).toBe(true);
  expect(await buildApp(root)).toBe(false);
  await writeFile(page, "two");
  expect(await buildApp(root)).toBe(true);
  await rm(path.join(root, "build/client"), { recursive: true });
  expect(await buildApp(root)).toBe(true);
  expect(await runs()).toBe(3);
  expect(await buildApp(root, { always: true })).toBe(true);
});

test("builds at the same time wait for each other", async () => {
  const { root, runs } = await sampleProject(works);
  const built = await Promise.all([buildApp(root), buildApp(root), buildApp(root)]);
  expect(built.filter(Boolean)).toHaveLength(1);
  expect(await runs()).toBe(1);
});

test("a failing build shows the compiler's words, and the next start builds again", async () => {
  const { root, page } = await sampleProject(
    'console.error("page.tsx:1 broken"); process.exit(1);',
  );
  await expect(buildApp(root)).rejects.toThrow("The app could not be built:\npage.tsx:1 broken");
  await writeFile(page, "mended");
  await expect(buildApp(root)).rejects.toThrow("could not be built");
});

test("a full disk is said in one sentence", async () => {
  const complaint = 'console.error("Error: ENOSPC: no space left on device"); process.exit(1);';
  const { root } = await sampleProject(complaint);
  await expect(buildApp(root)).rejects.toThrow(/^The disk is full: .*Free some space/);
});
