import { v5 as uuidv5, v7 as uuidv7 } from "uuid";
import type { Clock, Database } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { rememberEcho } from "#app/mirror/index.server.ts";
import type { Tracing } from "#app/observability/index.server.ts";
import {
  type Shopify,
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
} from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import {
  beginAttempt,
  countReverts,
  ensureIntent,
  type IntentRow,
  isSuperseded,
  nameTarget,
  takeTarget,
} from "./intent-store.ts";
import { endOf, settle } from "./settle.ts";
import { emptyStory, openAttempt, sealAttempt } from "./story.ts";
import type { Attempt } from "./types.ts";
import type { SetOutcome, Target, Wanted, WriteDecision, Writer } from "./writer.ts";
import { writerOf } from "./writers.ts";

/** What a write to Shopify takes. */
export interface WriteBackDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly tracing: Tracing;
}

type Job = JobPayload<"write-back">;

/** A number that moves faster than this is not Converge's to win. */
const mostGenerations = 5;

/** Shopify forgets a key after 24 hours; an attempt older than this is read again first. */
const keyLivesMs = 23 * 3_600_000;

/** After this long, what was sent has arrived or never will. */
const inFlightMs = 2 * 60_000;

/**
 * Somebody who changes a record again as often as this within an hour after it was put back will not
 * stop: two writers that disagree for good are a matter for people.
 */
const mostReverts = 3;
const revertsCountMs = 3_600_000;

/**
 * Carries one write to its end: applied, superseded, or a discrepancy that says why not. Run twice,
 * also at once, it writes once: the attempt is on record before it is sent. Where Shopify compares
 * and sets, an attempt whose answer was lost is sent again with the same key; elsewhere the record is
 * read to see whether it arrived.
 * @throws when Shopify cannot be reached: the job comes back, and the write is still pending.
 */
