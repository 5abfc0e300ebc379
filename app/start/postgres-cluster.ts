import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  lchown,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from "node:fs/promises";
import { totalmem } from "node:os";
import path from "node:path";
import { choosePostgresAccount, type PostgresAccount, spawnPostgres } from "./postgres-account.ts";
import { findPostgresBinaries, type PostgresBinaries } from "./postgres-binaries.ts";
import { postgresProblem } from "./postgres-problem.ts";
import type { PostgresSettings } from "./postgres-settings.ts";
import { errorCode, errorText, fileProblem, StartError } from "./start-error.ts";

/** One embedded Postgres: its folder, and how its programs are run. */
export interface PostgresCluster {
  folder: string;
  dataDir: string;
  logFile: string;
  binaries: PostgresBinaries;
  account: PostgresAccount;
}

/** The superuser made by initdb: presence and administration only, the app connects as another role. */
export const superuser = "postgres";

const maxLogBytes = 10 * 1024 * 1024;

/**
 * A quarter of the memory, as Postgres's documentation begins with, from what it has by itself to a
 * gigabyte: the rest of the machine is the app's.
 * https://www.postgresql.org/docs/current/runtime-config-resource.html#GUC-SHARED-BUFFERS
 */
function sharedBuffers(): string {
  const megabytes = Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20;
  return `${String(Math.round(Math.min(1_024, Math.max(128, megabytes / 4))))}MB`;
}

// For a small machine shared with the app, yet as safe as production: fsync and synchronous_commit
// stay on. 200 connections are several web and worker processes of 20 to 40 each.
const serverSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "200",
  shared_buffers: sharedBuffers(),
  fsync: "on",
  synchronous_commit: "on",
  // A checkpoint makes the next change of every page cost the whole page in the log: at a thousand
  // webhooks per second one gigabyte, the default, is full twice a minute.
  max_wal_size: "2GB",
  // Making a new segment of the log stops every commit for as long as the disk takes for 16 MB, a tenth
  // of a second on small machines: those that are done with are kept and used again.
  min_wal_size: "1GB",
  checkpoint_timeout: "10min",
  // Whoever needs a page while all are dirty has to write one out first, and the log up to it: the background
  // writer, by itself made for 4 MB a second, keeps ahead of a thousand webhooks.
  bgwriter_delay: "20ms",
  bgwriter_lru_maxpages: "1000",
  bgwriter_lru_multiplier: "8",
  jit: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  log_line_prefix: "%m [%p] ",
  // Errors of statements go to the app that sent them; the file is for what happens to the server.
  log_min_messages: "log",
  log_checkpoints: "off",
};

/**
 * Prepares `folder` for use: finds the programs, chooses the account and, on first use, creates the
 * database files. Safe for any number of processes at once.
 * @throws StartError when the disk is full, the folder is not ours, or root has no way out.
 */
export async function openCluster(
  folder: string,
  settings: () => Promise<PostgresSettings>,
): Promise<PostgresCluster & { settings: PostgresSettings }> {
  try {
    await mkdir(folder, { recursive: true });
    const dataDir = path.join(folder, "data");
    const binaries = await findPostgresBinaries();
    const account = choosePostgresAccount(folder, dataDir, binaries.postgres);
    const logFile = path.join(folder, "postgres.log");
    const chosen = await settings();
    const cluster = { folder, dataDir, logFile, binaries, account, settings: chosen };
    await initialise(cluster, chosen.password);
    return cluster;
  } catch (error) {
    throw fileProblem(error, folder);
  }
}

async function initialise(cluster: PostgresCluster, password: string): Promise<void> {
  const { dataDir, account } = cluster;
  if (await hasDatabaseFiles(dataDir)) return;
  // Built aside and moved into place in one step: killed half-way, it leaves nothing half-made; and
  // of two processes that come first, one move wins.
  const draft = `${dataDir}.${randomBytes(6).toString("hex")}`;
  const passwordFile = `${draft}.password`;
  try {
    await removeAbandonedDrafts(cluster.folder);
    await mkdir(draft, { mode: 0o700 });
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account.owner) {
      await lchown(draft, account.owner.uid, account.owner.gid);
      await lchown(passwordFile, account.owner.uid, account.owner.gid);
    }
    await runInitdb(cluster, draft, passwordFile);
    await rename(draft, dataDir);
  } catch (error) {
    const lostRace = errorCode(error) === "ENOTEMPTY" || errorCode(error) === "EEXIST";
    if (!lostRace || !(await hasDatabaseFiles(dataDir))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
    await rm(passwordFile, { force: true });
  }
}

