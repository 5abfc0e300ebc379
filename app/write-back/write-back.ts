import { v5 as uuidv5, v7 as uuidv7 } from "uuid";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { forgetEcho, rememberEcho } from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import {
  type Shopify,
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
} from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { decideWrite, readWanted, type WantedStock } from "./decide-write.ts";
import {
  beginAttempt,
  endAttempt,
  ensureIntent,
  type IntentRow,
  settleIntent,
} from "./intent-store.ts";
import { readLevel, type ReadLevel, type SetOutcome, setStock } from "./set-stock.ts";
import { emptyStory, openAttempt, openStory, sealAttempt, sealStory } from "./story.ts";
import type { Attempt, Chapter, IntentStatus } from "./types.ts";

/** What a write to Shopify takes. */
export interface WriteBackDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly shopify: Pick<Shopify, "graphql">;
}

type Job = JobPayload<"write-back">;

/** A number that moves faster than this is not Converge's to win. */
const mostGenerations = 5;

/** Shopify forgets a key after 24 hours; an attempt older than this is read again first. */
const keyLivesMs = 23 * 3_600_000;

/**
 * Carries one write to its end: applied, or a discrepancy that says why not. Run twice, also at once,
 * it writes once: the attempt is on record before it is sent, and is sent again with the same key.
 * @throws when Shopify cannot be reached: the job comes back, and the write is still pending.
 */
export async function writeBack(deps: WriteBackDeps, job: Job): Promise<void> {
  if (!(await getShop(deps.db, job.shop))) return;
  let intent = await openIntent(deps, job);
  const wanted = readWanted(job.set, job.basedOnVersion ?? job.observedAt);
  if ("wrong" in wanted) return settle(deps, job, intent, "dead", wanted.wrong, null);
  try {
    while (intent.status === "pending") {
      const level = await readLevel(deps.shopify, job.shop, job.resource);
      const attempt = await attemptOf(deps, job, intent, wanted, level);
      if (attempt === null || level === null) return;
      const outcome = await setStock(deps.shopify, job.shop, level, attempt, keyOf(attempt));
      await conclude(deps, job, attempt, level, outcome);
      intent = await openIntent(deps, job);
    }
  } catch (error) {
    if (!isFinal(error)) throw error;
    await settle(deps, job, intent, "dead", error.message, null);
  }
}

function isFinal(error: unknown): error is Error {
  return (
    error instanceof ShopifyQueryError ||
    error instanceof ShopifyRefusedError ||
    error instanceof ShopifyReconnectNeededError
  );
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
  const id = uuidv7({ msecs: deps.clock.now() });
  const story = emptyStory(deps.vault, job);
  return deps.db.transaction((tx) => ensureIntent(tx, { ...job, id, story }, deps.clock.now()));
}

/** The attempt under way, or the next one, on record; null when there is none to make any more. */
async function attemptOf(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  wanted: WantedStock,
  level: ReadLevel | null,
): Promise<Begun | null> {
  const { id, generation } = intent;
  const nowMs = deps.clock.now();
  if (intent.attempt !== null && nowMs - (intent.attempted_at?.getTime() ?? 0) < keyLivesMs)
    return { ...openAttempt(deps.vault, job, intent.attempt), intentId: id, generation };
  if (intent.attempt !== null)
    await endOf(
      deps,
      job,
      intent,
      openAttempt(deps.vault, job, intent.attempt),
      "its answer was lost",
    );
  const decision = decideWrite(wanted, level);
  if (decision.kind === "done") {
    await settle(deps, job, intent, "applied", null, level);
    return null;
  }
  if (decision.kind !== "write" || generation >= mostGenerations) {
    const why =
      decision.kind === "write"
        ? `The stock changed in Shopify ${String(generation)} times while Converge tried to set it.`
        : decision.why;
    const status = decision.kind === "impossible" ? "dead" : "conflict";
    await settle(deps, job, intent, status, why, level);
    return null;
  }
  const levelId = level?.id ?? job.resource.id;
  const begun = { ...decision.attempt, intentId: id, generation: generation + 1 };
  const mine = await deps.db.transaction(async (tx) => {
    const attempt = sealAttempt(deps.vault, job, decision.attempt);
    const next = { generation: begun.generation, attempt, atMs: nowMs };
    if (!(await beginAttempt(tx, id, next))) return false;
    await rememberEcho(tx, {
      shop: job.shop,
      resourceId: levelId,
      intentId: id,
      systemId: job.systemId,
      content: { available: begun.availableAfter },
      writtenAtMs: nowMs,
    });
    return true;
  });
  if (!mine) throw new Error("the same write is being carried out by another worker");
  return begun;
}