export async function writeBack(deps: WriteBackDeps, job: Job): Promise<void> {
  if (!(await getShop(deps.db, job.shop))) return;
  let intent = await openIntent(deps, job);
  const writer = writerOf(job.resource.type);
  const fault = writer.checkSet(job.set);
  if (fault !== null) {
    const why = `${fault.field}: ${fault.message}`;
    return settle(deps, job, intent, { status: "dead", why, target: null });
  }
  try {
    while (intent.status === "pending") {
      const target = await writer.read(deps.shopify, job.shop, job.resource);
      const attempt = await attemptOf(deps, job, intent, writer, target);
      if (attempt === null || target === null) return;
      const key = keyOf(attempt);
      const startMs = deps.clock.now();
      const outcome = await writer.send(deps.shopify, job.shop, target, attempt, key);
      traceWrite(deps, job, attempt, outcome, startMs);
      await conclude(deps, job, attempt, target, outcome);
      intent = await openIntent(deps, job);
    }
  } catch (error) {
    if (!isFinal(error)) throw error;
    await settle(deps, job, intent, { status: "dead", why: sentenceOf(error), target: null });
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

function isFinal(error: unknown): error is Error {
  return (
    error instanceof ShopifyQueryError ||
    error instanceof ShopifyRefusedError ||
    error instanceof ShopifyReconnectNeededError
  );
}

/** A scope the merchant has not granted is theirs to grant. */
function sentenceOf(error: Error): string {
  const denied =
    error instanceof ShopifyQueryError &&
    error.problems.some((problem) => problem.code === "ACCESS_DENIED");
  if (!denied) return error.message;
  return `Converge may not write this in Shopify yet: allow it on the Ownership screen. (${error.message})`;
}

interface Begun extends Attempt {
  readonly intentId: string;
  readonly generation: number;
}

/** Changed parameters need a new key: https://shopify.dev/docs/api/usage/implementing-idempotency */
function keyOf({ intentId, generation }: Begun): string {
  return uuidv5(String(generation), intentId);
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
  return deps.db.transaction((tx) => ensureIntent(tx, intent, nowMs));
}

/** What was known of Shopify when the write was decided on. */
function wantedOf(job: Job, writer: Writer): Wanted {
  const stated = writer.comparesAndSets
    ? (job.basedOnVersion ?? job.observedAt)
    : job.reason === "system_change"
      ? job.basedOnVersion
      : undefined;
  return { set: job.set, basedOnMs: stated === undefined ? null : Date.parse(stated) };
}

/** The attempt under way, or the next one, on record; null when there is none to make any more. */
async function attemptOf(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  writer: Writer,
  target: Target | null,
): Promise<Begun | null> {
  const { id, generation } = intent;
  if (target !== null && intent.target_id !== target.id) await nameTarget(deps.db, id, target.id);
  if (intent.attempt !== null) {
    const attempt = openAttempt(deps.vault, job, intent.attempt);
    const ageMs = deps.clock.now() - (intent.attempted_at?.getTime() ?? 0);
    if (writer.comparesAndSets && ageMs < keyLivesMs)
      return { ...attempt, intentId: id, generation };
    if (!writer.comparesAndSets && target !== null && arrived(attempt, target)) {
      await settle(deps, job, intent, { status: "applied", why: null, target });
      return null;
    }
    await endOf(deps, job, intent, attempt, "its answer was lost");
  }
  const decision = await decide(deps, job, intent, writer, target);
  if (decision.kind === "write") return begin(deps, job, intent, writer, target, decision.attempt);
  await settle(deps, job, intent, endedAs(decision, target));
  return null;
}

function arrived({ set }: Attempt, { fields }: Target): boolean {
  return Object.entries(set).every(([name, value]) => fields[name] === value);
}

type Decision = WriteDecision | { readonly kind: "superseded"; readonly why: string };

async function decide(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  writer: Writer,
  target: Target | null,
): Promise<Decision> {
  const targetId = target?.id ?? intent.target_id;
  const write = { targetId, fields: Object.keys(job.set), reason: job.reason };
  if (await isSuperseded(deps.db, job.shop, intent, write))
    return { kind: "superseded", why: "The owner has sent a newer value since." };
  const decision = writer.decide(wantedOf(job, writer), target);
  if (decision.kind !== "write") return decision;
  const { generation } = intent;
  if (generation >= mostGenerations)
    return {
      kind: "conflict",
      why: `It changed in Shopify ${String(generation)} times while Converge tried to set it.`,
    };
  // A person's decision (it names no version) is carried out however often it was undone before.
  if (job.reason !== "revert" || job.basedOnVersion === undefined) return decision;
  const sinceMs = deps.clock.now() - revertsCountMs;
  const reverts = await countReverts(deps.db, job.shop, targetId, sinceMs);
  if (reverts < mostReverts) return decision;
  return {
    kind: "conflict",
    why: `Converge put it back ${String(reverts)} times within an hour, and it is changed again each time. Find out which app or person does that; until then Shopify's value stays.`,
  };
}

function endedAs(decision: Exclude<Decision, { kind: "write" }>, target: Target | null) {
  switch (decision.kind) {
    case "done":
      return { status: "applied", why: null, target } as const;
    case "impossible":
      return { status: "dead", why: decision.why, target } as const;
    default:
      return { status: decision.kind, why: decision.why, target } as const;
  }
}

/** Puts the next attempt on record, with what its notification will say. */
async function begin(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  writer: Writer,
  target: Target | null,
  attempt: Attempt,
): Promise<Begun> {
  const nowMs = deps.clock.now();
  const begun = { ...attempt, intentId: intent.id, generation: intent.generation + 1 };
  const resourceId = target?.id ?? job.resource.id;
  const mine = await deps.db.transaction(async (tx) => {
    const alone =
      writer.comparesAndSets ||
      (await takeTarget(tx, job.shop, intent, resourceId, nowMs - inFlightMs));
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
  tx: Parameters<typeof rememberEcho>[0],
  job: Job,
  { intentId, echo }: Begun,
  resourceId: string,
): Promise<void> {
  return rememberEcho(tx, {
    shop: job.shop,
    resourceId,
    intentId,
    systemId: job.systemId,
    content: echo,
    writtenAtMs: deps.clock.now(),
  });
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
      return settle(deps, job, intent, { status: "applied", why: null, target });
    }
    case "refused": {
      const why = `Shopify refused it: ${outcome.why}`;
      return settle(deps, job, intent, { status: "dead", why, target });
    }
    case "stale":
      return endOf(deps, job, intent, attempt, "Shopify's value had changed");
    case "failed_before":
      return endOf(deps, job, intent, attempt, "an earlier try of it had failed");
    case "under_way":
      throw new Error("Shopify is still carrying out the same write");
  }
}
