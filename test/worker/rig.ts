import { type Config, loadConfig } from "#app/config.server.ts";
import type { Transaction } from "#app/db.server.ts";
import type { JobName } from "#app/jobs.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { testDatabase } from "#test/support/database.ts";
import { type Rig, rigOn } from "./rig-on.ts";

export type { Rig } from "./rig-on.ts";

/** A rig on a fresh database. */
export async function createRig(): Promise<Rig> {
  return rigOn(await testDatabase());
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