async function conclude(
  deps: WriteBackDeps,
  job: Job,
  attempt: Begun,
  level: ReadLevel,
  outcome: SetOutcome,
): Promise<void> {
  const intent = await openIntent(deps, job);
  if (intent.status !== "pending" || intent.generation !== attempt.generation) return;
  switch (outcome.kind) {
    case "applied":
      return settle(deps, job, intent, "applied", null, level);
    case "refused":
      return settle(deps, job, intent, "dead", `Shopify refused it: ${outcome.why}`, level);
    case "stale":
      return endOf(deps, job, intent, attempt, "Shopify's value had changed");
    case "failed_before":
      return endOf(deps, job, intent, attempt, "an earlier try of it had failed");
    case "under_way":
      throw new Error("Shopify is still carrying out the same write");
  }
}

/** Notes how an attempt ended; what it would have echoed is not waited for any more. */
async function endOf(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  attempt: Attempt,
  outcome: string,
): Promise<void> {
  const chapters = openStory(deps.vault, job, intent.story);
  const { name, expected, quantity, availableAfter } = attempt;
  const chapter: Chapter = {
    generation: intent.generation,
    atMs: deps.clock.now(),
    attempt: { name, expected, quantity, availableAfter },
    outcome,
  };
  await deps.db.transaction(async (tx) => {
    const story = sealStory(deps.vault, job, [...chapters, chapter]);
    if (await endAttempt(tx, intent.id, intent.generation, story))
      await forgetEcho(tx, job.shop, intent.id);
  });
}

async function settle(
  deps: WriteBackDeps,
  job: Job,
  intent: IntentRow,
  status: Exclude<IntentStatus, "pending">,
  outcome: string | null,
  level: ReadLevel | null,
): Promise<void> {
  const atMs = deps.clock.now();
  await deps.db.transaction(async (tx) => {
    if (!(await settleIntent(tx, intent.id, { status, outcome, atMs }))) return;
    if (status === "applied") return;
    await forgetEcho(tx, job.shop, intent.id);
    await complain(deps, tx, job, intent, outcome ?? "", level);
  });
}

/** A write that did not happen is a disagreement that stays: somebody has to see it. */
async function complain(
  deps: WriteBackDeps,
  tx: Transaction,
  job: Job,
  intent: IntentRow,
  why: string,
  level: ReadLevel | null,
): Promise<void> {
  const rules = await readRules(tx, job.shop);
  const owner = rules.find((rule) => rule.domain === job.domain)?.owner ?? "shopify";
  const tries = openStory(deps.vault, job, intent.story).map(
    ({ attempt, outcome }) =>
      ` Tried ${String(attempt.expected)} → ${String(attempt.quantity)}: ${outcome}.`,
  );
  await recordDiscrepancy(deps, tx, {
    shop: job.shop,
    domain: job.domain,
    kind: "write_conflict",
    systemId: job.systemId ?? (owner === "shopify" ? null : owner),
    owner,
    resource: job.resource,
    sku: level?.sku ?? null,
    shopifyValue: level && { available: level.available, onHand: level.onHand },
    systemValue: job.set,
    cause: `${why}${tries.join("")}`,
    eventId: job.eventId,
    correlationId: job.correlationId,
    traceparent: job.traceparent,
    foundAtMs: deps.clock.now(),
  });
}
