import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { waitForLock } from "./file-lock.mjs";
import { errorCode, StartError } from "./start-error.ts";

// Everything the production build is made from. The lock file stands for node_modules.
const inputFolders = ["app", "public"];
const inputFiles = ["vite.config.ts", "tsconfig.json", "package.json", "package-lock.json"];

/** How to build. */
export interface BuildOptions {
  /** Build even when nothing has changed. */
  always?: boolean;
  /** Told once when there is something to build. */
  onBuild?: () => void;
  /** Ends a running build. */
  signal?: AbortSignal;
}

/**
 * Makes the production build in `build/`, unless what it is made from has not changed since the last
 * one. Builds of several processes wait for each other.
 * @returns whether there was something to build
 * @throws StartError with the compiler's words when the build fails, or when the disk is full.
 */
export async function buildApp(root: string, options: BuildOptions = {}): Promise<boolean> {
  const lock = await waitForLock(path.join(root, ".converge", "build.lock"), () => undefined);
  try {
    const inputs = await hashInputs(root);
    if (!options.always && (await readStamp(root)) === inputs) return false;
    options.onBuild?.();
    await runBuild(root, options.signal);
    await writeFile(stampFile(root), inputs);
    return true;
  } finally {
    lock.release();
  }
}

function stampFile(root: string): string {
  return path.join(root, "build", ".inputs");
}

async function readStamp(root: string): Promise<string | undefined> {
  try {
    // All three have to be there: somebody may have removed one folder only.
    await readFile(path.join(root, "build", "server", "index.js"));
    await readdir(path.join(root, "build", "client"));
    return await readFile(stampFile(root), "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function hashInputs(root: string): Promise<string> {
  const hash = createHash("sha256").update(process.version);
  const listed = await Promise.all(inputFolders.map((folder) => listFiles(root, folder)));
  for (const file of [...inputFiles, ...listed.flat().sort()]) {
    hash.update(`\0${file}\0`).update(await readInput(path.join(root, file)));
  }
  return hash.digest("hex");
}

async function listFiles(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), {
    recursive: true,
    withFileTypes: true,
  }).catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return [];
    throw error;
  });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

/** A file that does not exist counts as empty: which ones there are is part of the hash. */
async function readInput(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return Buffer.alloc(0);
    throw error;
  }
}

async function runBuild(root: string, signal: AbortSignal | undefined): Promise<void> {
  const cli = path.join(root, "node_modules", "@remix-run", "dev", "dist", "cli.js");
  const child = spawn(process.execPath, [cli, "vite:build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal ? { signal } : {}),
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000);
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const [code] = (await once(child, "close")) as [number | null];
  if (code === 0) return;
  if (/ENOSPC|No space left/.test(output)) {
    throw new StartError(
      `The disk is full: the build in ${root} cannot be written. Free some space, then start again.`,
    );
  }
  throw new StartError(`The app could not be built:\n${output.trim()}`);
}
