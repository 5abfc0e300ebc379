import type { PgBoss } from "pg-boss";
import { type JobName, type JobPayload, jobs } from "#app/jobs.ts";
import type { Transaction } from "#app/db.server.ts";
import { sealPayload, type Sealer } from "./seal-payload.ts";

/** One job to be: what it carries and, for fairness, whose it is. */
export interface EnqueuedJob<Name extends JobName> {
  readonly payload: JobPayload<Name>;
  /** Jobs of one group share a limit, so that one shop's flood does not delay another's. */
  readonly group: string;
  /** Higher goes first; 0 unless told. */
  readonly priority?: number;
  /** Seconds until it may run; unset: at once. */
  readonly startAfterSeconds?: number;
}

/**
 * Puts jobs into the queue inside the caller's transaction: they exist exactly when its rows do,
 * and workers are woken at its commit.
 */
export async function enqueue<Name extends JobName>(
  { boss, vault }: { readonly boss: PgBoss; readonly vault: Sealer },
  tx: Transaction,
  name: Name,
  batch: readonly EnqueuedJob<Name>[],
): Promise<void> {
  if (batch.length === 0) return;
  await boss.insert(
    name,
    batch.map((job) => ({
      data: sealPayload(vault, name, jobs[name], job.payload),
      group: { id: job.group },
      ...(job.priority === undefined ? {} : { priority: job.priority }),
      ...(job.startAfterSeconds === undefined ? {} : { startAfter: job.startAfterSeconds }),
    })),
    { db: { executeSql: (text, values) => tx.query(text, values) } },
  );
}
