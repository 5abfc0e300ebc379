import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { forgetEcho } from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { endAttempt, type IntentRow, settleIntent } from "./intent-store.ts";
import { openStory, sealStory } from "./story.ts";
import type { Attempt, Fields, IntentStatus } from "./types.ts";
import type { Target } from "./writer.ts";

interface SettleDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

type Job = JobPayload<"write-back">;

/** Notes how an attempt ended; what it would have echoed is not waited for any more. */
export async function endOf(
  deps: SettleDeps,
  job: Job,
  intent: IntentRow,
  attempt: Attempt,
  outcome: string,
): Promise<void> {
  const { expected, set, echo } = attempt;
  const chapters = openStory(deps.vault, job, intent.story);
  const story = sealStory(deps.vault, job, [
    ...chapters,
    {
      generation: intent.generation,
      atMs: deps.clock.now(),
      attempt: { expected, set, echo },
      outcome,
    },
  ]);
  await deps.db.transaction(async (tx) => {
    if (await endAttempt(tx, intent.id, intent.generation, story))
      await forgetEcho(tx, job.shop, intent.id);
  });
}

/**
 * Ends a write for good, once. One that did not happen leaves a discrepancy that tells its story,
 * unless the owner itself had moved on.
 */
export async function settle(
  deps: SettleDeps,
  job: Job,
  intent: IntentRow,
  end: {
    readonly status: Exclude<IntentStatus, "pending">;
    readonly why: string | null;
    readonly target: Target | null;
  },
): Promise<void> {
  const atMs = deps.clock.now();
  const { status, why } = end;
  await deps.db.transaction(async (tx) => {
    if (!(await settleIntent(tx, intent.id, { status, outcome: why, atMs }))) return;
    if (status === "applied") return;
    await forgetEcho(tx, job.shop, intent.id);
    if (status !== "superseded") await complain(deps, tx, job, intent, why ?? "", end.target);
  });
}

/** A write that did not happen is a disagreement that stays: somebody has to see it. */
async function complain(
  deps: SettleDeps,
  tx: Transaction,
  job: Job,
  intent: IntentRow,
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
