import type { JobPayload } from "#app/jobs.ts";
import type { IntentEnd } from "./settle.ts";
import type { Target, WriteDecision } from "./writer.ts";

/** A number that moves faster than this is not Converge's to win. */
const mostGenerations = 5;

/**
 * Somebody who changes a record again as often as this within an hour after it was put back will not
 * stop: two writers that disagree for good are a matter for people.
 */
const mostReverts = 3;

/** Over how long reverts of one record are counted. */
export const revertsCountMs = 3_600_000;

/** What decides about a write beside the record itself. */
export interface WriteFacts {
  readonly job: JobPayload<"write-back">;
  /** Attempts so far. */
  readonly generation: number;
  /** The owner has said something newer. */
  readonly superseded: boolean;
  /** How often Converge put a value of the record back lately. */
  readonly reverts: number;
}

/** What becomes of a write. */
export type Decision = WriteDecision | { readonly kind: "superseded"; readonly why: string };

/** Whether a write goes, given what the rule of its type says of the record. Pure. */
export function decideWrite(facts: WriteFacts, byRecord: () => WriteDecision): Decision {
  const { job, generation, reverts } = facts;
  if (facts.superseded)
    return { kind: "superseded", why: "The owner has sent a newer value since." };
  const decision = byRecord();
  if (decision.kind !== "write") return decision;
  if (job.expect !== undefined && generation > 0)
    return { kind: "conflict", why: "Shopify has another number by now; it is counted first." };
  if (generation >= mostGenerations)
    return {
      kind: "conflict",
      why: `It changed in Shopify ${String(generation)} times while Converge tried to set it.`,
    };
  if (!countsAsRevert(job) || reverts < mostReverts) return decision;
  return {
    kind: "conflict",
    why: `Converge put it back ${String(
      reverts,
    )} times within an hour, and it is changed again each time. Find out which app or person does that; until then Shopify's value stays.`,
  };
}

/** A person's decision (it names no version) is carried out however often it was undone before. Pure. */
export function countsAsRevert({ reason, basedOnVersion }: JobPayload<"write-back">): boolean {
  return reason === "revert" && basedOnVersion !== undefined;
}

/** How a write ends that is not sent (any more). Pure. */
export function endedAs(
  decision: Exclude<Decision, { kind: "write" }>,
  target: Target | null,
): IntentEnd {
  switch (decision.kind) {
    case "done":
      return { status: "applied", why: null, target };
    case "impossible":
      return { status: "dead", why: decision.why, target };
    default:
      return { status: decision.kind, why: decision.why, target };
  }
}
