// One process at a time, across processes, in plain JavaScript for Node 20: nothing is installed yet
// when this is first needed. The lock file names its owner, so that a lock left by kill -9 is taken over.
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

/**
 * Takes the lock at `file` if nobody living holds it.
 * @param {string} file
 * @returns {{ release(): void } | undefined} undefined: somebody holds it
 */
export function tryLock(file) {
  mkdirSync(path.dirname(file), { recursive: true });
  const mine = JSON.stringify({ pid: process.pid, born: birthOf(process.pid) });
  // Twice: the second time after the lock of a dead owner has been cleared away.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    try {
      writeFileSync(file, mine, { flag: "wx", mode: 0o600 });
      return { release: () => releaseLock(file, mine) };
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!clearIfDead(file)) return undefined;
  }
  return undefined;
}

/**
 * Takes the lock at `file`, waiting as long as somebody holds it.
 * @param {string} file
 * @param {() => void} onWait called once when there is somebody to wait for
 * @returns {Promise<{ release(): void }>}
 */
export async function waitForLock(file, onWait) {
  for (let waited = false; ; waited = true) {
    const lock = tryLock(file);
    if (lock) return lock;
    if (!waited) onWait();
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

function releaseLock(file, mine) {
  if (readOrUndefined(file) === mine) rmSync(file, { force: true });
}

/** Removes the lock when its owner is no more; says whether the way is free. */
function clearIfDead(file) {
  const seen = readOrUndefined(file);
  if (seen === undefined) return true;
  if (isOwnerAlive(seen, file)) return false;
  const aside = `${file}.${randomBytes(6).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return true;
    throw error;
  }
  // Another process may have cleared it first and taken it: then what we moved is a living lock.
  if (readOrUndefined(aside) !== seen) {
    renameSync(aside, file);
    return false;
  }
  rmSync(aside, { force: true });
  return true;
}

function isOwnerAlive(text, file) {
  let owner;
  try {
    owner = JSON.parse(text);
  } catch {
    // Created but not filled yet, or cut short by a crash: believed for five seconds.
    const found = statSync(file, { throwIfNoEntry: false });
    return found !== undefined && Date.now() - found.mtimeMs < 5_000;
  }
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
  }
  // The same process id may belong to another program by now.
  return birthOf(owner.pid) === owner.born;
}

/** When process `pid` was born, in whatever form the system tells; null when it does not or has ended. */
function birthOf(pid) {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // Counted from after the command name, which may itself contain spaces.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      const ended = fields[0] === "Z";
      return ended ? null : (fields[19] ?? null);
    }
    if (process.platform === "win32") return null;
    return execFileSync("ps", ["-p", String(pid), "-o", "lstart="], { encoding: "utf8" }).trim();
  } catch {
    return null;
  }
}

function readOrUndefined(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
