import type { Transaction } from "#app/db.server.ts";
import type { LagSample } from "#app/freshness/index.server.ts";
import { addLags, countLags } from "#app/freshness/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { disableSystem, type Destination, moveCircuit } from "#app/systems/index.server.ts";
import type { Circuit } from "#app/systems/types.ts";
import { addOutcomes, afterProbe, isHopeless, mustOpen, openedCircuit } from "./circuit.ts";
import type { Attempted } from "./deliver-change.ts";
import { recordAttempts, supersedeFailed } from "./delivery-store.ts";
import { bookBatch } from "./gate-store.ts";
import type { Gate } from "./gate.ts";
import { fileFailures, resolveEmptied } from "./issue-store.ts";
import type { LaneDeps } from "./lane.ts";

const goneReason = "The system answered 410: this address is gone. Correct it, then resume.";
const hopelessReason =
  "The system has not answered for five days. Its changes are kept: repair it, then resume.";

/**
 * Writes down what became of attempts that finished together, and what follows for their system: its
 * circuit, its figures, its issues. A result whose delivery is no longer in that attempt counts
 * nowhere.
 */
export async function recordBatch(
  deps: LaneDeps,
  destination: Destination,
  gate: Gate,
  batch: readonly Attempted[],
): Promise<void> {
  const nowMs = deps.clock.now();
  let lags: LagSample[] = [];
  const next = await deps.db.transaction(async (tx, last) => {
    const ids = await recordAttempts(
      tx,
      batch.map((item) => item.result),
    );
    const counted = batch.filter((item) => ids.has(item.delivery.id));
    if (counted.length === 0) return gate;
    const failed = counted.filter((item) => item.verdict.next === "retry");
    if (destination.policy.mode === "latest")
      await supersedeFailed(
        tx,
        failed.map((item) => item.delivery.id),
        nowMs,
      );
    const after = judge(destination, gate, counted, nowMs);
    const moved = await storeCircuit(tx, destination, gate, after.circuit);
    await switchOff(tx, destination, counted, moved, nowMs);
    await book(tx, destination, { ...after, circuit: moved }, counted, nowMs);
    lags = lagsOf(destination, counted);
    await addLags(last, lags, nowMs);
    return { ...after, stored: moved, circuit: moved };
  });
  gate.stored = next.stored;
  gate.circuit = next.circuit;
  gate.outcomes = next.outcomes;
  countLags(deps.counters, lags);
  for (const item of batch) note(deps, destination, item);
}

/** What the attempts say about the circuit. Once it is open only the probe counts. */
function judge(
  destination: Destination,
  gate: Gate,
  counted: readonly Attempted[],
  nowMs: number,
): Gate {
  const { circuitPolicy: policy } = destination;
  if (gate.circuit.state === "open") return gate;
  if (gate.circuit.state === "half_open") {
    const circuit = afterProbe(gate.circuit, counted[0]?.contact ?? "none", policy, nowMs);
    return { ...gate, circuit, outcomes: [] };
  }
  const counts = {
    reached: counted.filter((item) => item.contact === "reached").length,
    failed: counted.filter((item) => item.contact === "failed").length,
  };
  const outcomes = addOutcomes(gate.outcomes, counts, policy, nowMs);
  const circuit = mustOpen(outcomes, policy) ? openedCircuit(policy, nowMs) : gate.circuit;
  return { ...gate, circuit, outcomes };
}

/** The circuit as it stands afterwards; when somebody else moved it meanwhile, theirs is kept. */
async function storeCircuit(
  tx: Transaction,
  destination: Destination,
  gate: Gate,
  circuit: Circuit,
): Promise<Circuit> {
  if (circuit === gate.stored) return circuit;
  return (await moveCircuit(tx, destination.id, gate.stored, circuit)) ? circuit : gate.stored;
}

/** Stops sending to a system that said it is gone, or that has been silent for days. */
async function switchOff(
  tx: Transaction,
  { shop, id }: Destination,
  counted: readonly Attempted[],
  circuit: Circuit,
  nowMs: number,
): Promise<void> {
  const gone = counted.some((item) => item.verdict.next === "dead" && item.verdict.disable);
  const reason = gone ? goneReason : isHopeless(circuit, nowMs) ? hopelessReason : null;
  if (reason === null || !(await disableSystem(tx, shop, id, reason, nowMs))) return;
  const action = "system.disabled";
  await recordAudit(tx, { shop, actor: "converge", action, subject: id, detail: { reason } });
}

async function book(
  tx: Transaction,
  destination: Destination,
  gate: Gate,
  counted: readonly Attempted[],
  nowMs: number,
): Promise<void> {
  const { shop, id: systemId } = destination;
  const delivered = counted.filter((item) => item.verdict.next === "delivered");
  const dead = counted.filter((item) => item.verdict.next === "dead");
  const shorter = await bookBatch(
    tx,
    {
      shop,
      systemId,
      gate,
      delivered: delivered.length,
      dead: dead.length,
      failedAttempts: counted.length - delivered.length,
      reachedResources: delivered.map((item) => item.delivery.resourceId),
    },
    nowMs,
  );
  await resolveEmptied(tx, shorter, nowMs);
  const failures = dead.map(({ delivery, fingerprint, result }) => ({
    resourceId: delivery.resourceId,
    fingerprint,
    reason: result.error ?? "Unknown",
    httpStatus: result.httpStatus,
  }));
  await fileFailures(tx, shop, systemId, failures, nowMs);
}

/** Lags of what just arrived for the first time; a replay says nothing about how fast changes travel. */
function lagsOf(destination: Destination, counted: readonly Attempted[]): LagSample[] {
  const { shop, id: systemId } = destination;
  return counted
    .filter((item) => item.verdict.next === "delivered" && item.delivery.generation === 0)
    .flatMap(({ delivery, change, result }) => {
      const doneMs = result.atMs + result.durationMs;
      const sample = { shop, domain: delivery.domain, systemId };
      return [
        { ...sample, stage: "delivery" as const, lagMs: doneMs - change.processedAt.getTime() },
        { ...sample, stage: "total" as const, lagMs: doneMs - change.occurredAt.getTime() },
      ];
    });
}

/** One line per attempt, with everything one asks for when a delivery went wrong. */
function note(deps: LaneDeps, destination: Destination, item: Attempted): void {
  const { result, verdict, change } = item;
  deps.counters.add("converge_deliveries_total", { outcome: result.status });
  deps.log[verdict.next === "delivered" ? "info" : "warn"](
    {
      shop: destination.shop,
      systemId: destination.id,
      deliveryId: result.id,
      webhookId: change.id,
      correlationId: change.correlationId,
      type: change.type,
      resourceId: change.resourceId,
      attempt: result.attempt,
      outcome: result.status,
      httpStatus: result.httpStatus,
      durationMs: result.durationMs,
      error: result.error,
    },
    "delivery attempted",
  );
}
