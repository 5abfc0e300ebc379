import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "#app/db.server.ts";
import type { Tracing } from "#app/observability/index.server.ts";
import { settleIntents } from "./intent-store.ts";
import { type BatchOutcome, type RowFault, sendQuantities } from "./send-quantities.ts";
import { endAttemptsAs, type OpenAttempt, settleIn, type SettleDeps } from "./settle.ts";
import { batchMembers, type BatchMember, lockBatch, moveToBatch } from "./stock-batch-store.ts";
import type { StockJob, Wish } from "./stock-wish.ts";
import { openAttempt, subjectOf } from "./story.ts";
import type { StockAttempt } from "./types.ts";
import { type Client, keyLivesMs } from "./writer.ts";

/** What carrying a batch to its end takes. */
export interface BatchDeps extends SettleDeps {
  readonly shopify: Client;
  readonly tracing: Tracing;
}

interface Row extends OpenAttempt {
  readonly intent: BatchMember;
  readonly attempt: StockAttempt;
}

/**
 * Sends a batch that is on record, for the first time or again, and writes down what came of it. It
 * is sent with the same rows under the same key until its end is known: what was written already is
 * not written twice. A row that Shopify objects to leaves; the others go again under a new key.
 * `wishes`: whose rows are carried out here; other workers' rows are theirs to decide on.
 * @throws errors of the Shopify client: the batch waits as it is.
 */
export async function finishBatch(
  deps: BatchDeps,
  shop: string,
  batchId: string,
  wishes: readonly Wish[],
): Promise<void> {
  const members = await batchMembers(deps.db, batchId);
  const rows = members.map((intent): Row => {
    const subject = subjectOf(shop, intent.resource_id);
    return { intent, attempt: openAttempt<StockAttempt>(deps.vault, subject, intent.attempt) };
  });
  const [first] = members;
  if (first === undefined) return;
  // Shopify forgets a key: an attempt of long ago is read again before anything else.
  if (deps.clock.now() - first.attempted_at.getTime() >= keyLivesMs)
    return conclude(deps, shop, batchId, rows, (tx) =>
      endAttemptsAs(deps, tx, shop, rows, "its answer was lost"),
    );
  const startMs = deps.clock.now();
  const attempts = rows.map(({ attempt }) => attempt);
  const outcome = await sendQuantities(deps.shopify, shop, batchId, attempts);
  traceBatch(deps, rows, wishes, outcome, startMs);
  if (outcome.kind === "under_way") throw new Error("Shopify is still carrying out the same write");
  await conclude(deps, shop, batchId, rows, (tx) =>
    noteOutcome(deps, tx, shop, rows, wishes, outcome),
  );
}

async function conclude(
  deps: BatchDeps,
  shop: string,
  batchId: string,
  rows: readonly Row[],
  note: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const ids = rows.map(({ intent }) => intent.id);
  await deps.db.transaction(async (tx) => {
    if (await lockBatch(tx, batchId, ids)) await note(tx);
  });
}

async function noteOutcome(
  deps: BatchDeps,
  tx: Transaction,
  shop: string,
  rows: readonly Row[],
  wishes: readonly Wish[],
  outcome: Exclude<BatchOutcome, { kind: "under_way" }>,
): Promise<void> {
  switch (outcome.kind) {
    case "applied": {
      const ids = rows.map(({ intent }) => intent.id);
      const end = { status: "applied", outcome: null, atMs: deps.clock.now() } as const;
      await settleIntents(tx, ids, end);
      return;
    }
    case "failed_before":
      return endAttemptsAs(deps, tx, shop, rows, "an earlier try of it had failed");
    case "rejected":
      return split(deps, tx, shop, rows, wishes, outcome.faults);
  }
}

/** Takes the rows at fault out. Where none is named, halves are tried: a row at fault ends up alone. */
async function split(
  deps: BatchDeps,
  tx: Transaction,
  shop: string,
  rows: readonly Row[],
  wishes: readonly Wish[],
  faults: ReadonlyMap<number, RowFault>,
): Promise<void> {
  const nowMs = deps.clock.now();
  const again = (some: readonly Row[]) =>
    moveToBatch(
      tx,
      uuidv7({ msecs: nowMs }),
      some.map(({ intent }) => intent.id),
      nowMs,
    );
  if (faults.size === 0) {
    const middle = Math.ceil(rows.length / 2);
    await again(rows.slice(0, middle));
    return again(rows.slice(middle));
  }
  const jobs = new Map(wishes.map(({ job, intent }) => [intent.id, job]));
  const stale: Row[] = [];
  for (const [index, fault] of faults) {
    const row = rows[index];
    if (row === undefined) continue;
    const job = jobs.get(row.intent.id);
    if (fault.kind === "refused" && job !== undefined) await refuse(deps, tx, job, row, fault.why);
    else stale.push(row);
  }
  await endAttemptsAs(deps, tx, shop, stale, "Shopify's value had changed");
  await again(rows.filter((_, index) => !faults.has(index)));
}

async function refuse(
  deps: BatchDeps,
  tx: Transaction,
  job: StockJob,
  { intent, attempt }: Row,
  why: string,
): Promise<void> {
  const end = { status: "dead", why: `Shopify refused it: ${why}` } as const;
  const target = { id: intent.resource_id, sku: null, fields: attempt.expected, changedAtMs: 0 };
  await settleIn(deps, tx, job, intent, { ...end, target });
}

/** One span for each write, in the trace of the change that led to it. */
function traceBatch(
  { tracing, clock }: BatchDeps,
  rows: readonly Row[],
  wishes: readonly Wish[],
  outcome: BatchOutcome,
  startMs: number,
): void {
  const jobs = new Map(wishes.map(({ job, intent }) => [intent.id, job]));
  const endMs = clock.now();
  rows.forEach(({ intent }, index) => {
    const job = jobs.get(intent.id);
    if (job === undefined) return;
    const fault = outcome.kind === "rejected" ? outcome.faults.get(index) : undefined;
    tracing.record({
      name: `write ${job.resource.type}`,
      kind: "client",
      parent: job.traceparent,
      startMs,
      endMs,
      attributes: {
        "converge.intent": intent.id,
        "converge.generation": intent.generation,
        "converge.outcome": fault?.kind ?? outcome.kind,
      },
      ...(fault?.kind === "refused" ? { error: fault.why } : {}),
    });
  });
}
