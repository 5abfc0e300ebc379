import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { projectRoot } from "#app/start/embedded-postgres.ts";
import { firstLine, isAlive, runNode, startNode, temporaryFolder } from "./processes.ts";

const scripts = [
  "bootstrap.mjs",
  "end-with-parent.mjs",
  "file-lock.mjs",
  "install-dependencies.mjs",
  "node-flags.mjs",
];

/** A project with one dependency and a stand-in for npm, whose `ci` does what `npmCi` says. */
async function sampleProject(npmCi: string) {
  const root = await temporaryFolder();
  for (const name of scripts) {
    await cp(path.join(projectRoot, "app/start", name), path.join(root, "app/start", name));
  }
  const packages = {
    "": {},
    "node_modules/dependency": { version: "1.0.0" },
    "node_modules/elsewhere": { version: "1.0.0", optional: true, os: ["no-such-system"] },
  };
  await writeFile(path.join(root, "package-lock.json"), JSON.stringify({ packages }));
  await writeFile(path.join(root, "package.json"), JSON.stringify({ type: "module" }));
  await mkdir(path.join(root, "prisma"));
  await writeFile(path.join(root, "prisma/schema.prisma"), "// the tables");
  await writeFile(path.join(root, "npm-cli.js"), npmCi);
  await writeFile(path.join(root, "fake-install.mjs"), fakeInstall);
  await writeFile(path.join(root, "entry.ts"), entry);
  const env = { npm_execpath: path.join(root, "npm-cli.js") };
  const arguments_ = [path.join(root, "app/start/bootstrap.mjs"), "entry.ts"];
  return {
    root,
    run: (...more: string[]) => runNode([...arguments_, ...more], { env, cwd: root }),
    start: (...more: string[]) => startNode([...arguments_, ...more], { env, cwd: root }),
    installs: () => readFile(path.join(root, "installs.txt"), "utf8").then((text) => text.length),
  };
}

// What npm would put there, with a generator that counts its runs.
const fakeInstall = `
  import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
  export const install = () => {
    appendFileSync("installs.txt", "x");
    const files = {
      "dependency/package.json": "{}",
      "prisma/build/index.js":
        "import fs from 'node:fs'; fs.mkdirSync('node_modules/.prisma/client', { recursive: true }); fs.appendFileSync('generated.txt', 'x');",
      "prisma/package.json": '{"type":"module"}',
      "@prisma/client/package.json": '{"version":"1"}',
    };
    for (const [name, text] of Object.entries(files)) {
      const file = "node_modules/" + name;
      mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
      writeFileSync(file, text);
    }
    const packages = { "node_modules/dependency": { version: "1.0.0" } };
    writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages }));
  };
`;
const works = 'import { install } from "./fake-install.mjs"; install();';
const entry = `
  const [what = ""]: string[] = process.argv.slice(2);
  if (what === "wait") {
    process.on("SIGTERM", () => process.exit(42));
    setInterval(() => undefined, 1000);
  } else process.exitCode = 7;
  // Said last: who reads it may send a signal at once.
  console.log("entry", what);
`;

test("installs once, generates the client once, and passes arguments and exit code on", async () => {
  const project = await sampleProject(works);
  const first = await project.run("hello");
  expect(first.stderr).toContain("Installing dependencies (first run only");
  expect({ code: first.code, stdout: first.stdout }).toEqual({ code: 7, stdout: "entry hello\n" });
  const second = await project.run("again");
  expect(second).toEqual({ code: 7, signal: null, stdout: "entry again\n", stderr: "" });
  expect(await project.installs()).toBe(1);
  expect(await readFile(path.join(project.root, "generated.txt"), "utf8")).toBe("x");
});

test("generates the client again when the schema changes", async () => {
  const project = await sampleProject(works);
  await project.run();
  await writeFile(path.join(project.root, "prisma/schema.prisma"), "// other tables");
  await project.run();
  expect(await readFile(path.join(project.root, "generated.txt"), "utf8")).toBe("xx");
});

