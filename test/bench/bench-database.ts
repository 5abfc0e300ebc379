import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { ensureDatabase } from "#app/start/embedded-postgres.ts";
import { migrate } from "#app/start/migrate.ts";
import { dropDatabase, onSameServer, withServer } from "#test/support/database-server.ts";

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
    await withServer(url, (client) => dropDatabase(client, name));
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

/**
 * What one contestant has left in the machine's page cache, the machine writes half a minute later, a
 * hundred megabytes at once, while every commit waits: in the run of whoever has its turn then. Writes
 * it now.
 */
export async function writeBackPages(): Promise<void> {
  await promisify(execFile)("sync").catch(() => undefined);
}
