import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { forgetEchoes } from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { endAttempts, type IntentRow, settleIntents } from "./intent-store.ts";
import { openStory, sealStory, subjectOf } from "./story.ts";
import type { Attempt, Fields, IntentStatus } from "./types.ts";
import type { Target } from "./writer.ts";

/** What ending a write takes. */
export interface SettleDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

type Job = JobPayload<"write-back">;

/** How a write ends for good. */
export interface IntentEnd {
  readonly status: Exclude<IntentStatus, "pending">;
  /** Null: it was applied. */
  readonly why: string | null;
  /** The record as it was last seen. */
  readonly target: Target | null;
}

/** An attempt under way, as far as its end has to tell of it. */
export interface OpenAttempt {
  readonly intent: Pick<IntentRow, "id" | "resource_id" | "generation" | "story">;
  readonly attempt: Attempt;
}

/** Notes how attempts ended; what they would have echoed is not waited for any more. */
export async function endAttemptsAs(
  deps: SettleDeps,
  tx: Transaction,
  shop: string,
  attempts: readonly OpenAttempt[],
  outcome: string,
): Promise<void> {
  const atMs = deps.clock.now();
  const ends = attempts.map(({ intent, attempt }) => {
    const { expected, set, echo } = attempt;
    const { id, generation, story } = intent;
    const subject = subjectOf(shop, intent.resource_id);
    const chapters = openStory(deps.vault, subject, story);
    const chapter = { generation, atMs, attempt: { expected, set, echo }, outcome };
    return { id, generation, story: sealStory(deps.vault, subject, [...chapters, chapter]) };
  });
  await forgetEchoes(tx, shop, await endAttempts(tx, ends));
}

/** Ends a write for good, in a transaction of its own. @see settleIn */
export async function settle(
  deps: SettleDeps,
  job: Job,
  intent: IntentRow,
  end: IntentEnd,
): Promise<void> {
  await deps.db.transaction((tx) => settleIn(deps, tx, job, intent, end));
}

/**
 * Ends a write for good, once. One that did not happen leaves a discrepancy that tells its story,
 * unless the owner itself had moved on.
 */
export async function settleIn(
  deps: SettleDeps,
  tx: Transaction,
  job: Job,
  intent: Pick<IntentRow, "id" | "story">,
  end: IntentEnd,
): Promise<void> {
  const atMs = deps.clock.now();
  const { status, why } = end;
  const settled = await settleIntents(tx, [intent.id], { status, outcome: why, atMs });
  if (settled.length === 0 || status === "applied") return;
  await forgetEchoes(tx, job.shop, [intent.id]);
  // Who keeps count of a pool hears that its number has moved on, and counts.
  const counts = job.reason === "pool" && status === "conflict";
  if (status !== "superseded" && !counts)
    await complain(deps, tx, job, intent, why ?? "", end.target);
}

/** A write that did not happen is a disagreement that stays: somebody has to see it. */
async function complain(
  deps: SettleDeps,
  tx: Transaction,
  job: Job,
  intent: Pick<IntentRow, "story">,
  why: string,
  target: Target | null,
): Promise<void> {
  const rules = await readRules(tx, job.shop);
  const owner = rules.find((rule) => rule.domain === job.domain)?.owner ?? "shopify";
  const tries = openStory(deps.vault, job, intent.story).map(
    ({ attempt, outcome }) =>
      ` Tried ${valuesOf(attempt.expected)} → ${valuesOf(attempt.set)}: ${outcome}.`,
  );
  await recordDiscrepancy(deps, tx, {
    shop: job.shop,
    domain: job.domain,
    kind: "write_conflict",
    systemId: job.systemId ?? (owner === "shopify" ? null : owner),
    owner,
    resource: job.resource,
    sku: target?.sku ?? null,
    shopifyValue: target && shownOf(job, target),
    systemValue: job.set,
    cause: `${why}${tries.join("")}`,
    eventId: job.eventId,
    correlationId: job.correlationId,
    traceparent: job.traceparent,
    foundAtMs: deps.clock.now(),
  });
}

/** Stock is shown whole, anything else in the fields that were to be written. */
function shownOf({ set }: Job, { fields }: Target): Fields {
  if ("available" in fields) return fields;
  return Object.fromEntries(Object.keys(set).map((name) => [name, fields[name] ?? null]));
}

function valuesOf(fields: Fields): string {
  return Object.values(fields)
    .map((value) => (value === null ? "nothing" : String(value)))
    .join(", ");
}