async function hasDatabaseFiles(dataDir: string): Promise<boolean> {
  let entries: string[];
  try {
    entries = await readdir(dataDir);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
  if (entries.length === 0 || entries.includes("PG_VERSION")) return entries.length > 0;
  throw postgresProblem(path.dirname(dataDir), "PG_VERSION is missing");
}

/** Drafts of processes that were killed; one younger than ten minutes may still be at work. */
async function removeAbandonedDrafts(folder: string): Promise<void> {
  const oldestMs = Date.now() - 10 * 60_000;
  for (const name of await readdir(folder)) {
    if (!/^data\.[0-9a-f]{12}(\.password)?$/.test(name)) continue;
    const draft = path.join(folder, name);
    const found = await stat(draft).catch(() => undefined);
    if (found && found.mtimeMs < oldestMs) await rm(draft, { recursive: true, force: true });
  }
}

async function runInitdb(cluster: PostgresCluster, draft: string, passwordFile: string) {
  const args = [
    ...["--pgdata", draft, "--username", superuser, "--pwfile", passwordFile],
    ...["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-instructions"],
    // Sorting and case rules that are the same on every machine, whatever its locales.
    ...["--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"],
  ];
  const { account, binaries, folder } = cluster;
  const child = spawnPostgres(account, binaries.initdb, args, {
    cwd: folder,
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  const code = await exitOf(child);
  if (code !== 0) throw postgresProblem(folder, complaint || `initdb ended with ${code}`);
}

async function exitOf(child: ReturnType<typeof spawnPostgres>): Promise<number | string> {
  try {
    const [code, signal] = (await once(child, "close")) as [number | null, string | null];
    return code ?? signal ?? "no exit code";
  } catch (error) {
    return errorText(error);
  }
}

/** Under root: makes every database file the account's, for data that once ran under another one. */
async function handOver(dataDir: string, owner: { uid: number; gid: number }): Promise<void> {
  if ((await stat(dataDir)).uid === owner.uid) return;
  for (const entry of await readdir(dataDir, { recursive: true })) {
    await lchown(path.join(dataDir, entry), owner.uid, owner.gid);
  }
  // Last, so that a hand-over cut short is begun again.
  await lchown(dataDir, owner.uid, owner.gid);
}

/** How one attempt to start the server ended, when it ended. */
export interface ServerLaunch {
  /** The server's process id: every way to another account replaces its own process. */
  pid: number | undefined;
  /** Settles when the server has exited, with what it wrote to its log since it was started. */
  exited: Promise<string>;
}

/**
 * Starts the server on `port`, detached from this process and its terminal: it outlives both.
 * Of several servers started at once on one folder, Postgres itself lets only one live.
 */
export async function launchServer(cluster: PostgresCluster, port: number): Promise<ServerLaunch> {
  const { account, binaries, dataDir, folder, logFile } = cluster;
  if (account.owner) await handOver(dataDir, account.owner);
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > maxLogBytes) await rename(logFile, `${logFile}.1`);
  const log = await open(logFile, "a", 0o600);
  try {
    const offset = (await log.stat()).size;
    const settings = Object.entries({ ...serverSettings, port: String(port) });
    const args = [
      "-D",
      dataDir,
      ...settings.flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    ];
    const child = spawnPostgres(account, binaries.postgres, args, {
      cwd: folder,
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
    });
    child.unref();
    const exited = exitOf(child).then(async (code) => {
      // Hours may have passed, and the whole folder may be gone.
      const text = await readFile(logFile).catch(() => Buffer.alloc(0));
      return text.subarray(offset).toString() || `postgres ended with ${code}`;
    });
    return { pid: child.pid, exited };
  } finally {
    await log.close();
  }
}

/** Stops the server as `pg_ctl stop -m fast` does: open transactions roll back, nothing is lost. */
export async function stopServer(cluster: PostgresCluster): Promise<void> {
  const { account, binaries, dataDir, folder } = cluster;
  const child = spawnPostgres(
    account,
    binaries.pgCtl,
    ["stop", "-D", dataDir, "-m", "fast", "-w", "-t", "30"],
    { cwd: folder, stdio: "ignore" },
  );
  const code = await exitOf(child);
  if (code !== 0)
    throw new StartError(`The embedded Postgres in ${folder} did not stop within 30 s.`);
}
