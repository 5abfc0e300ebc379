import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  launchServer,
  type PostgresCluster,
  type ServerLaunch,
  stopServer,
  superuser,
} from "./postgres-cluster.ts";
import { isPortFree } from "./ports.ts";
import { findPostmaster } from "./postgres-postmaster.ts";
import { postgresProblem } from "./postgres-problem.ts";
import { type PostgresSettings, rememberAnotherPort } from "./postgres-settings.ts";
import { errorCode, StartError } from "./start-error.ts";

/** Name under which the processes that use the server show up in `pg_stat_activity`. */
const presenceName = "converge presence";

/** Name of those that no longer need the server, until their connection has closed. */
export const leavingName = "converge leaving";

// Crash recovery of a few gigabytes takes tens of seconds on a slow disk.
const startTimeoutMs = 120_000;
const pollMs = 50;
// The old server's last backends, or a stranger, may hold the port for a while.
const occupiedPollMs = 250;
// A server that finds another one's lock file ends at once; a busy machine gets some patience.
const loserGraceMs = 20_000;

/** An open superuser connection and the port it was made on. */
export interface PostgresConnection {
  client: pg.Client;
  port: number;
}

/**
 * Connects to the cluster's server, starting it when nobody else has. There is no lock file to go
 * stale: several starters may launch at once, Postgres lets one live, and all connect to that one.
 * @param fixedPort insist on this port (others hold connection URLs with it)
 * @throws StartError when the server cannot start, or does not answer within two minutes.
 */
export async function startAndConnect(
  cluster: PostgresCluster & { settings: PostgresSettings },
  fixedPort?: number,
): Promise<PostgresConnection> {
  const deadlineMs = Date.now() + startTimeoutMs;
  let { settings } = cluster;
  while (Date.now() < deadlineMs) {
    const running = await findPostmaster(cluster.dataDir);
    if (running) {
      const client = await tryConnect(cluster, running.port, settings.password);
      if (client) return { client, port: running.port };
      await sleep(pollMs);
      continue;
    }
    if (!(await isPortFree(fixedPort ?? settings.port))) {
      // It may be held by our own server, started by somebody else this very moment.
      if (await findPostmaster(cluster.dataDir)) continue;
      if (fixedPort === undefined) settings = await rememberAnotherPort(cluster.folder, settings);
      else await sleep(occupiedPollMs);
      continue;
    }
    const launch = await launchServer(cluster, fixedPort ?? settings.port);
    try {
      await untilSeenOrGone(cluster, launch);
    } catch (error) {
      // It runs but is of no use to anybody: do not leave it behind.
      if (await findPostmaster(cluster.dataDir)) await stopServer(cluster);
      throw error;
    }
  }
  throw new StartError(
    `Postgres in ${cluster.folder} did not answer within ${startTimeoutMs / 1000} s: see ${cluster.logFile}.`,
  );
}

/** Waits until a launched server accepts connections, or exits; a lost race or port is no error. */
async function untilSeenOrGone(
  cluster: PostgresCluster & { settings: PostgresSettings },
  launch: ServerLaunch,
): Promise<void> {
  const state: { log?: string } = {};
  void launch.exited.then((log) => {
    state.log = log;
  });
  const deadlineMs = Date.now() + startTimeoutMs;
  while (state.log === undefined && Date.now() < deadlineMs) {
    const running = await findPostmaster(cluster.dataDir);
    const client = running && (await tryConnect(cluster, running.port, cluster.settings.password));
    if (client) {
      await client.end();
      // Ours has lost the race, but may not know it yet: on a busy machine it could come up after
      // the server that won has already been stopped, and then nobody would stop it.
      const graceEndMs = Date.now() + loserGraceMs;
      const lost = running.pid !== launch.pid;
      while (lost && state.log === undefined && Date.now() < graceEndMs) await sleep(pollMs);
      return;
    }
    await sleep(pollMs);
  }
  const log = state.log ?? "";
  if (/lock file ".*" (already exists|is empty)|pre-existing shared memory/.test(log)) return;
  if (/could not bind|Address already in use/.test(log)) return void (await sleep(pollMs));
  if (log) throw postgresProblem(cluster.folder, log);
}

/** A connection, or undefined while the server starts, recovers or shuts down. */
async function tryConnect(
  cluster: PostgresCluster,
  port: number,
  password: string,
): Promise<pg.Client | undefined> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: superuser,
    password,
    database: "postgres",
    application_name: presenceName,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Without a listener, a connection lost between here and its next use would end the process.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    if (errorCode(error) === "28P01") {
      throw new StartError(
        `Postgres in ${cluster.folder} does not take the password in its settings.json: restore that file, or delete the folder to begin with an empty database.`,
      );
    }
    return undefined;
  }
}
