import type { CircuitState, SystemStatus } from "#app/systems/types.ts";

/** Why work waits for a system that does not answer. */
export const circuitOpenReason =
  "The system does not answer. This waits, untouched, until a probe gets through.";

/** Why work waits for a system that is paused, disabled or not installed any more. */
export const notSentToReason =
  "Nothing is sent to this system now. This waits until it is resumed.";

/** Why new work for a system has to wait; null when it has not. */
export function heldReason(status: SystemStatus, circuitState: CircuitState): string | null {
  if (status !== "active") return notSentToReason;
  return circuitState === "closed" ? null : circuitOpenReason;
}
