import type { PgBoss } from "pg-boss";
import { type JobName, type JobPayload, jobs } from "#app/jobs.ts";
import type { Transaction } from "#app/db.server.ts";
import type { FairShares } from "./fair-shares.ts";
import { sealPayload, type Sealer } from "./seal-payload.ts";

/** One job to be: what it carries and, for fairness, whose it is. */
export interface EnqueuedJob<Name extends JobName> {
  readonly payload: JobPayload<Name>;
  /** Whose it is: a group that floods a queue lets the others pass. */
  readonly group: string;
  /** How many events or changes it is about, as its share of the queue counts; 1 unless told. */
  readonly weight?: number;
  /** Higher goes first; 0 unless told, or -1 while the group is over its share of this queue. */
  readonly priority?: number;
  /** Seconds until it may run; unset: at once. */
  readonly startAfterSeconds?: number;
}

/** The job engine with what fills in its jobs. */
export interface Engine {
  readonly boss: PgBoss;
  readonly vault: Sealer;
  readonly shares: FairShares;
}

/**
 * Puts jobs into the queue inside the caller's transaction: they exist exactly when its rows do,
 * and workers are woken at its commit.
 */
export async function enqueue<Name extends JobName>(
  { boss, vault, shares }: Engine,
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
      priority: job.priority ?? shares.priorityOf(`${name} ${job.group}`, job.weight ?? 1),
      ...(job.startAfterSeconds === undefined ? {} : { startAfter: job.startAfterSeconds }),
    })),
    { db: { executeSql: (text, values) => tx.query(text, values) } },
  );
}
