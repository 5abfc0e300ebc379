import { noTracing } from "#app/observability/index.server.ts";
import { pooledLevels, weighOrders } from "#app/coordination/index.server.ts";
import { createIntake } from "#app/intake/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { processEvents, type ProcessingDeps } from "#app/processing/index.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import type { EventSummary } from "#app/events/types.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { type HeldJob, holdJobs, type Rig } from "#test/worker/rig.ts";
import { clientSecret, webhookOf, type WebhookDraft } from "#test/worker/webhooks.ts";

/** Processing by hand: webhooks come in through the real door, jobs run when the test says so. */
export interface Workbench {
  readonly deps: ProcessingDeps;
  readonly queue: Pick<Queue, "enqueue">;
  /** The shops whose tokens were to be deleted. */
  readonly forgotten: string[];
  /** What is waiting to run. */
  readonly jobs: HeldJob[];
  /** Stores webhooks, one after the other; each must be accepted. */
  receive(...drafts: readonly WebhookDraft[]): Promise<void>;
  /** Runs jobs as one batch in one transaction, as a worker does; default: all that wait. */
  run(batch?: readonly JobPayload<"process-events">[]): Promise<void>;
  /** Takes the waiting jobs of processing. */
  take(): JobPayload<"process-events">[];
  /** `receive`, then `run` for each webhook by itself. */
  process(...drafts: readonly WebhookDraft[]): Promise<void>;
  /** A shop's events, oldest first. */
  events(shop: string): Promise<EventSummary[]>;
  /** The changes handed to delivery, oldest first. */
  changes(shop: string): Promise<ChangeRow[]>;
}

/** A change as it is stored, its data opened. */
export interface ChangeRow {
  readonly id: string;
  readonly domain: string;
  readonly type: string;
  readonly resourceId: string;
  readonly version: string;
  readonly sku: string | null;
  readonly data: Record<string, unknown>;
}

/** @see Workbench; what processing hands over is held, too, unless a real queue takes it. */
export function createWorkbench(rig: Rig, handOver?: Pick<Queue, "enqueue">): Workbench {
  const held = holdJobs();
  const { db, vault, clock, counters, log } = rig;
  const queue = { enqueue: held.enqueue };
  const intake = createIntake({
    db,
    queue,
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    secrets: [clientSecret],
  });
  const forgotten: string[] = [];
  const deps: ProcessingDeps = {
    vault,
    clock,
    counters,
    log,
    tracing: noTracing,
    enqueue: handOver?.enqueue ?? held.enqueue,
    pooledLevels,
    weighOrders: (tx, shop, orders) =>
      weighOrders({ vault, clock, enqueue: handOver?.enqueue ?? held.enqueue }, tx, shop, orders),
    forgetTokens: async (_tx, shop) => {
      forgotten.push(shop);
    },
  };
  const take = () => {
    const mine = held.jobs.filter((job) => job.name === "process-events");
    const others = held.jobs.filter((job) => job.name !== "process-events");
    held.jobs.splice(0, held.jobs.length, ...others);
    return mine.map((job) => job.payload as JobPayload<"process-events">);
  };
  const run = async (batch = take()) => {
    await db.transaction((tx) => processEvents(deps, tx, batch));
  };
  const receive = async (...drafts: readonly WebhookDraft[]) => {
    for (const draft of drafts) {
      const { outcome } = await intake.receive(webhookOf(draft));
      if (outcome !== "accepted") throw new Error(`webhook was ${outcome}`);
    }
  };
  return {
    deps,
    queue,
    forgotten,
    jobs: held.jobs,
    receive,
    run,
    take,
    process: async (...drafts) => {
      for (const draft of drafts) {
        await receive(draft);
        await run();
      }
    },
    events: async (shop) => [...(await listEvents(db, shop, {}, { limit: 200 })).items].reverse(),
    changes: (shop) => changesOf(rig, shop),
  };
}

async function changesOf(rig: Rig, shop: string): Promise<ChangeRow[]> {
  const { rows } = await rig.db.query<Omit<ChangeRow, "data"> & { data: Buffer }>(
    `SELECT id, domain, type, resource_id AS "resourceId", version, sku, data
     FROM changes WHERE shop = $1 ORDER BY processed_at, id`,
    [shop],
  );
  return rows.map((row) => ({
    ...row,
    data: JSON.parse(rig.vault.open(row.data, `change:${row.id}`).toString("utf8")) as Record<
      string,
      unknown
    >,
  }));
}
