import type { Clock, Transaction } from "#app/db.server.ts";
import {
  addOutcomes,
  loadForProcessing,
  noteHeartbeats,
  type OutcomeCount,
  type SignOfLife,
} from "#app/events/index.server.ts";
import {
  addLags,
  addTopicFigures,
  countLags,
  type LagSample,
  type TopicFigure,
} from "#app/freshness/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { Counters, Logger, Tracing } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { applyEvents } from "./apply-events.ts";
import { giveUpOrTryAgain } from "./isolate-failure.ts";

/** What processing works with. */
export interface ProcessingDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
  readonly tracing: Tracing;
  /** Deletes a shop's tokens, in the transaction that notes the uninstall. */
  readonly forgetTokens: (tx: Transaction, shop: string) => Promise<void>;
  /** Stock levels at which a pool is shown, or a hold is on, by level (the coordinator stands above this room). */
  readonly pooledLevels: (
    tx: Transaction,
    shop: string,
    levels: readonly {
      readonly levelId: string;
      readonly sku: string | null;
      readonly locationId: string | null;
    }[],
  ) => Promise<ReadonlyMap<string, PooledLevel>>;
  /** Holds orders of high value (the coordinator stands above this room). */
  readonly weighOrders: (
    tx: Transaction,
    shop: string,
    orders: readonly AppliedOrder[],
  ) => Promise<void>;
  readonly enqueue: <
    Name extends
      | "process-events"
      | "fan-out-changes"
      | "write-back"
      | "write-stock"
      | "confirm-resource"
      | "answer-privacy-request"
      | "set-pool"
      | "count-pool-level"
      | "link-store",
  >(
    tx: Transaction,
    name: Name,
    jobs: readonly EnqueuedJob<Name>[],
  ) => Promise<void>;
}

/** An order that was applied just now. */
export interface AppliedOrder {
  readonly id: string;
  readonly deleted: boolean;
  /** As it was told. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly correlationId: string;
  readonly traceparent: string;
}

/** What has to be known of a stock level that is part of a pool. */
export interface PooledLevel {
  readonly poolId: string;
  /** What is available there, as far as it was counted; null: not yet. */
  readonly seen: number | null;
  /** A group's pool says what the level shows: whoever else writes it is overruled there. */
  readonly shared: boolean;
  /** The group whose pool the store has yet to show, having the article; else null. */
  readonly missingIn: string | null;
}

/** What a transaction adds to the counts behind the charts. */
export interface Tally {
  readonly outcomes: OutcomeCount[];
  readonly lags: LagSample[];
  readonly figures: TopicFigure[];
  readonly signs: SignOfLife[];
}

/**
 * Processes a batch of jobs in the transaction that completes them. The jobs of one shop run as one,
 * with all locks taken in one order, so that two workers never wait for each other in a circle. When
 * that fails for a reason of its own, each job is tried alone, and the one that fails comes back
 * event by event: a poisoned event ends in the dead letters without holding up its neighbours.
 */
export async function processEvents(
  deps: ProcessingDeps,
  tx: Transaction,
  batch: readonly JobPayload<"process-events">[],
): Promise<void> {
  const tally: Tally = { outcomes: [], lags: [], figures: [], signs: [] };
  const add = (more: Tally) => {
    tally.outcomes.push(...more.outcomes);
    tally.lags.push(...more.lags);
    tally.figures.push(...more.figures);
    tally.signs.push(...more.signs);
  };
  for (const jobs of jobsByShop(batch)) {
    const together = await tryJobs(deps, tx, jobs);
    if (!("error" in together)) add(together);
    else
      for (const job of jobs) {
        const alone = jobs.length === 1 ? together : await tryJobs(deps, tx, [job]);
        if (!("error" in alone)) add(alone);
        else tally.outcomes.push(...(await giveUpOrTryAgain(deps, tx, job, alone.error)));
      }
  }
  // Last, and in one order, since all transactions of a minute meet on these few rows.
  await Promise.all([
    addOutcomes(tx, tally.outcomes, deps.clock.now()),
    addLags(tx, tally.lags, deps.clock.now()),
    noteHeartbeats(tx, tally.signs),
    addTopicFigures(tx, tally.figures),
  ]);
  countLags(deps.counters, tally.lags);
}

/** Jobs of one shop side by side, shops in one order for all workers. */
function jobsByShop(
  batch: readonly JobPayload<"process-events">[],
): JobPayload<"process-events">[][] {
  const byShop = new Map<string, JobPayload<"process-events">[]>();
  for (const job of batch) byShop.set(job.shop, [...(byShop.get(job.shop) ?? []), job]);
  return [...byShop].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, jobs]) => jobs);
}

/** Applies the events of some jobs of one shop; a failure is undone (savepoint) and returned. */
async function tryJobs(
  deps: ProcessingDeps,
  tx: Transaction,
  jobs: readonly JobPayload<"process-events">[],
): Promise<Tally | { readonly error: unknown }> {
  const shop = jobs[0]?.shop ?? "";
  await tx.query("SAVEPOINT jobs");
  try {
    const ids = jobs.flatMap((job) => job.eventIds);
    const done = await applyEvents(deps, tx, shop, await loadForProcessing(tx, shop, ids));
    await tx.query("RELEASE SAVEPOINT jobs");
    return done;
  } catch (error) {
    // Not the jobs' fault (deadlock, lost connection): the queue hands out the whole batch again.
    if (isConflict(error)) throw error;
    await tx.query("ROLLBACK TO SAVEPOINT jobs");
    return { error };
  }
}

/** SQLSTATE class 40: the transaction lost against another one and deserves to be run again. */
function isConflict(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    error.code.startsWith("40")
  );
}
