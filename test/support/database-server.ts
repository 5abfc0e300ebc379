import { createHash, randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { migrate } from "#app/start/migrate.ts";

/**
 * Databases for tests on one Postgres server. A template is migrated once per state of the
 * migrations and kept; every test file gets a copy of it. Names: `converge_test_template_<hash>` and
 * `converge_test_<created, epoch seconds>_<run>_<copy>`.
 */

const projectRoot = join(import.meta.dirname, "../..");
const templatePrefix = "converge_test_template_";
// Any number, as long as all test runs agree: one run at a time builds a template or cleans up.
const setupLock = 7_240_199;
const leftoverAfterSeconds = 6 * 3600;
const templateUnusedAfterSeconds = 7 * 24 * 3600;

/** The URL of another database on the server that `url` points at. */
export function onSameServer(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${database}`;
  return other.href;
}

/** A prefix for the databases of one test run, unlike that of any other run. */
export function runPrefix(nowMs: number): string {
  return `converge_test_${Math.floor(nowMs / 1000)}_${randomBytes(3).toString("hex")}`;
}

/** Runs `work` on one connection to the server's `postgres` database. */
export async function withServer<T>(
  url: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString: onSameServer(url, "postgres"),
    application_name: "converge test set-up",
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * Makes sure that a migrated template exists and returns its name. Takes some seconds the first
 * time and milliseconds from then on, until a migration or the job list changes. Runs that start
 * together build it once. Also removes what killed runs have left behind.
 */
export async function ensureTemplate(url: string, nowMs: number): Promise<string> {
  const template = `${templatePrefix}${migrationsHash()}`;
  await withServer(url, async (client) => {
    await client.query("SELECT pg_advisory_lock($1)", [setupLock]);
    await dropLeftovers(client, template, nowMs);
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [
      template,
    ]);
    if (rowCount === 0) await buildTemplate(client, url, template);
    // The time of last use: see dropLeftovers.
    await client.query(`COMMENT ON DATABASE ${template} IS '${Math.floor(nowMs / 1000)}'`);
  });
  return template;
}

/** Built under another name, so that a template with the right name is always complete. */
async function buildTemplate(client: pg.Client, url: string, template: string): Promise<void> {
  const building = `${template}_building`;
  await dropDatabase(client, building);
  await migrate(onSameServer(url, building));
  await waitUntilUnused(client, building);
  await client.query(`ALTER DATABASE ${building} RENAME TO ${template}`);
  // A connection to the template would make copying it fail.
  await client.query(`ALTER DATABASE ${template} ALLOW_CONNECTIONS false`);
}

/** Creates `name` as a copy of `template`. */
export async function copyTemplate(url: string, template: string, name: string): Promise<void> {
  await withServer(url, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
}

/** A vacuum of what a long benchmark left takes a minute or two. */
const dropTries = 360;
const insufficientPrivilege = "42501";

/** Drops a database. The server's own vacuum may be at work in it; only a superuser could end that, so wait. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  for (let left = dropTries; ; left -= 1) {
    try {
      await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      return;
    } catch (error) {
      const vacuumed = error instanceof Error && "code" in error;
      if (left === 0 || !vacuumed || error.code !== insufficientPrivilege) throw error;
      await sleep(500);
    }
  }
}

/**
 * Drops a test's database. Throws, after dropping it, when somebody was still connected: a worker or
 * pool that the test did not stop. A killed process's connections get a moment to go.
 */
export async function dropCopy(url: string, name: string): Promise<void> {
  await withServer(url, async (client) => {
    const users = await waitUntilUnused(client, name);
    await dropDatabase(client, name);
    if (users.length > 0) {
      throw new Error(`still connected to the test's database at its end: ${users.join(", ")}`);
    }
  });
}

/** Drops every database of one run, for what its test files did not close. */
export async function dropRun(url: string, prefix: string): Promise<void> {
  await withServer(url, async (client) => {
    for (const name of await databasesLike(client, `${prefix}_%`)) {
      await dropDatabase(client, name);
    }
  });
}

async function dropLeftovers(client: pg.Client, template: string, nowMs: number): Promise<void> {
  const nowSeconds = nowMs / 1000;
  const stale = await client.query<{ datname: string; used: string | null }>(
    `SELECT datname, shobj_description(oid, 'pg_database') AS used FROM pg_database
     WHERE datname LIKE 'converge\\_test\\_%'`,
  );
  for (const { datname, used } of stale.rows) {
    const isTemplate = datname.startsWith(templatePrefix);
    const since = Number(isTemplate ? used : datname.split("_")[2]);
    const limit = isTemplate ? templateUnusedAfterSeconds : leftoverAfterSeconds;
    if (datname !== template && nowSeconds - since > limit) {
      await dropDatabase(client, datname);
    }
  }
}

async function databasesLike(client: pg.Client, pattern: string): Promise<string[]> {
  const escaped = pattern.replaceAll("_", "\\_");
  const { rows } = await client.query<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE datname LIKE $1",
    [escaped],
  );
  return rows.map((row) => row.datname);
}

/** Waits up to three seconds for the last connection to go; returns who still has one. */
async function waitUntilUnused(client: pg.Client, name: string): Promise<string[]> {
  const deadlineMs = Date.now() + 3_000;
  for (;;) {
    const { rows } = await client.query<{ application_name: string }>(
      "SELECT application_name FROM pg_stat_activity WHERE datname = $1",
      [name],
    );
    if (rows.length === 0 || Date.now() > deadlineMs) {
      return rows.map((row) => row.application_name || "a connection without a name");
    }
    await sleep(20);
  }
}

/** Everything that decides what `migrate` makes of an empty database. */
function migrationsHash(): string {
  const hash = createHash("sha256");
  const migrations = join(projectRoot, "prisma/migrations");
  const files = readdirSync(migrations, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".sql"))
    .map((file) => join(migrations, file));
  const queue = readdirSync(join(projectRoot, "app/queue"))
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(projectRoot, "app/queue", file));
  const others = ["app/jobs.ts", "node_modules/pg-boss/package.json"];
  const all = [...files, ...queue, ...others.map((file) => join(projectRoot, file))];
  for (const file of all.sort()) hash.update(file).update("\0").update(readFileSync(file));
  return hash.digest("hex").slice(0, 12);
}