test("two that start at once install once", async () => {
  const project = await sampleProject(`await new Promise((r) => setTimeout(r, 700)); ${works}`);
  const [one, other] = await Promise.all([project.run("1"), project.run("2")]);
  expect([one.code, other.code]).toEqual([7, 7]);
  expect(await project.installs()).toBe(1);
});

test("installs again when the lock file changes, and leaves somebody's own npm ci alone", async () => {
  const project = await sampleProject(works);
  await project.run();
  const lock = path.join(project.root, "package-lock.json");
  await writeFile(lock, `${await readFile(lock, "utf8")}\n`);
  await project.run();
  expect(await project.installs()).toBe(1);
  await writeFile(lock, (await readFile(lock, "utf8")).replace("1.0.0", "1.0.1"));
  await project.run();
  expect(await project.installs()).toBe(2);
});

test.each([
  ["npm error code ENOTFOUND", "The npm registry cannot be reached"],
  ["npm error code ECONNREFUSED", "The npm registry cannot be reached"],
  ["npm error nospc ENOSPC: no space left on device", "The disk is full"],
  ["npm error code EUSAGE", "package-lock.json does not fit package.json"],
  ["npm error path /home/ada/.npm\nnpm error EACCES: no", "npm may not write to /home/ada/.npm"],
  ["npm error something else", "npm could not install the dependencies (something else)"],
])("%s becomes one sentence and exit code 1", async (complaint, sentence) => {
  const project = await sampleProject(
    `console.error(${JSON.stringify(complaint)}); process.exit(1);`,
  );
  const { code, stderr, stdout } = await project.run();
  expect(stderr).toContain(sentence);
  expect(stderr.trim().split("\n")).toHaveLength(2);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
});

test("passes signals on and ends with the entry's exit code", async () => {
  const project = await sampleProject(works);
  const child = project.start("wait");
  expect(await firstLine(child)).toBe("entry wait");
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(42);
});

test("the entry ends when the bootstrap is killed", async () => {
  const project = await sampleProject(works);
  await writeFile(
    path.join(project.root, "entry.ts"),
    'console.log(process.pid); process.on("SIGTERM", () => process.exit(0)); setInterval(() => undefined, 1000);',
  );
  const child = project.start();
  const pid = Number(await firstLine(child));
  child.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

test("a Node that is too old is told so", async () => {
  const project = await sampleProject(works);
  const file = path.join(project.root, "app/start/bootstrap.mjs");
  const source = await readFile(file, "utf8");
  await writeFile(
    file,
    source.replace("const oldestNode = [20, 19]", "const oldestNode = [99, 1]"),
  );
  const { code, stderr } = await project.run();
  expect(stderr).toMatch(/^Node [\d.]+ is too old: install Node 99\.1 or newer/);
  expect(code).toBe(1);
});

test("ends with npm, whose shell passes no signal on", async () => {
  const project = await sampleProject(works);
  await project.run();
  const bootstrap = path.join(project.root, "app/start/bootstrap.mjs");
  // As npm does it: a shell between the two.
  const npm = path.join(project.root, "npm.mjs");
  await writeFile(
    npm,
    `import { spawn } from "node:child_process";
     spawn("sh", ["-c", ${JSON.stringify(`${process.execPath} ${bootstrap} entry.ts pid; true`)}], { stdio: "inherit", env: { ...process.env, npm_lifecycle_event: "start" } });`,
  );
  await writeFile(
    path.join(project.root, "entry.ts"),
    "console.log(process.pid); setInterval(() => undefined, 1000);",
  );
  const child = startNode([npm], { cwd: project.root });
  const pid = Number(await firstLine(child));
  child.kill("SIGKILL");
  await expect.poll(() => isAlive(pid), { timeout: 5_000 }).toBe(false);
});

test("a file npm could not unpack counts as a failure, and is not taken for complete later", async () => {
  const complaint = "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write";
  const project = await sampleProject(`console.error("${complaint}"); ${works}`);
  const { stderr } = await project.run();
  expect(stderr).toContain("The disk is full");
  await writeFile(path.join(project.root, "npm-cli.js"), works);
  expect((await project.run("now")).stdout).toBe("entry now\n");
});
