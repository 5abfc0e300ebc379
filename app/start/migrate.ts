import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { migrateQueue } from "#app/queue/index.server.ts";
import { projectRoot } from "./embedded-postgres.ts";
import { errorCode, errorText, StartError } from "./start-error.ts";

// Any number, as long as all who migrate agree.
const migrationLock = 7_240_114;
const migrationsFolder = path.join(projectRoot, "prisma", "migrations");

/** Anything that can run a statement: a pool, a client. */
interface Queryable {
  query(text: string): Promise<{ rows: unknown[] }>;
}

/**
 * Brings the database at `url` up to date: creates it when it is missing, applies the migrations of
 * `prisma/migrations` that it lacks, then pg-boss's own. Any number may run at once: one works, the
 * others wait and find nothing left to do. Needs no internet.
 * @returns the names of the migrations applied, oldest first
 * @throws StartError when the server cannot be reached or a migration fails.
 */
export async function migrate(url: string): Promise<string[]> {
  await createDatabaseIfMissing(url);
  const client = new pg.Client({ connectionString: url, application_name: "converge migrate" });
  await connect(client, url);
  try {
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    const missing = await pendingMigrations(client);
    if (missing.length > 0) await deploy(url);
    await migrateQueue(url);
    return missing;
  } finally {
    await client.end();
  }
}

/** The names of the migrations in the code that the database has not had, oldest first. */
export async function pendingMigrations(database: Queryable): Promise<string[]> {
  const entries = await readdir(migrationsFolder, { withFileTypes: true });
  const inCode = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const done = await appliedMigrations(database);
  return inCode.filter((name) => !done.has(name)).sort();
}

async function appliedMigrations(database: Queryable): Promise<Set<unknown>> {
  const sql =
    "SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL";
  try {
    const { rows } = await database.query(sql);
    return new Set(rows.map((row) => (row as { migration_name: string }).migration_name));
  } catch (error) {
    const noSuchTable = "42P01";
    if (errorCode(error) === noSuchTable) return new Set();
    throw error;
  }
}

async function createDatabaseIfMissing(url: string): Promise<void> {
  const probe = new pg.Client({ connectionString: url });
  try {
    await probe.connect();
    return;
  } catch (error) {
    const noSuchDatabase = "3D000";
    if (errorCode(error) !== noSuchDatabase) throw unreachable(error, url);
  } finally {
    await probe.end();
  }
  const server = new URL(url);
  const name = decodeURIComponent(server.pathname.slice(1));
  server.pathname = "/postgres";
  const client = new pg.Client({ connectionString: server.href });
  await connect(client, server.href);
  try {
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } catch (error) {
    // Somebody else made it meanwhile.
    const alreadyThere = ["42P04", "23505"];
    if (!alreadyThere.includes(errorCode(error) ?? "")) {
      throw new StartError(
        `The database ${name} does not exist and could not be created (${errorText(error)}): create it, then start again.`,
      );
    }
  } finally {
    await client.end();
  }
}

async function connect(client: pg.Client, url: string): Promise<void> {
  try {
    await client.connect();
  } catch (error) {
    throw unreachable(error, url);
  }
}

function unreachable(error: unknown, url: string): StartError {
  const { host, username, pathname } = new URL(url);
  // The URL itself would show the password.
  const where = `${username}@${host}${pathname}`;
  return new StartError(
    `The database ${where} cannot be reached (${errorText(error)}): check DATABASE_URL, or unset it to use the built-in Postgres.`,
  );
}

async function deploy(url: string): Promise<void> {
  const cli = path.join(projectRoot, "node_modules", "prisma", "build", "index.js");
  // The engine's first line asks for "node": it shall be this one.
  const searchPath = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  const child = spawn(process.execPath, [cli, "migrate", "deploy"], {
    cwd: projectRoot,
    env: {
      ...process.env,
      PATH: searchPath,
      DATABASE_URL: url,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
      NO_COLOR: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const collect = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on("data", collect);
  child.stderr.on("data", collect);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) {
    throw new StartError(`The database could not be migrated: ${output.trim() || "no output"}`);
  }
}
