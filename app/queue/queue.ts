import { PgBoss, type Db, type Job } from "pg-boss";
import type { ZodType } from "zod";
import { keepsPlansByIndex, type Transaction } from "#app/db.server.ts";
import { jobs, type JobDefinition, type JobName, type JobPayload } from "#app/jobs.ts";
import type { Logger } from "#app/observability/index.server.ts";
import { type Engine, enqueue, type EnqueuedJob } from "./enqueue.ts";
import { createFairShares } from "./fair-shares.ts";
import { openPayload, type Sealer } from "./seal-payload.ts";

/** What a worker does with a batch: everything it writes through `tx` commits with the jobs' completion. */
export type JobHandler<Name extends JobName> = (
  payloads: readonly JobPayload<Name>[],
  tx: Transaction,
) => Promise<void>;

/** A long-running job: completed when the promise resolves, handed out again when the process dies. */
export type LongJobHandler<Name extends JobName> = (payload: JobPayload<Name>) => Promise<void>;

/** Long jobs done together; answers, for each, null or the error that it has to come back for. */
export type TogetherHandler<Name extends JobName> = (
  payloads: readonly JobPayload<Name>[],
) => Promise<readonly (Error | null)[]>;

/** The queue of one process. */
export interface Queue {
  enqueue<Name extends JobName>(
    this: void,
    tx: Transaction,
    name: Name,
    batch: readonly EnqueuedJob<Name>[],
  ): Promise<void>;
  /** Works a queue in batches, each in one transaction with its jobs' completion. */
  work<Name extends JobName>(
    name: Name,
    concurrency: number,
    handler: JobHandler<Name>,
  ): Promise<void>;
  /** Works a queue of long jobs (network calls), one at a time per loop, outside a transaction. */
  workLong<Name extends JobName>(
    name: Name,
    concurrency: number,
    handler: LongJobHandler<Name>,
  ): Promise<void>;
  /** Works a queue of long jobs that are done together; each succeeds or comes back by itself. */
  workTogether<Name extends JobName>(
    name: Name,
    concurrency: number,
    handler: TogetherHandler<Name>,
  ): Promise<void>;
  /** Takes no more jobs, waits up to `graceMs` for the running ones, then hands the rest back. */
  stop(graceMs: number): Promise<void>;
}

/** Where the queue lives and what this process does in it. */
export interface QueueOptions {
  readonly url: string;
  readonly log: Logger;
  /** Seals what a waiting job tells of a person. */
  readonly vault: Sealer;
  /** Workers supervise (hand out jobs of dead workers again); a web process only enqueues. */
  readonly role: "web" | "worker";
}

/** Opens the queue. A web process needs no connection of its own until it enqueues. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const worker = options.role === "worker";
  const boss = new PgBoss({
    connectionString: options.url,
    application_name: `converge-queue-${options.role}`,
    max: worker ? 6 : 2,
    migrate: false,
    schedule: worker,
    supervise: worker,
    superviseIntervalSeconds: 2,
    monitorIntervalSeconds: 2,
    maintenanceIntervalSeconds: 60,
    useListenNotify: worker,
    // Asking for jobs took as long to plan as to do.
    ...(worker ? keepsPlansByIndex : {}),
  });
  boss.on("error", (error) => {
    options.log.warn({ err: error }, "queue error; the queue tries again by itself");
  });
  await boss.start();
  const shares = createFairShares(() => performance.now());
  const engine: Engine = { boss, vault: options.vault, shares };
  return {
    enqueue: (tx, name, batch) => enqueue(engine, tx, name, batch),
    work: (name, concurrency, handler) => workBatches(engine, name, concurrency, handler),
    workLong: (name, concurrency, handler) => workOneByOne(engine, name, concurrency, handler),
    workTogether: (name, concurrency, handler) => workTogether(engine, name, concurrency, handler),
    stop: (graceMs) => boss.stop({ graceful: true, timeout: graceMs, close: true }),
  };
}

/** Creates or upgrades pg-boss's tables and declares every queue of `jobs.ts`. Safe to run twice. */
export async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({ connectionString: url, max: 2, supervise: false, schedule: false });
  await boss.start();
  try {
    for (const [name, job] of Object.entries(jobs)) {
      const settings = {
        retryLimit: job.retryLimit,
        retryDelay: job.retryDelaySeconds,
        retryBackoff: true,
        retryDelayMax: 300,
        heartbeatSeconds: job.heartbeatSeconds,
        expireInSeconds: job.expireInSeconds,
        // A finished job says nothing that its event or delivery does not say.
        deleteAfterSeconds: 600,
        retentionSeconds: 60 * 24 * 3600,
        notify: true,
      };
      if (await boss.getQueue(name)) {
        const {
          retryDelayMax: _fixedAtCreation,
          heartbeatSeconds: _alsoFixed,
          ...changeable
        } = settings;
        await boss.updateQueue(name, changeable);
      } else {
        await boss.createQueue(name, settings);
      }
    }
    await declareSchedules(boss);
  } finally {
    await boss.stop({ graceful: false, close: true });
  }
}

