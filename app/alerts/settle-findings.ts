import type { Transaction } from "#app/db.server.ts";
import { closeAlerts, insertAlerts, lockStanding, updateSeen } from "./alert-store.ts";
import { listenersOf } from "./channel-store.ts";
import { incidentKey } from "./finding.ts";
import type { Verdict } from "./judge.ts";
import { insertNotices, toldOf } from "./notice-store.ts";
import { type IncidentPlan, planIncidents } from "./plan-incidents.ts";
import { type Happening, planNotices } from "./plan-notices.ts";
import type { AlertKind } from "./types.ts";

/** Whose alerts, of which kinds, and when. */
export interface SettleScope {
  readonly shop: string;
  readonly timeZone: string | null;
  readonly kinds: readonly AlertKind[];
  readonly nowMs: number;
}

/**
 * Brings the alerts of some kinds in line with what is wrong: opens, goes on with and closes them, and
 * puts what is to be told into the outbox, in one transaction. Two at once for one shop: the second
 * waits for the first one's rows and then finds nothing to open.
 */
export async function settleFindings(
  tx: Transaction,
  scope: SettleScope,
  judgeWith: (open: ReadonlySet<string>) => Verdict,
): Promise<void> {
  const { shop, kinds, nowMs } = scope;
  const standing = await lockStanding(tx, shop, kinds);
  const plan = planIncidents(standing, judgeWith(new Set(standing.map(incidentKey))), nowMs);
  await updateSeen(tx, plan.seen, nowMs);
  await closeAlerts(tx, plan.closed, nowMs);
  const opened = await insertAlerts(tx, shop, plan.opened, nowMs);
  await tell(tx, scope, [
    ...opened.map(({ id, kind, severity }) => ({
      alertId: id,
      kind,
      severity,
      what: "opened" as const,
    })),
    ...goneOn(plan),
  ]);
}

function goneOn({ seen, closed }: IncidentPlan): Happening[] {
  return [
    ...seen.flatMap(({ alert, finding, tell: what }) =>
      what === null
        ? []
        : [{ alertId: alert.id, kind: alert.kind, severity: finding.severity, what }],
    ),
    ...closed
      .filter((one) => one.tell)
      .map(({ alert: { id, kind } }) => ({
        alertId: id,
        kind,
        severity: "caution" as const,
        what: "closed" as const,
      })),
  ];
}

/** Nothing happens in most looks, and most shops have few channels. */
async function tell(
  tx: Transaction,
  { shop, timeZone, nowMs }: SettleScope,
  happenings: readonly Happening[],
): Promise<void> {
  if (happenings.length === 0) return;
  const listeners = await listenersOf(tx, shop);
  if (listeners.length === 0) return;
  const over = happenings.filter(({ what }) => what === "closed");
  const told = await toldOf(
    tx,
    over.map(({ alertId }) => alertId),
  );
  await insertNotices(
    tx,
    shop,
    planNotices(listeners, happenings, told, { nowMs, timeZone }),
    nowMs,
  );
}
