import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { link, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { errorCode } from "./start-error.ts";

/** A running server, as its `postmaster.pid` tells. */
export interface Postmaster {
  pid: number;
  port: number;
}

/**
 * The server running on `dataDir`, or undefined. A `postmaster.pid` left behind by kill -9 or a power
 * cut is no server, even when its process id has meanwhile been given to some other program; such a
 * file is removed, as Postgres would refuse to start next to it.
 */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const file = path.join(dataDir, "postmaster.pid");
  const text = await readIfThere(file);
  if (text === undefined) return undefined;
  // A server that starts this very moment has created its file but not filled it yet.
  if (text === "" && !(await isOlderThan(file, 5_000))) return undefined;
  // Lines: pid, data folder, start time, port, socket folder, address, shared memory, status.
  const lines = text.split("\n");
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (Number.isInteger(pid) && pid > 0 && (await isPostgresOn(pid, dataDir))) return { pid, port };
  await removeUnlessChanged(file, text);
  return undefined;
}

async function isPostgresOn(pid: number, dataDir: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) === "ESRCH") return false;
  }
  if (process.platform === "win32") return true;
  try {
    // A server's working directory is its data folder: exact, where the system tells.
    if (process.platform === "linux")
      return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(dataDir));
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
  }
  const { stdout } = await promisify(execFile)("ps", ["-p", String(pid), "-o", "command="]).catch(
    () => ({ stdout: "" }),
  );
  return stdout.includes("postgres") && stdout.includes(dataDir);
}

async function removeUnlessChanged(file: string, seen: string): Promise<void> {
  // Between reading and removing, another process may have started a server whose file this now is:
  // take it aside, look again, and put it back if so.
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    await rename(file, aside);
    if ((await readFile(aside, "utf8")) !== seen) await link(aside, file);
  } catch (error) {
    if (errorCode(error) !== "ENOENT" && errorCode(error) !== "EEXIST") throw error;
  }
  await rm(aside, { force: true });
}

async function isOlderThan(file: string, ageMs: number): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > ageMs;
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}
