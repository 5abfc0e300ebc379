import type { Queryable } from "#app/db.server.ts";
import type { Destination } from "#app/systems/index.server.ts";
import type { Circuit } from "#app/systems/types.ts";
import { afterResume, type OutcomeSlot } from "./circuit.ts";
import { loadGate } from "./gate-store.ts";

/**
 * What stands between a lane and its system while the lane runs: the circuit, the attempts it is
 * judged by, and the rate limit. Only the holder of the lane's lock has one.
 */
export interface Gate {
  /** As the table of systems has it; moved only by compare-and-set. */
  stored: Circuit;
  /** What follows from it now. */
  circuit: Circuit;
  outcomes: readonly OutcomeSlot[];
  /** When the token bucket is full again, epoch milliseconds. */
  fullAtMs: number;
}

/** The gate as the last lane of this system left it, in whichever worker. */
export async function openGate(db: Queryable, destination: Destination): Promise<Gate> {
  const { outcomes, fullAtMs } = await loadGate(db, destination.id);
  const circuit = afterResume(destination.circuit, destination.statusSinceMs);
  return { stored: destination.circuit, circuit, outcomes, fullAtMs };
}
