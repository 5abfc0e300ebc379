import type { EgressAnswer } from "#app/egress/index.server.ts";
import type { Circuit, CircuitPolicy } from "#app/systems/types.ts";

/**
 * When Converge stops knocking at a system, and when it tries again. Rules only: who holds the state,
 * and where, is not known here. https://martinfowler.com/bliki/CircuitBreaker.html
 */

/** What an attempt says about whether the system is there. `none`: nothing, it was not asked. */
export type Contact = "reached" | "failed" | "none";

/** 5xx, no answer in time and no connection are failures; a system that says no (4xx) is there. */
export function contactOf(answer: EgressAnswer): Contact {
  if (answer.kind === "refused") return "none";
  return answer.kind === "failed" || answer.status >= 500 ? "failed" : "reached";
}

/** Attempts of a tenth of the window. */
export interface OutcomeSlot {
  readonly atMs: number;
  readonly reached: number;
  readonly failed: number;
}

/** How many attempts ended which way. */
export type ContactCounts = Pick<OutcomeSlot, "reached" | "failed">;

const slotsPerWindow = 10;

/** The window with further attempts; what is older than the window is left out. */
export function addOutcomes(
  window: readonly OutcomeSlot[],
  counts: ContactCounts,
  policy: CircuitPolicy,
  nowMs: number,
): OutcomeSlot[] {
  const windowMs = policy.windowSeconds * 1000;
  const slotMs = windowMs / slotsPerWindow;
  const atMs = Math.floor(nowMs / slotMs) * slotMs;
  const kept = window.filter((slot) => slot.atMs > nowMs - windowMs && slot.atMs !== atMs);
  const now = window.find((slot) => slot.atMs === atMs) ?? { reached: 0, failed: 0 };
  const reached = now.reached + counts.reached;
  const failed = now.failed + counts.failed;
  return [...kept, { atMs, reached, failed }];
}

/** Whether so many of so many attempts failed that a closed circuit opens. */
export function mustOpen(window: readonly OutcomeSlot[], policy: CircuitPolicy): boolean {
  const failed = window.reduce((sum, slot) => sum + slot.failed, 0);
  const all = window.reduce((sum, slot) => sum + slot.reached, failed);
  return failed > 0 && all >= policy.minimumRequests && failed * 100 >= all * policy.failurePercent;
}

export const closedCircuit: Circuit = {
  state: "closed",
  sinceMs: null,
  probeAtMs: null,
  failedProbes: 0,
};

/** The circuit at the moment it opens. */
export function openedCircuit(policy: CircuitPolicy, nowMs: number): Circuit {
  return { state: "open", sinceMs: nowMs, probeAtMs: nowMs + policy.probeAfterMs, failedProbes: 0 };
}

/** Whether a probe may go now: its time has come, or the last one was never heard of again. */
export function mayProbe(circuit: Circuit, nowMs: number): boolean {
  return circuit.state !== "closed" && (circuit.probeAtMs ?? 0) <= nowMs;
}

/** Time for a probe's outcome to be written down, beyond the request's own timeout. */
const probeGraceMs = 5_000;

/** The circuit while its one probe is on its way. */
export function probingCircuit(circuit: Circuit, timeoutMs: number, nowMs: number): Circuit {
  return { ...circuit, state: "half_open", probeAtMs: nowMs + timeoutMs + probeGraceMs };
}

/** The longest pause between probes is 2^3 times the first: with the default, 4 minutes. */
const mostDoublings = 3;

/**
 * What follows from a probe: contact closes the circuit, none opens it again, for twice as long each
 * time. A probe that could not be sent says nothing: the next may go at once.
 */
export function afterProbe(
  circuit: Circuit,
  contact: Contact,
  policy: CircuitPolicy,
  nowMs: number,
): Circuit {
  if (contact === "reached") return closedCircuit;
  if (contact === "none") return { ...circuit, state: "open", probeAtMs: nowMs };
  const failedProbes = circuit.failedProbes + 1;
  const pauseMs = policy.probeAfterMs * 2 ** Math.min(failedProbes, mostDoublings);
  return { ...circuit, state: "open", probeAtMs: nowMs + pauseMs, failedProbes };
}

/** A person who resumes a system wants it tried now, and patience begins anew. */
export function afterResume(circuit: Circuit, statusSinceMs: number): Circuit {
  if (circuit.state === "closed" || (circuit.sinceMs ?? 0) >= statusSinceMs) return circuit;
  return { state: "open", sinceMs: statusSinceMs, probeAtMs: statusSinceMs, failedProbes: 0 };
}

/** An endpoint that failed for so long is disabled: its work is kept, a person has to look. */
const patienceMs = 5 * 24 * 3600 * 1000;

/** Whether the circuit has been open for days. */
export function isHopeless(circuit: Circuit, nowMs: number): boolean {
  return circuit.sinceMs !== null && nowMs - circuit.sinceMs >= patienceMs;
}
