import { type Finding, incidentKey } from "./finding.ts";
import type { Verdict } from "./judge.ts";
import type { AlertKind, CloseReason } from "./types.ts";

/** An alert that is not closed, as the plan needs to know it. Times in epoch milliseconds. */
export interface StandingAlert {
  readonly id: string;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly state: "open" | "acknowledged";
  readonly level: number;
  readonly lastSeenMs: number;
  readonly snoozedUntilMs: number | null;
}

/** What people are told of an alert: it opened, got worse, is still there after a rest, is over. */
export const noticeKinds = ["opened", "worse", "reminded", "closed"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What becomes of the alerts of a shop after a look at it. */
export interface IncidentPlan {
  readonly opened: readonly Finding[];
  readonly seen: readonly {
    readonly alert: StandingAlert;
    readonly finding: Finding;
    readonly state: "open" | "acknowledged";
    readonly snoozedUntilMs: number | null;
    readonly tell: NoticeKind | null;
  }[];
  readonly closed: readonly {
    readonly alert: StandingAlert;
    readonly because: CloseReason;
    /** What another alert tells of ends in silence. */
    readonly tell: boolean;
  }[];
}

/**
 * How long it has to be quiet until an incident counts as over: what comes and goes is one incident.
 * Where a person or Converge itself ends it, at once.
 */
const calmMs: Readonly<Record<AlertKind, number>> = {
  sla_warn: 2 * 60_000,
  sla_breach: 2 * 60_000,
  sla_burn: 15 * 60_000,
  dead_letters: 0,
  oldest_job: 2 * 60_000,
  subscription: 0,
  silence: 2 * 60_000,
  reconnect: 0,
  discrepancies: 5 * 60_000,
  system_failing: 2 * 60_000,
  system_disabled: 0,
  order_holds: 0,
};

/** Holds what is wrong now against the alerts that stand. Pure. */
export function planIncidents(
  standing: readonly StandingAlert[],
  verdict: Verdict,
  nowMs: number,
): IncidentPlan {
  const byKey = new Map(standing.map((alert) => [incidentKey(alert), alert]));
  const found = new Map(verdict.findings.map((finding) => [incidentKey(finding), finding]));
  const seen = [...found].flatMap(([key, finding]) => {
    const alert = byKey.get(key);
    const goesOn = alert && verdict.explained.get(key) !== "worse";
    return goesOn ? [goOn(alert, finding, nowMs)] : [];
  });
  const closed = standing.flatMap((alert): IncidentPlan["closed"] => {
    const key = incidentKey(alert);
    if (verdict.explained.get(key) === "worse") return [{ alert, because: "worse", tell: false }];
    if (found.has(key)) return [];
    if (nowMs - alert.lastSeenMs < calmMs[alert.kind]) return [];
    return [{ alert, because: "over", tell: true }];
  });
  return {
    opened: verdict.findings.filter((finding) => {
      const key = incidentKey(finding);
      return !byKey.has(key) && !verdict.explained.has(key);
    }),
    seen,
    closed,
  };
}

/** Worse is told again even to whom acknowledged or put it off: that was about something smaller. */
function goOn(alert: StandingAlert, finding: Finding, nowMs: number): IncidentPlan["seen"][number] {
  if (finding.level > alert.level)
    return { alert, finding, state: "open", snoozedUntilMs: null, tell: "worse" };
  const rested = alert.snoozedUntilMs !== null && alert.snoozedUntilMs <= nowMs;
  return {
    alert,
    finding,
    state: alert.state,
    snoozedUntilMs: rested ? null : alert.snoozedUntilMs,
    tell: rested && alert.state === "open" ? "reminded" : null,
  };
}
