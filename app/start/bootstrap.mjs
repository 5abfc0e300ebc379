// The first thing every npm script runs: `node app/start/bootstrap.mjs <entry.ts> [arguments]`.
// Plain JavaScript without dependencies, for whatever Node is there (20.19 or newer): installs the
// dependencies if needed, generates the Prisma client if stale, then runs the entry on the pinned Node.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, chmodSync, constants, existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants as osConstants } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { waitForLock } from "./file-lock.mjs";
import { installDependencies, SetupError } from "./install-dependencies.mjs";
import { nodeFlags } from "./node-flags.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const oldestNode = [20, 19];
// From here on Node runs TypeScript by itself.
const oldestForTypeScript = [22, 18];
const forwardedSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Progress goes to stderr, so that the output of an entry can be piped. */
function report(line) {
  process.stderr.write(`${line}\n`);
}

function isNodeAtLeast([major, minor]) {
  const [ownMajor = 0, ownMinor = 0] = process.versions.node.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/** The Node that came with the dependencies, or the running one where that is new enough. */
function findNode() {
  const platform = `${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const program = process.platform === "win32" ? "node.exe" : "node";
  for (const name of [`node-${platform}`, `node-bin-${platform}`]) {
    const pinned = path.join(root, "node_modules", name, "bin", program);
    if (existsSync(pinned)) return makeExecutable(pinned);
  }
  if (isNodeAtLeast(oldestForTypeScript)) return process.execPath;
  throw new SetupError(
    `Node ${process.versions.node} cannot run Converge by itself and the Node it brings along is missing (node-${platform}): run \`npm ci --include=optional\`, or install Node ${oldestForTypeScript.join(".")} or newer.`,
  );
}

function makeExecutable(program) {
  try {
    accessSync(program, constants.X_OK);
  } catch {
    chmodSync(program, 0o755);
  }
  return program;
}

/** Generates the Prisma client when the schema or Prisma itself has changed since the last time. */
async function generatePrismaClient(node) {
  if (isClientCurrent()) return;
  const lock = await waitForLock(path.join(root, ".converge", "install.lock"), () => undefined);
  try {
    if (isClientCurrent()) return;
    report("Generating the database client ...");
    const cli = path.join(root, "node_modules", "prisma", "build", "index.js");
    // Without the hint it would look for an update and advertise.
    const env = { ...process.env, CHECKPOINT_DISABLE: "1", PRISMA_HIDE_UPDATE_MESSAGE: "1" };
    const options = { cwd: root, encoding: "utf8", env };
    const run = spawnSync(node, [cli, "generate", "--no-hints"], options);
    if (run.status !== 0) {
      const reason = (run.stderr || run.stdout || String(run.error)).trim();
      throw new SetupError(`The database client could not be generated: ${reason}`);
    }
    writeFileSync(clientStamp(), clientInputsHash());
  } finally {
    lock.release();
  }
}

function clientStamp() {
  return path.join(root, "node_modules", ".prisma", "client", ".converge-generated");
}

function clientInputsHash() {
  const inputs = ["prisma/schema.prisma", "node_modules/@prisma/client/package.json"];
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(readFileSync(path.join(root, input)));
  return hash.digest("hex");
}

function isClientCurrent() {
  const stamp = clientStamp();
  return existsSync(stamp) && readFileSync(stamp, "utf8") === clientInputsHash();
}

/**
 * Who stands behind this process: under npm a shell (`sh -c`), and npm behind it. Killed npm takes
 * nobody along: a shell does not pass signals on.
 */
function readLineage() {
  const parent = process.ppid;
  if (process.platform !== "linux") return String(parent);
  const status = readFileSync(`/proc/${parent}/status`, "utf8");
  const [, name] = /^Name:\s+(.*)$/m.exec(status) ?? [];
  const [, grandparent] = /^PPid:\s+(\d+)$/m.exec(status) ?? [];
  return /^(sh|dash|bash|ash)$/.test(name) ? `${parent} of ${grandparent}` : String(parent);
}

/** Calls `onOrphaned` once npm, when it started this process, is gone. */
function watchNpm(onOrphaned) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const before = readLineage();
  const timer = setInterval(() => {
    if (isSameLineage(before)) return;
    clearInterval(timer);
    onOrphaned();
  }, 500);
  timer.unref();
}

function isSameLineage(before) {
  try {
    return readLineage() === before;
  } catch {
    // The parent went away while we looked at it.
    return false;
  }
}

/** Runs the entry in this process's place: same terminal, signals passed on, same exit code. */
function runEntry(node, entry, args) {
  const child = spawn(node, [...nodeFlags(root), entry, ...args], {
    // The channel is how the entry notices should this process be killed without a signal to pass on.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) },
  });
  for (const signal of forwardedSignals) process.on(signal, () => child.kill(signal));
  watchNpm(() => child.kill("SIGTERM"));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => resolve(code ?? 128 + (osConstants.signals[signal] ?? 0)));
  });
}

async function main() {
  const [entry, ...args] = process.argv.slice(2);
  if (!entry) throw new SetupError("Usage: node app/start/bootstrap.mjs <entry.ts> [arguments]");
  if (!isNodeAtLeast(oldestNode)) {
    throw new SetupError(
      `Node ${process.versions.node} is too old: install Node ${oldestNode.join(".")} or newer from https://nodejs.org.`,
    );
  }
  await installDependencies(root, report);
  const node = findNode();
  await generatePrismaClient(node);
  return runEntry(node, path.resolve(root, entry), args);
}

try {
  process.exitCode = await main();
} catch (error) {
  const full =
    error.code === "ENOSPC" ? `The disk is full: free some space, then start again.` : undefined;
  report(full ?? (error instanceof SetupError ? error.message : error.stack));
  process.exitCode = 1;
}
