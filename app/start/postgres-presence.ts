import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { leavingName } from "./postgres-connect.ts";
import { errorText } from "./start-error.ts";

// Any number, as long as all processes agree: serialises "am I the last one?".
const releaseLock = 7_240_113;
// Pools that were just closed, and processes that were killed, leave backends behind for a moment.
const closingGraceMs = 1_000;
const firstRetryMs = 200;
const longestRetryMs = 5_000;

/** Left out of pg's published types. */
type RefCounted = Client & { ref(): void; unref(): void };

interface PresenceOptions {
  /** An open connection: as long as it stands, this process counts as using the server. */
  first: Client;
  /** Starts the server if need be and connects again. */
  reconnect: () => Promise<Client>;
  /** Stops the server. */
  stop: () => Promise<void>;
  report: (line: string) => void;
}

/**
 * Keeps one connection open as this process's sign that it uses the server, and brings the server
 * back when that connection breaks. `release` ends it; whoever finds no other sign stops the server.
 */
export function holdPresence(options: PresenceOptions): { release: () => Promise<void> } {
  let released: Promise<void> | undefined;
  let current: Promise<Client | undefined> = Promise.resolve(watch(options.first));

  function watch(client: Client): Client {
    // The sign alone must not keep a finished process alive.
    (client as RefCounted).unref();
    client.once("end", () => {
      if (!released) current = revive();
    });
    return client;
  }

  async function revive(): Promise<Client | undefined> {
    options.report("The database went away; starting it again.");
    for (let waitMs = firstRetryMs; !released; waitMs = Math.min(waitMs * 2, longestRetryMs)) {
      try {
        return watch(await options.reconnect());
      } catch (error) {
        options.report(errorText(error));
      }
      await sleep(waitMs, undefined, { ref: false });
    }
    return undefined;
  }

  async function leave(): Promise<void> {
    const client = await current;
    if (!client) return;
    (client as RefCounted).ref();
    try {
      if (await isLast(client)) await options.stop();
      else await client.end();
    } catch (error) {
      // While we waited our turn, the one before us found nobody else and stopped the server.
      if (!/terminat|closed|ECONNRESET|not queryable/i.test(errorText(error))) throw error;
    }
  }

  return {
    release() {
      released ??= leave();
      return released;
    },
  };
}

/**
 * Says that it goes before it asks who stays. So the last one to say it sees nobody, however long
 * the connections of those before it take to close: one of them always stops the server. What was
 * just closed or killed gets a moment to be gone.
 */
async function isLast(client: Client): Promise<boolean> {
  await client.query("SELECT set_config('application_name', $1, false)", [leavingName]);
  await client.query("SELECT pg_advisory_lock($1)", [releaseLock]);
  const deadlineMs = Date.now() + closingGraceMs;
  for (;;) {
    const { rows } = await client.query<{ stay: boolean }>(othersSql, [leavingName]);
    if (rows[0]?.stay === false) return true;
    if (Date.now() > deadlineMs) return false;
    await sleep(50);
  }
}

const othersSql = `
  SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND application_name <> $1
  ) AS stay`;
