import type { Clock, Database } from "#app/db.server.ts";
import type { Counters, Logger } from "#app/observability/index.server.ts";
import { installedShops } from "#app/shops/index.server.ts";
import { loadDestination, type Destination } from "#app/systems/index.server.ts";
import { holdBack, nextDueMs, recoverInFlight, releaseWaiting } from "./claim-store.ts";
import type { AttemptDeps } from "./deliver-change.ts";
import { type LaneSignals, workOff } from "./work-off.ts";

/** What a lane works with. */
export interface LaneDeps extends AttemptDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly counters: Counters;
  readonly log: Logger;
}

/**
 * Works off what is due for one system until nothing is, or until it is stopped. The caller holds the
 * system's lane lock, so nobody else delivers to it: whatever is in flight at the start was left
 * behind by a lane that died. Returns when the next retry is due (epoch ms), or null.
 */
export async function runLane(
  deps: LaneDeps,
  systemId: string,
  signals: LaneSignals,
): Promise<number | null> {
  const recovered = await recoverInFlight(deps.db, systemId, deps.clock.now());
  if (recovered > 0)
    deps.log.warn({ systemId, recovered }, "took over deliveries of a dead worker");
  const reload = () => usableDestination(deps, systemId);
  const destination = await reload();
  if (destination) await releaseWaiting(deps.db, systemId, deps.clock.now());
  const end = destination ? await workOff(deps, destination, reload, signals) : "unusable";
  if (end === "unusable") await holdBack(deps.db, systemId);
  return end === "done" ? nextDueMs(deps.db, systemId, deps.clock.now()) : null;
}

async function usableDestination(deps: LaneDeps, systemId: string): Promise<Destination | null> {
  const destination = await loadDestination(deps.db, deps.vault, systemId, deps.clock.now());
  if (destination?.status !== "active") return null;
  const installed = await installedShops(deps.db, [destination.shop]);
  return installed.has(destination.shop) ? destination : null;
}