/** Brings the stored schedules in line with those of `jobs.ts`: new, changed and abandoned ones. */
async function declareSchedules(boss: PgBoss): Promise<void> {
  const definitions: Readonly<Record<string, JobDefinition<ZodType>>> = jobs;
  for (const { name } of await boss.getSchedules())
    if (definitions[name]?.schedule === undefined) await boss.unschedule(name);
  for (const [name, { schedule }] of Object.entries(definitions))
    if (schedule !== undefined) await boss.schedule(name, schedule, {}, { tz: "UTC" });
}

function payloadOf<Name extends JobName>(
  { vault }: Engine,
  name: Name,
  job: Job<unknown>,
): JobPayload<Name> {
  const definition = jobs[name];
  return definition.payload.parse(
    openPayload(vault, name, definition, job.data),
  ) as JobPayload<Name>;
}

/** What every loop has: a notification wakes it, and the poll is the net under that. */
function loops(concurrency: number) {
  return {
    localConcurrency: concurrency,
    pollingIntervalSeconds: 0.5,
    notifyPollingIntervalSeconds: 2,
  } as const;
}

/**
 * Loops over one queue of batches: one takes what there is, the other goes on beside a batch that waits
 * for a lock. Every wake has each of them ask for jobs, so that with four most asked in vain.
 */
const mostLoops = 2;

async function workBatches<Name extends JobName>(
  engine: Engine,
  name: Name,
  concurrency: number,
  handler: JobHandler<Name>,
): Promise<void> {
  await engine.boss.work(
    name,
    {
      batchSize: jobs[name].batchSize,
      ...loops(Math.min(concurrency, mostLoops)),
      burstWhenBatchFull: true,
      transactional: true,
    },
    async (batch: Job<unknown>[], tx: Db) => {
      await handler(
        batch.map((job) => payloadOf(engine, name, job)),
        { query: (text, values) => tx.executeSql(text, values) },
      );
    },
  );
}

async function workOneByOne<Name extends JobName>(
  engine: Engine,
  name: Name,
  concurrency: number,
  handler: LongJobHandler<Name>,
): Promise<void> {
  await engine.boss.work(
    name,
    {
      batchSize: 1,
      ...loops(concurrency),
    },
    async (batch: Job<unknown>[]) => {
      for (const job of batch) await handler(payloadOf(engine, name, job));
    },
  );
}

async function workTogether<Name extends JobName>(
  engine: Engine,
  name: Name,
  concurrency: number,
  handler: TogetherHandler<Name>,
): Promise<void> {
  await engine.boss.work(
    name,
    {
      batchSize: jobs[name].batchSize,
      ...loops(concurrency),
      burstWhenBatchFull: true,
      perJobResults: true,
    },
    async (batch: Job<unknown>[]) => {
      const errors = await handler(batch.map((job) => payloadOf(engine, name, job)));
      return batch.map(({ id }, index) => {
        const error = errors[index] ?? null;
        if (error === null) return { id, status: "completed" as const };
        return { id, status: "failed" as const, output: { message: error.message } };
      });
    },
  );
}
