import pg from "pg";
import type { Transaction } from "#app/db.server.ts";
import type { Logger } from "#app/observability/index.server.ts";

/**
 * The one connection on which a worker holds its lane locks and hears of new work. Both belong to
 * the session on purpose: when it breaks, the locks are free for others at that moment.
 */

/** Space of the advisory locks ("lane" in ASCII), apart from those of migrations and tokens. */
const lockSpace = 0x6c616e65;
const channel = "converge_lane";

/** Wakes the lanes of these systems, in whichever worker, when the transaction commits. */
export async function notifyLanes(tx: Transaction, systemIds: readonly string[]): Promise<void> {
  if (systemIds.length === 0) return;
  await tx.query("SELECT pg_notify($1, id) FROM unnest($2::text[]) AS s (id)", [
    channel,
    systemIds,
  ]);
}

/** A held lane lock. */
export interface LaneLock {
  /** True once the session is gone, and with it the lock. */
  lost(): boolean;
  release(): Promise<void>;
}

/** @see createLaneSession */
export interface LaneSession {
  /** Connects (again) when there is no live session, so that wakes are heard. */
  ensureConnected(): Promise<void>;
  /** The lock of a system's lane, or null while somebody else holds it. */
  tryLock(systemId: string): Promise<LaneLock | null>;
  close(): Promise<void>;
}

/** A session that connects when first needed and again after it broke. */
export function createLaneSession(options: {
  readonly url: string;
  readonly log: Logger;
  readonly onWake: (systemId: string) => void;
}): LaneSession {
  let session: Promise<pg.Client> | null = null;
  const broken = new WeakSet<pg.Client>();

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: options.url,
      application_name: "converge-lanes",
      keepAlive: true,
    });
    const forget = (error?: Error) => {
      if (!broken.has(client) && error) options.log.warn({ err: error }, "lane session broke");
      broken.add(client);
      session = null;
    };
    client.on("error", forget);
    client.on("end", () => {
      forget();
    });
    client.on("notification", (message) => {
      if (message.payload) options.onWake(message.payload);
    });
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    return client;
  }

  async function connected(): Promise<pg.Client> {
    session ??= connect();
    try {
      return await session;
    } catch (error) {
      session = null;
      throw error;
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  /** A session does one thing after the other; many lanes share it. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  }

  return {
    async ensureConnected() {
      await connected();
    },
    async tryLock(systemId) {
      const client = await connected();
      const key = [lockSpace, systemId];
      const { rows } = await inTurn(() =>
        client.query<{ locked: boolean }>(
          "SELECT pg_try_advisory_lock($1, hashtext($2)) AS locked",
          key,
        ),
      );
      if (!rows[0]?.locked) return null;
      return {
        lost: () => broken.has(client),
        release: async () => {
          if (broken.has(client)) return;
          await inTurn(() => client.query("SELECT pg_advisory_unlock($1, hashtext($2))", key));
        },
      };
    },
    async close() {
      const client = await session?.catch(() => null);
      await client?.end();
    },
  };
}
