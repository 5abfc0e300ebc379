import { type Destination, moveCircuit } from "#app/systems/index.server.ts";
import { mayProbe, probingCircuit } from "./circuit.ts";
import { releaseOne } from "./claim-store.ts";
import { claimWork } from "./claim-work.ts";
import { deliverChange } from "./deliver-change.ts";
import type { Gate } from "./gate.ts";
import type { LaneDeps } from "./lane.ts";
import { recordBatch } from "./record-batch.ts";

/**
 * Tries a system whose circuit is open with one delivery, when the time has come: the one that waits
 * longest. Who may send it is decided by compare-and-set in the table of systems, so that over all
 * workers there is one. `idle`: there is nothing to try it with (the next change will be the probe),
 * or another worker does.
 */
export async function probe(
  deps: LaneDeps,
  destination: Destination,
  gate: Gate,
): Promise<"closed" | "open" | "idle"> {
  const { db, clock } = deps;
  if (!mayProbe(gate.circuit, clock.now())) return "open";
  if (!(await releaseOne(db, destination.id, clock.now()))) return "idle";
  const before = gate.circuit;
  const probing = probingCircuit(before, destination.policy.timeoutMs, clock.now());
  if (!(await moveCircuit(db, destination.id, gate.stored, probing))) return "idle";
  gate.stored = gate.circuit = probing;
  do {
    const { work } = await claimWork(deps, destination, 1, true);
    const [first] = work;
    if (!first) continue; // It was overtaken or erased, and has ended: the next one then.
    const attempted = await deliverChange(deps, destination, first.delivery, first.change);
    await recordBatch(deps, destination, gate, [attempted]);
    return gate.circuit.state === "closed" ? "closed" : "open";
  } while (await releaseOne(db, destination.id, clock.now()));
  await moveCircuit(db, destination.id, probing, { ...before, probeAtMs: clock.now() });
  return "idle";
}
