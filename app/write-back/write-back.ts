import { v7 as uuidv7 } from "uuid";
import type { Database, Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { loyaltyType, rememberEchoes } from "#app/mirror/index.server.ts";
import type { Tracing } from "#app/observability/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { checkFields } from "./decide-fields.ts";
import {
  countsAsRevert,
  type Decision,
  decideWrite,
  endedAs,
  revertsCountMs,
} from "./decide-write.ts";
import { finalSentence } from "./final-errors.ts";
import {
  beginAttempt,
  countReverts,
  ensureIntents,
  type IntentRow,
  nameTargets,
  supersededAmong,
  takeTarget,
} from "./intent-store.ts";
import { endAttemptsAs, settle, settleIn, type SettleDeps } from "./settle.ts";
import { emptyStory, openAttempt, sealAttempt } from "./story.ts";
import type { Attempt } from "./types.ts";
import { isStock, writeStock } from "./write-stock.ts";
import type { Client, SetOutcome, Target, Wanted, Writer } from "./writer.ts";
import { writerOf } from "./writers.ts";

/** What a write to Shopify takes. */
export interface WriteBackDeps extends SettleDeps {
  readonly db: Database;
  readonly shopify: Client;
  readonly tracing: Tracing;
  readonly enqueue: (
    tx: Transaction,
    name: "confirm-resource",
    jobs: readonly EnqueuedJob<"confirm-resource">[],
  ) => Promise<void>;
}

type Job = JobPayload<"write-back">;

/** After this long, what was sent has arrived or never will. */
const inFlightMs = 2 * 60_000;

/**
 * Carries one write to its end: applied, superseded, or a discrepancy that says why not. Run twice,
 * also at once, it writes once: the attempt is on record before it is sent, and where its answer was
 * lost the record is read to see whether it arrived.
 * @throws when Shopify cannot be reached, or the shop has to be connected again: the job comes back,
 * and the write is still pending.
 */
export async function writeBack(deps: WriteBackDeps, job: Job): Promise<void> {
  if (isStock(job)) {
    const [error] = await writeStock(deps, [job]);
    if (error) throw error;
    return;
  }
  if (!(await getShop(deps.db, job.shop))) return;
  let intent = await openIntent(deps, job);
  const fault = checkFields(job.resource.type, job.set);
  if (fault !== null) {
    const why = `${fault.field}: ${fault.message}`;
    return settle(deps, job, intent, { status: "dead", why, target: null });
  }
  const writer = writerOf(job.resource.type);
  try {
    while (intent.status === "pending") {
      const target = await writer.read(deps.shopify, job.shop, job.resource.id);
      const attempt = await attemptOf(deps, job, intent, writer, target);
      if (attempt === null || target === null) return;
      const startMs = deps.clock.now();
      const outcome = await writer.send(deps.shopify, job.shop, target, attempt);
      traceWrite(deps, job, attempt, outcome, startMs);
      await conclude(deps, job, attempt, target, outcome);
      intent = await openIntent(deps, job);
    }
  } catch (error) {
    const why = finalSentence(error);
    if (why === null) throw error;
    await settle(deps, job, intent, { status: "dead", why, target: null });
  }
}

function traceWrite(
  { tracing, clock }: WriteBackDeps,
  job: Job,
  attempt: Begun,
  outcome: SetOutcome,
  startMs: number,
): void {
  tracing.record({
    name: `write ${job.resource.type}`,
    kind: "client",
    parent: job.traceparent,
    startMs,
    endMs: clock.now(),
    attributes: {
      "converge.intent": attempt.intentId,
      "converge.generation": attempt.generation,
      "converge.outcome": outcome.kind,
    },
    ...(outcome.kind === "refused" ? { error: outcome.why } : {}),
  });
}

interface Begun extends Attempt {
  readonly intentId: string;
  readonly generation: number;
}

async function openIntent(deps: WriteBackDeps, job: Job): Promise<IntentRow> {
  const nowMs = deps.clock.now();
  const intent = {
    ...job,
    id: uuidv7({ msecs: nowMs }),
    fields: Object.keys(job.set),
    asOfMs: job.observedAt === undefined ? nowMs : Date.parse(job.observedAt),
    story: emptyStory(deps.vault, job),
  };
  const [row] = await deps.db.transaction((tx) => ensureIntents(tx, job.shop, [intent], nowMs));
  if (!row) throw new Error("a write was neither inserted nor found");
  return row;
}

/** What the owner knew of Shopify, if it said so; its word holds over whatever Shopify has else. */
function wantedOf({ reason, set, basedOnVersion }: Job): Wanted {
  const stated = reason === "system_change" ? basedOnVersion : undefined;
  return { set, basedOnMs: stated === undefined ? null : Date.parse(stated) };
}

/** The next attempt, on record; null when there is none to make any more. */
async function attemptOf(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  writer: Writer,
  target: Target | null,
): Promise<Begun | null> {
  const targetId = target?.id ?? intent.target_id;
  await nameTargets(deps.db, [{ id: intent.id, targetId }]);
  if (intent.attempt !== null) {
    const attempt = openAttempt(deps.vault, job, intent.attempt);
    if (target !== null && arrived(attempt, target)) {
      await applied(deps, job, intent, target);
      return null;
    }
    await endOf(deps, job, intent, attempt, "its answer was lost");
  }
  const decision = await decide(deps, job, intent, writer, target);
  if (decision.kind === "write") return begin(deps, job, intent, target, decision.attempt);
  await settle(deps, job, intent, endedAs(decision, target));
  return null;
}

/** Ends a write that was made. What Shopify tells nobody of, metafields, is read once more. */
function applied(deps: WriteBackDeps, job: Job, intent: IntentRow, target: Target): Promise<void> {
  return deps.db.transaction(async (tx) => {
    await settleIn(deps, tx, job, intent, { status: "applied", why: null, target });
    if (job.resource.type !== loyaltyType) return;
    const { shop, resource, correlationId } = job;
    const payload = { shop, resource, correlationId, oldest: { loyalty: deps.clock.now() } };
    await deps.enqueue(tx, "confirm-resource", [{ payload, group: shop }]);
  });
}

function arrived({ set }: Attempt, { fields }: Target): boolean {
  return Object.entries(set).every(([name, value]) => fields[name] === value);
}

async function decide(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  writer: Writer,
  target: Target | null,
): Promise<Decision> {
  const targetId = target?.id ?? intent.target_id;
  const superseded = await supersededAmong(deps.db, job.shop, [intent.id]);
  const sinceMs = deps.clock.now() - revertsCountMs;
  const counted = countsAsRevert(job) ? [targetId] : [];
  const reverts = await countReverts(deps.db, job.shop, counted, sinceMs);
  const facts = {
    job,
    generation: intent.generation,
    superseded: superseded.has(intent.id),
    reverts: reverts.get(targetId) ?? 0,
  };
  return decideWrite(facts, () => writer.decide(wantedOf(job), target));
}

function endOf(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  attempt: Attempt,
  outcome: string,
): Promise<void> {
  return deps.db.transaction((tx) =>
    endAttemptsAs(deps, tx, job.shop, [{ intent, attempt }], outcome),
  );
}

/** Puts the next attempt on record, with what its notification will say. */
async function begin(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  target: Target | null,
  attempt: Attempt,
): Promise<Begun> {
  const nowMs = deps.clock.now();
  const begun = { ...attempt, intentId: intent.id, generation: intent.generation + 1 };
  const resourceId = target?.id ?? job.resource.id;
  const mine = await deps.db.transaction(async (tx) => {
    const alone = await takeTarget(tx, job.shop, intent, resourceId, nowMs - inFlightMs);
    const sealed = sealAttempt(deps.vault, job, attempt);
    const next = { generation: begun.generation, attempt: sealed, atMs: nowMs };
    if (!alone || !(await beginAttempt(tx, intent.id, next))) return false;
    await echoOf(deps, tx, job, begun, resourceId);
    return true;
  });
  if (!mine) throw new Error("another write to the same record is being carried out");
  return begun;
}

function echoOf(
  deps: WriteBackDeps,
  tx: Transaction,
  job: Job,
  { intentId, echo }: Begun,
  resourceId: string,
): Promise<void> {
  const expected = { resourceId, intentId, systemId: job.systemId, content: echo };
  return rememberEchoes(tx, job.shop, [expected], deps.clock.now());
}

async function conclude(
  deps: WriteBackDeps,
  job: Job,
  attempt: Begun,
  target: Target,
  outcome: SetOutcome,
): Promise<void> {
  const intent = await openIntent(deps, job);
  if (intent.status !== "pending" || intent.generation !== attempt.generation) return;
  switch (outcome.kind) {
    case "applied": {
      const { as } = outcome;
      if (as)
        await deps.db.transaction((tx) =>
          echoOf(deps, tx, job, { ...attempt, echo: as }, target.id),
        );
      return applied(deps, job, intent, target);
    }
    case "refused": {
      const why = `Shopify refused it: ${outcome.why}`;
      return settle(deps, job, intent, { status: "dead", why, target });
    }
    case "stale":
      return endOf(deps, job, intent, attempt, "Shopify's value had changed");
  }
}
