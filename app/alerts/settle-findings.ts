import type { Transaction } from "#app/db.server.ts";
import { closeAlerts, insertAlerts, lockStanding, updateSeen } from "./alert-store.ts";
import { incidentKey } from "./finding.ts";
import type { Verdict } from "./judge.ts";
import { planIncidents } from "./plan-incidents.ts";
import type { AlertKind } from "./types.ts";

/**
 * Brings the alerts of some kinds in line with what is wrong: opens, goes on with and closes them.
 * Two at once for one shop: the second waits for the first one's rows and then finds nothing to open.
 */
export async function settleFindings(
  tx: Transaction,
  shop: string,
  kinds: readonly AlertKind[],
  judgeWith: (open: ReadonlySet<string>) => Verdict,
  nowMs: number,
): Promise<void> {
  const standing = await lockStanding(tx, shop, kinds);
  const plan = planIncidents(standing, judgeWith(new Set(standing.map(incidentKey))), nowMs);
  await updateSeen(tx, plan.seen, nowMs);
  await closeAlerts(tx, plan.closed, nowMs);
  await insertAlerts(tx, shop, plan.opened, nowMs);
}
