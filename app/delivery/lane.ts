import type { Clock, Database } from "#app/db.server.ts";
import type { Counters, Logger } from "#app/observability/index.server.ts";
import { installedShops } from "#app/shops/index.server.ts";
import { loadDestination, type Destination } from "#app/systems/index.server.ts";
import { holdBack, nextDueMs, recoverInFlight, releaseWaiting } from "./claim-store.ts";
import type { Courtesy } from "./courtesy.ts";
import type { AttemptDeps } from "./deliver-change.ts";
import { type Gate, openGate } from "./gate.ts";
import { circuitOpenReason, notSentToReason } from "./held-reason.ts";
import { probe } from "./probe.ts";
import { type LaneSignals, workOff } from "./work-off.ts";

/** What a lane works with. */
export interface LaneDeps extends AttemptDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
}

/** The same in a worker, among its other lanes. */
export interface RunningLaneDeps extends LaneDeps {
  readonly courtesy: Courtesy;
}

/**
 * Works off what is due for one system until nothing is, until its circuit opens, or until it is
 * stopped. The caller holds the system's lane lock, so nobody else delivers to it: whatever is in
 * flight at the start was left behind by a lane that died. Returns when to look again (epoch ms): at
 * the next retry or probe; or null.
 */
export async function runLane(
  deps: RunningLaneDeps,
  systemId: string,
  signals: LaneSignals,
): Promise<number | null> {
  const recovered = await recoverInFlight(deps.db, systemId, deps.clock.now());
  if (recovered > 0)
    deps.log.warn({ systemId, recovered }, "took over deliveries of a dead worker");
  const destination = await usableDestination(deps, systemId);
  if (!destination) {
    await holdBack(deps.db, systemId, notSentToReason);
    return null;
  }
  const gate = await openGate(deps.db, destination);
  if (gate.circuit.state !== "closed") {
    await holdBack(deps.db, systemId, circuitOpenReason);
    if (signals.stopped()) return null;
    const found = await probe(deps, destination, gate);
    if (found !== "closed") {
      // The probe waits like the others until the next one.
      await holdBack(deps.db, systemId, circuitOpenReason);
      return found === "open" ? probeTimeOf(deps, gate) : null;
    }
  }
  const reload = async () => {
    const fresh = await usableDestination(deps, systemId);
    // What was written down as waiting while the system was resumed goes now.
    if (fresh) await releaseWaiting(deps.db, systemId, deps.clock.now());
    return fresh;
  };
  await releaseWaiting(deps.db, systemId, deps.clock.now());
  const end = await workOff(deps, destination, gate, reload, signals);
  if (end === "unusable") await holdBack(deps.db, systemId, notSentToReason);
  if (end !== "open") return end === "done" ? nextDueMs(deps.db, systemId, deps.clock.now()) : null;
  deps.log.warn({ systemId, shop: destination.shop }, "circuit opened; its work waits");
  await holdBack(deps.db, systemId, circuitOpenReason);
  return probeTimeOf(deps, gate);
}

/** A circuit that is open always says when it is tried next. */
function probeTimeOf(deps: LaneDeps, gate: Gate): number {
  return gate.circuit.probeAtMs ?? deps.clock.now();
}

async function usableDestination(deps: LaneDeps, systemId: string): Promise<Destination | null> {
  const destination = await loadDestination(deps.db, deps.vault, systemId, deps.clock.now());
  if (destination?.status !== "active") return null;
  const installed = await installedShops(deps.db, [destination.shop]);
  return installed.has(destination.shop) ? destination : null;
}
