import { randomBytes } from "node:crypto";
import { type Config, loadConfig } from "#app/config.server.ts";
import { type Clock, type Database, systemClock, type Transaction } from "#app/db.server.ts";
import { createEgress, type Egress } from "#app/egress/index.server.ts";
import type { JobName } from "#app/jobs.ts";
import { type Counters, createCounters, createLogger } from "#app/observability/index.server.ts";
import type { Logger } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";
import { createVault, type Vault } from "#app/vault/index.server.ts";
import { testDatabase, type TestDatabase } from "#test/support/database.ts";

/** The parts every room's tests need, on a database of their own. */
export interface Rig {
  readonly database: TestDatabase;
  readonly db: Database;
  readonly encryptionKey: Buffer;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly counters: Counters;
  /** May reach loopback, as in a demo. */
  readonly egress: Egress;
  readonly random: () => number;
  /** Installs the app in a store of its own and returns its domain. */
  installedShop(): Promise<string>;
  /** Call in `afterAll`, after everything that was given the database has stopped. */
  close(): Promise<void>;
}

/** A rig on a fresh database; real time, real randomness, a silent log. */
export async function createRig(): Promise<Rig> {
  const database = await testDatabase();
  const egress = createEgress({ allowPrivate: true });
  const encryptionKey = randomBytes(32);
  return {
    database,
    db: database.db,
    encryptionKey,
    vault: createVault([encryptionKey]),
    clock: systemClock,
    log: createLogger("test", "silent"),
    counters: createCounters(),
    egress,
    random: Math.random,
    installedShop: async () => {
      const shop = `store-${randomBytes(6).toString("hex")}.myshopify.com`;
      // An hour ago: what a test triggers now comes after the installation.
      await database.db.transaction((tx) => installShop(tx, shop, "", Date.now() - 3_600_000));
      return shop;
    },
    close: async () => {
      await egress.close();
      await database.close();
    },
  };
}

/** The configuration of a worker on the rig's database, which opens what the rig seals. */
export function workerConfig(rig: Rig): Config {
  return loadConfig({
    DATABASE_URL: rig.database.url,
    SHOPIFY_API_KEY: "the-api-key",
    SHOPIFY_API_SECRET: "the-client-secret",
    SHOPIFY_APP_URL: "https://converge.test",
    CONVERGE_ENCRYPTION_KEY: rig.encryptionKey.toString("base64"),
    ALLOW_PRIVATE_DESTINATIONS: "true",
    LOG_LEVEL: "silent",
    WORKER_CONCURRENCY: "2",
  });
}

/** A job that was enqueued instead of run. */
export interface HeldJob {
  readonly name: JobName;
  readonly payload: unknown;
  readonly startAfterSeconds: number;
}

/** An `enqueue` that only keeps what it is given, so that a test decides what runs and when. */
export function holdJobs(): {
  readonly jobs: HeldJob[];
  enqueue<Name extends JobName>(
    this: void,
    tx: Transaction,
    name: Name,
    batch: readonly EnqueuedJob<Name>[],
  ): Promise<void>;
} {
  const jobs: HeldJob[] = [];
  return {
    jobs,
    enqueue: async (_tx, name, batch) => {
      for (const { payload, startAfterSeconds = 0 } of batch)
        jobs.push({ name, payload, startAfterSeconds });
    },
  };
}
