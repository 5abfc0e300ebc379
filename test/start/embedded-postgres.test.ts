import { readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { expect, onTestFinished, test } from "vitest";
import { ensureDatabase, type EnsuredDatabase } from "#app/start/embedded-postgres.ts";
import { leavingName } from "#app/start/postgres-connect.ts";
import { endOf, firstLine, isAlive, runNode, startNode, temporaryFolder } from "./processes.ts";

const useDatabase = path.join(import.meta.dirname, "fixtures/use-database.ts");

async function ensure(folder: string, lines: string[] = []): Promise<EnsuredDatabase> {
  const database = await ensureDatabase({}, { folder, report: (line) => lines.push(line) });
  onTestFinished(() => database.release());
  return database;
}

/** The app's database does not exist yet where nothing was migrated. */
function serverUrl(url: string): string {
  const server = new URL(url);
  server.pathname = "/postgres";
  return server.href;
}

async function query(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: serverUrl(url) });
  await client.connect();
  try {
    const { rows } = await client.query({ text: sql, rowMode: "array" });
    return (rows[0] as unknown[] | undefined)?.[0];
  } finally {
    await client.end();
  }
}

async function postmasterPid(folder: string): Promise<number> {
  return Number((await readFile(pidFile(folder), "utf8")).split("\n")[0]);
}

const pidFile = (folder: string) => path.join(folder, "data/postmaster.pid");

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    if (await condition().catch(() => false)) return;
    await sleep(100);
  }
  throw new Error("it did not come true within 10 s");
}

test("starts on first use, is found by the second user, and stops with the last", async () => {
  const folder = await temporaryFolder();
  const first = await ensure(folder);
  const pid = await postmasterPid(folder);
  const second = await ensure(folder);
  expect(second.url).toBe(first.url);
  expect(await query(first.url, "SELECT 1")).toBe(1);
  await first.release();
  expect(isAlive(pid)).toBe(true);
  await second.release();
  expect(isAlive(pid)).toBe(false);
});

test("stays up for a client that is still connected", async () => {
  const folder = await temporaryFolder();
  const database = await ensure(folder);
  const client = new pg.Client({ connectionString: serverUrl(database.url) });
  await client.connect();
  await database.release();
  const { rows } = await client.query("SELECT 1 AS one");
  expect(rows).toEqual([{ one: 1 }]);
  await client.end();
  await (await ensure(folder)).release();
});

test("asks for a password, on the loopback address only, and the app is no superuser", async () => {
  const { url } = await ensure(await temporaryFolder());
  const without = new URL(url);
  without.password = "guess";
  await expect(query(without.href, "SELECT 1")).rejects.toThrow(/password/);
  expect(await query(url, "SHOW listen_addresses")).toBe("127.0.0.1");
  expect(await query(url, "SHOW fsync")).toBe("on");
  expect(await query(url, "SHOW is_superuser")).toBe("off");
});

test("comes back by itself after kill -9 of the server", async () => {
  const folder = await temporaryFolder();
  const lines: string[] = [];
  const { url } = await ensure(folder, lines);
  await query(url, "CREATE DATABASE kept");
  const pid = await postmasterPid(folder);
  process.kill(pid, "SIGKILL");
  await until(async () => (await postmasterPid(folder)) !== pid);
  await until(async () => (await query(url, "SELECT 1")) === 1);
  expect(await query(url, "SELECT 1 FROM pg_database WHERE datname = 'kept'")).toBe(1);
  expect(lines).toContain("The database went away; starting it again.");
});

test("outlives kill -9 of whoever started it, and the next one finds it", async () => {
  const folder = await temporaryFolder();
  const starter = startNode([useDatabase, folder, "60000"]);
  const url = await firstLine(starter);
  const pid = await postmasterPid(folder);
  starter.kill("SIGKILL");
  await endOf(starter);
  const next = await ensure(folder);
  expect(next.url).toBe(url);
  expect(await postmasterPid(folder)).toBe(pid);
  await next.release();
  expect(isAlive(pid)).toBe(false);
});

test("starters that come at once share one server", async () => {
  const folder = await temporaryFolder();
  const runs = await Promise.all([1, 2, 3].map(() => runNode([useDatabase, folder, "1000"])));
  expect(runs.map((run) => run.stderr)).toEqual(["", "", ""]);
  expect(new Set(runs.map((run) => run.stdout)).size).toBe(1);
  await expect(readFile(pidFile(folder))).rejects.toThrow(/ENOENT/);
});

test("does not stay for one that has said it goes and whose connection lingers", async () => {
  const folder = await temporaryFolder();
  const { url, release } = await ensure(folder);
  const pid = await postmasterPid(folder);
  const leaving = new pg.Client({
    connectionString: serverUrl(url),
    application_name: leavingName,
  });
  leaving.on("error", () => undefined);
  await leaving.connect();
  await release();
  expect(isAlive(pid)).toBe(false);
});

test("a process id left behind and given to another program is no server", async () => {
  const folder = await temporaryFolder();
  await (await ensure(folder)).release();
  const settings = JSON.parse(await readFile(path.join(folder, "settings.json"), "utf8")) as {
    port: number;
  };
  const lines = [process.pid, path.join(folder, "data"), 1, settings.port, "", "127.0.0.1"];
  await writeFile(pidFile(folder), lines.join("\n"));
  const { url } = await ensure(folder);
  expect(await query(url, "SELECT 1")).toBe(1);
});

test("moves to another port when a stranger took its own while it was down", async () => {
  const folder = await temporaryFolder();
  const before = await ensure(folder);
  await before.release();
  const stranger = createServer().listen(Number(new URL(before.url).port), "127.0.0.1");
  onTestFinished(() => void stranger.close());
  const after = await ensure(folder);
  expect(new URL(after.url).port).not.toBe(new URL(before.url).port);
  expect(await query(after.url, "SELECT 1")).toBe(1);
});

test("a damaged folder is one sentence that names it and the way out", async () => {
  const folder = await temporaryFolder();
  await (await ensure(folder)).release();
  await rm(path.join(folder, "data/global/pg_control"));
  await expect(ensure(folder)).rejects.toThrow(
    `The database in ${folder} is damaged (could not find the database system): restore the folder from a backup, or delete it to begin with an empty database.`,
  );
  await rm(path.join(folder, "data/PG_VERSION"));
  await expect(ensure(folder)).rejects.toThrow(/ is damaged \(PG_VERSION is missing\)/);
});

test("damaged or lost settings and a file in the way each have their sentence", async () => {
  const folder = await temporaryFolder();
  await (await ensure(folder)).release();
  const settings = path.join(folder, "settings.json");
  await writeFile(settings, "{");
  await expect(ensure(folder)).rejects.toThrow(`${settings} is damaged`);
  await rm(settings);
  await expect(ensure(folder)).rejects.toThrow(/does not take the password in its settings.json/);
  await runNode([useDatabase, folder]);
  await expect(ensure(settings)).rejects.toThrow(`${settings} should be a folder`);
});

test("a database of one's own is used as it is", async () => {
  const own = await ensureDatabase({ databaseUrl: "postgresql://somebody@elsewhere/db" });
  expect(own.url).toBe("postgresql://somebody@elsewhere/db");
  await own.release();
});
