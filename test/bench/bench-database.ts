import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import { migrate } from "#app/start/migrate.ts";
import { onSameServer, withServer } from "#test/support/database-server.ts";

/** A migrated database that only one benchmark uses. */
export interface BenchDatabase {
  readonly url: string;
  /** Drops it, whoever is still connected. */
  drop(): Promise<void>;
}

/** Creates it on the server of DATABASE_URL, or on the embedded one; `folder`: on one of its own. */
export async function createBenchDatabase(folder?: string): Promise<BenchDatabase> {
  const server = folder
    ? await ensureDatabase({}, { folder })
    : await ensureDatabase({ databaseUrl: process.env.DATABASE_URL || undefined });
  const name = `converge_bench_${randomBytes(4).toString("hex")}`;
  const url = onSameServer(server.url, name);
  const drop = async () => {
    await dropDatabase(url, name);
    await server.release();
  };
  try {
    await migrate(url);
  } catch (error) {
    await drop();
    throw error;
  }
  return { url, drop };
}

/** A vacuum of what a long benchmark left takes a minute or two. */
const dropTries = 360;
const insufficientPrivilege = "42501";

/** The server's own vacuum may be at work in it; only a superuser could end that, so wait for it. */
async function dropDatabase(url: string, name: string): Promise<void> {
  for (let left = dropTries; ; left -= 1) {
    try {
      await withServer(url, (client) =>
        client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`),
      );
      return;
    } catch (error) {
      const vacuumed = error instanceof Error && "code" in error;
      if (left === 0 || !vacuumed || error.code !== insufficientPrivilege) throw error;
      await sleep(500);
    }
  }
}
