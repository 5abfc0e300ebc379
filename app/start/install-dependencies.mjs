// Makes node_modules agree with package-lock.json, in plain JavaScript for Node 20.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { waitForLock } from "./file-lock.mjs";

const stopSignals = ["SIGINT", "SIGTERM", "SIGHUP"];

/** A condition the person at the terminal can put right: shown as it is, exit code 1. */
export class SetupError extends Error {
  name = "SetupError";
}

/**
 * Installs what the lock file says unless it is installed already. Safe for several processes at once.
 * @param {string} root folder of the project
 * @param {(line: string) => void} report shows one line of progress
 */
export async function installDependencies(root, report) {
  if (isInstalled(root)) return;
  const lock = await waitForLock(path.join(root, ".converge", "install.lock"), () =>
    report("Waiting for another process that is installing the dependencies ..."),
  );
  try {
    if (isInstalled(root)) return;
    report("Installing dependencies (first run only, about a minute) ...");
    await runNpmCi(root, report);
    writeStamp(root);
    report("Dependencies installed.");
  } finally {
    lock.release();
  }
}

function stampFile(root) {
  return path.join(root, "node_modules", ".converge-installed");
}

function lockFileHash(root) {
  const text = readFileSync(path.join(root, "package-lock.json"));
  return createHash("sha256")
    .update(text)
    .update(`${process.platform}-${process.arch}`)
    .digest("hex");
}

function writeStamp(root) {
  writeFileSync(stampFile(root), lockFileHash(root));
}

function isInstalled(root) {
  const stamp = stampFile(root);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === lockFileHash(root)) return true;
  if (!matchesWhatNpmInstalled(root)) return false;
  writeStamp(root);
  return true;
}

/** What npm says it has installed: written as its last step, so a cut-off installation has none. */
function npmRecord(root) {
  return path.join(root, "node_modules", ".package-lock.json");
}

/** Whether somebody's own `npm ci` or `npm install` has installed exactly the lock file already. */
function matchesWhatNpmInstalled(root) {
  const record = npmRecord(root);
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const present = JSON.parse(readFileSync(record, "utf8")).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "") return true;
    const found = present[name];
    if (!found) return entry.optional === true && !isForThisPlatform(entry);
    return found.version === entry.version && existsSync(path.join(root, name));
  });
}

function isForThisPlatform({ os, cpu, libc }) {
  // Whether the C library fits is npm's to know.
  if (libc) return false;
  return allows(os, process.platform) && allows(cpu, process.arch);
}

function allows(list, value) {
  if (!list || list.length === 0) return true;
  if (list.includes(`!${value}`)) return false;
  return list.includes(value) || list.every((entry) => entry.startsWith("!"));
}

async function runNpmCi(root, report) {
  const startedMs = Date.now();
  const ticker = setInterval(() => {
    report(`  still installing, ${Math.round((Date.now() - startedMs) / 1000)} s ...`);
  }, 15_000);
  try {
    const { code, output } = await runNpm(root, [
      "ci",
      // Tests and build need the development packages, and the pinned Node is an optional one,
      // whatever NODE_ENV or the person's npm settings say.
      ...["--include=dev", "--include=optional"],
      // No package needs its install script here: see allowScripts in package.json.
      ...["--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund", "--no-progress"],
      "--loglevel=warn",
      ...["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=10000"],
    ]);
    // A file that could not be unpacked is only a warning to npm.
    if (code === 0 && !/TAR_ENTRY_ERROR/.test(output)) return;
    // Without npm's record nobody takes what is there now for complete.
    rmSync(npmRecord(root), { force: true });
    throw new SetupError(npmProblem(root, output));
  } finally {
    clearInterval(ticker);
  }
}

function runNpm(root, args) {
  // Under `npm start` npm names itself; otherwise it is looked up, on Windows as a shell script.
  const npm = process.env.npm_execpath;
  const viaNode = npm !== undefined && /npm-cli\.c?js$/.test(npm);
  const [program, first] = viaNode ? [process.execPath, [npm]] : ["npm", []];
  const shell = !viaNode && process.platform === "win32";
  return new Promise((resolve) => {
    const stdio = ["ignore", "pipe", "pipe"];
    const child = spawn(program, [...first, ...args], { cwd: root, stdio, shell });
    let output = "";
    const collect = (chunk) => {
      output = (output + chunk).slice(-100_000);
      // npm would go on unpacking into a full disk for minutes.
      if (isDiskFull(output)) child.kill();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    // Stopped from outside: npm stops first, then this process.
    const stop = (signal) => {
      child.kill(signal);
      child.on("close", () => process.exit(130));
    };
    for (const signal of stopSignals) process.on(signal, stop);
    const settle = (result) => {
      for (const signal of stopSignals) process.off(signal, stop);
      resolve(result);
    };
    child.on("error", (error) => settle({ code: 1, output: error.message }));
    child.on("close", (code) => settle({ code: code ?? 1, output }));
  });
}

function isDiskFull(output) {
  return /ENOSPC|EDQUOT/.test(output);
}

/** What npm complained about, as one sentence with the way out. */
function npmProblem(root, output) {
  const folder = path.join(root, "node_modules");
  if (isDiskFull(output)) {
    return `The disk is full: the dependencies need about 1.2 GB in ${folder}. Free some space, then start again.`;
  }
  if (/EACCES|EPERM|EROFS/.test(output)) {
    const refused = /npm (?:error|ERR!) path (.+)/.exec(output)?.[1] ?? folder;
    return `npm may not write to ${refused}: check who owns it, then start again.`;
  }
  if (/spawn npm ENOENT/.test(output)) {
    return "npm was not found: install Node.js with npm from https://nodejs.org, then start again.";
  }
  if (/EUSAGE|can only install packages when your package/.test(output)) {
    return "package-lock.json does not fit package.json: run `npm install` once, then start again.";
  }
  if (/EINTEGRITY/.test(output)) {
    return "A package arrived damaged (its checksum is wrong): run `npm cache clean --force`, then start again.";
  }
  if (
    /ENOTFOUND|EAI_AGAIN|ECONN|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ENOTCACHED|code E5\d\d|socket hang up|network/.test(
      output,
    )
  ) {
    return "The npm registry cannot be reached: check the internet connection (or `npm config get registry`), then start again.";
  }
  const lines = output.split("\n").filter((line) => /npm (error|ERR!)/.test(line));
  const telling = lines.find((line) => !/code \w+$/.test(line)) ?? lines[0] ?? "no reason given";
  return `npm could not install the dependencies (${telling.replace(/^npm (error|ERR!)\s*/, "")}): run \`npm ci\` to see all of it.`;
}
