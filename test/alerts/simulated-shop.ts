import { incidentKey } from "#app/alerts/finding.ts";
import { judge, type ShopFacts } from "#app/alerts/judge.ts";
import type { FlowFacts } from "#app/alerts/judge-freshness.ts";
import { usualAfter } from "#app/alerts/judge-shop.ts";
import { type NoticeKind, planIncidents, type StandingAlert } from "#app/alerts/plan-incidents.ts";
import type { AlertKind, CloseReason } from "#app/alerts/types.ts";
import { defaultSla } from "#app/freshness/default-slas.ts";

/** Stock in the warehouse, at most a minute old, as agreed. */
export function stock(change: Partial<FlowFacts>): FlowFacts {
  return {
    domain: "inventory",
    system: "wms",
    systemName: "Warehouse",
    state: "ok",
    stalenessSeconds: 20,
    sla: defaultSla("inventory"),
    excluded: false,
    heldUpBy: null,
    burning: null,
    burn: 0,
    // 30 days at 99 %.
    leftMinutes: 432,
    ...change,
  };
}

/** Stock of an age, and what is in the way. */
export function stockOf(stalenessSeconds: number, heldUpBy: FlowFacts["heldUpBy"]): FlowFacts {
  const state = stalenessSeconds >= 60 ? "breach" : stalenessSeconds >= 45 ? "warn" : "ok";
  return stock({ state, stalenessSeconds, heldUpBy });
}

/** What was told of an alert, at which second of the simulation. */
export interface Told {
  readonly at: number;
  readonly kind: AlertKind;
  readonly subject: string;
  readonly what: NoticeKind | CloseReason;
}

/** A shop in which nothing is wrong. */
export const healthy: ShopFacts = {
  nowMs: 0,
  reconnectNeeded: false,
  flows: [],
  systems: [
    {
      id: "wms",
      name: "Warehouse",
      status: "active",
      statusReason: null,
      notAnsweringSinceMs: null,
      waiting: 0,
      oldestWaitingSeconds: 0,
      dead: 0,
    },
  ],
  deadEvents: 0,
  topics: [{ topic: "orders/updated", state: "active", substituted: false }],
  silences: [],
  undecidedOrders: 0,
  discrepancies: { open: 0, usual: null },
};

/** The healthy shop with something else about its warehouse. */
export function warehouse(change: Partial<ShopFacts["systems"][number]>): ShopFacts {
  return { ...healthy, systems: healthy.systems.map((system) => ({ ...system, ...change })) };
}

/**
 * Looks at a shop every fifteen seconds, as the worker does, with the rules alone. `factsAt` says how
 * it is at a second; usual discrepancies are kept as the worker keeps them.
 */
export function simulate(seconds: number, factsAt: (second: number) => ShopFacts): Told[] {
  const told: Told[] = [];
  let standing: StandingAlert[] = [];
  let usual: number | null = null;
  for (let second = 0; second <= seconds; second += 15) {
    const nowMs = second * 1000;
    const facts = factsAt(second);
    const open: number = facts.discrepancies.open;
    const seenFacts = { ...facts, nowMs, discrepancies: { open, usual } };
    const verdict = judge(seenFacts, new Set(standing.map(incidentKey)));
    const plan = planIncidents(standing, verdict, nowMs);
    usual = usualAfter(usual, open, 15_000);
    const tell = ({ kind, subject }: StandingAlert, what: Told["what"]) =>
      told.push({ at: second, kind, subject, what });
    for (const { alert, because } of plan.closed) tell(alert, because);
    for (const one of plan.seen) if (one.tell) tell(one.alert, one.tell);
    const gone = new Set(plan.closed.map(({ alert }) => alert.id));
    standing = [
      ...standing
        .filter(({ id }) => !gone.has(id))
        .map((alert) => {
          const now = plan.seen.find((one) => one.alert.id === alert.id);
          if (!now) return alert;
          const level = Math.max(alert.level, now.finding.level);
          const { state, snoozedUntilMs } = now;
          return { ...alert, level, state, snoozedUntilMs, lastSeenMs: nowMs };
        }),
      ...plan.opened.map((finding): StandingAlert => {
        const { kind, subject, level } = finding;
        const id = `${incidentKey(finding)} ${String(second)}`;
        return { id, kind, subject, level, state: "open", lastSeenMs: nowMs, snoozedUntilMs: null };
      }),
    ];
    for (const { kind, subject } of plan.opened)
      told.push({ at: second, kind, subject, what: "opened" });
  }
  return told;
}
