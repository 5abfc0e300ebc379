import { mkdir } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Client } from "pg";
import { startAndConnect } from "./postgres-connect.ts";
import { openCluster, stopServer } from "./postgres-cluster.ts";
import { holdPresence } from "./postgres-presence.ts";
import { loadPostgresSettings } from "./postgres-settings.ts";
import { errorCode, fileProblem } from "./start-error.ts";

/** What {@link ensureDatabase} needs to know; a whole `Config` fits. */
export interface DatabaseChoice {
  /** A Postgres of the person's own; undefined: the embedded one. */
  databaseUrl?: string | undefined;
}

/** Where the embedded server lives and who hears about it; everything has a default. */
export interface EmbeddedOptions {
  /** Folder of the embedded server. Default: `.converge/postgres` in the project. */
  folder?: string;
  /** Told one line when the server was lost and is being brought back. */
  report?: (line: string) => void;
}

/** A database to work with. */
export interface EnsuredDatabase {
  /** Connection URL for the app's role. The database named in it may not exist yet: see `migrate`. */
  url: string;
  /**
   * Says that this process no longer needs the database. Close your pools first. Whoever is last
   * stops the embedded server. May be called twice; does nothing for a database of one's own.
   */
  release: () => Promise<void>;
}

/** The folder of the project, whatever folder the command was given in. */
export const projectRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Where everything a running installation writes is kept: the database, logs, demo secrets. */
export const stateFolder = path.join(projectRoot, ".converge");

const appRole = "converge";

/**
 * The database this installation works on: `databaseUrl` when given, otherwise the embedded Postgres,
 * which is started when it does not run and found when it does. Until `release`, a lost server
 * (kill -9, out of memory) is brought back on the same port.
 *
 * It listens on 127.0.0.1 only, no Unix socket, and asks for a password that is kept in
 * `settings.json` (mode 600): on a shared machine other accounts reach the port, but not the data.
 * The app's role is no superuser, as row-level security does not bind superusers.
 * @throws StartError one sentence naming the folder and the way out: full disk, damaged or foreign
 *   folder, root without a way to another account.
 */
export async function ensureDatabase(
  choice: DatabaseChoice,
  options: EmbeddedOptions = {},
): Promise<EnsuredDatabase> {
  if (choice.databaseUrl) return { url: choice.databaseUrl, release: () => Promise.resolve() };
  const folder = options.folder ?? path.join(stateFolder, "postgres");
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw fileProblem(error, folder);
  });
  const cluster = await openCluster(folder, () => loadPostgresSettings(folder));
  const connection = await startAndConnect(cluster);
  const { port } = connection;
  const { password } = cluster.settings;
  await createAppRole(connection.client, password);
  const presence = holdPresence({
    first: connection.client,
    reconnect: async () => (await startAndConnect(cluster, port)).client,
    report: options.report ?? (() => undefined),
    stop: () => stopServer(cluster),
  });
  return {
    url: `postgresql://${appRole}:${password}@127.0.0.1:${port}/converge`,
    release: presence.release,
  };
}

/** May create databases (tests clone theirs) but is bound by row-level security. */
async function createAppRole(client: Client, password: string): Promise<void> {
  const { rowCount } = await client.query("SELECT 1 FROM pg_roles WHERE rolname = $1", [appRole]);
  if (rowCount) return;
  try {
    await client.query(
      `CREATE ROLE ${appRole} LOGIN CREATEDB PASSWORD ${client.escapeLiteral(password)}`,
    );
  } catch (error) {
    // Another process was faster by a hair.
    if (errorCode(error) !== "42710" && errorCode(error) !== "23505") throw error;
  }
}
