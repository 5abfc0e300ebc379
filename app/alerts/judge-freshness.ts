import type { Freshness } from "#app/freshness/types.ts";
import { type Finding, flowSubject, incidentKey } from "./finding.ts";

/** One kind of data in one system, as the rules see it. */
export type FlowFacts = Pick<
  Freshness,
  "domain" | "system" | "systemName" | "state" | "stalenessSeconds" | "sla" | "excluded"
> & {
  readonly heldUpBy: Freshness["proof"]["heldUpBy"];
  readonly burning: Freshness["budget"]["burning"];
  /** The fastest of late: how many times too fast the budget is used. */
  readonly burn: number;
  /** Of what may go wrong in the window; below zero: more went wrong. */
  readonly leftMinutes: number;
};

/** What the rules take of how fresh something is. Pure. */
export function flowFacts(fresh: Freshness): FlowFacts {
  const { domain, system, systemName, state, stalenessSeconds, sla, excluded } = fresh;
  const { proof, budget } = fresh;
  const { lastHour, last6Hours } = budget.burn;
  return {
    domain,
    system,
    systemName,
    state,
    stalenessSeconds,
    sla,
    excluded,
    heldUpBy: proof.heldUpBy,
    burning: budget.burning,
    burn: Math.max(lastHour ?? 0, last6Hours ?? 0),
    leftMinutes: budget.leftMinutes,
  };
}

/**
 * What is wrong with how fresh one flow is. A breach, once told, goes on until the data is back below
 * the warning or nothing is in the way any more. A warning needs something in the way, too: between
 * two reads of Shopify data is always as old as the last one, and the next moves it on. What was never
 * read is being set up. In quiet hours and maintenance windows no age is too old; what is over then is
 * over for the alert as well. Pure.
 */
export function judgeFlow(flow: FlowFacts, open: ReadonlySet<string>): Finding[] {
  if (flow.heldUpBy === "never_read") return [];
  return [...(flow.excluded ? [] : late(flow, open)), ...burning(flow)];
}

function late(flow: FlowFacts, open: ReadonlySet<string>): Finding[] {
  const breached = { ...about(flow), kind: "sla_breach", severity: "critical" } as const;
  const heldUp = flow.heldUpBy !== null && flow.state !== "ok";
  const goesOn = heldUp && open.has(incidentKey(breached));
  if (flow.state === "breach" || goesOn) return [breached];
  return heldUp ? [{ ...about(flow), kind: "sla_warn", severity: "caution" }] : [];
}

/** Fast: the budget is gone within two days. Slow: within five. */
function burning(flow: FlowFacts): Finding[] {
  if (flow.burning === null) return [];
  const fast = flow.burning === "fast";
  const severity = fast ? "critical" : "caution";
  return [{ ...about(flow), kind: "sla_burn", severity, level: fast ? 2 : 1 }];
}

/** In how many seconds the budget is gone at its present rate; null: it is not being used, or there is none. */
function goneInSeconds({ leftMinutes, burn, sla }: FlowFacts): number | null {
  const usedPerSecond = (burn * (100 - sla.targetPercent)) / 100;
  return usedPerSecond > 0 ? Math.round((Math.max(0, leftMinutes) * 60) / usedPerSecond) : null;
}

function about(flow: FlowFacts) {
  const { domain, system, sla } = flow;
  return {
    subject: flowSubject(domain, system),
    domain,
    systemId: system,
    level: 1,
    detail: {
      name: flow.systemName,
      stalenessSeconds: Math.round(flow.stalenessSeconds),
      warnAfterSeconds: sla.warnAfterSeconds,
      breachAfterSeconds: sla.breachAfterSeconds,
      heldUpBy: flow.heldUpBy,
      burn: Math.round(flow.burn * 10) / 10,
      budgetLeftSeconds: goneInSeconds(flow),
    },
  };
}
