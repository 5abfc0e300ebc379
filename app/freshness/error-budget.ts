import type { SampledHour, WindowTotals } from "./age-store.ts";
import type { SlaWindow } from "./sla-window.ts";
import type { ErrorBudget, FreshnessSla, FreshnessState } from "./types.ts";

const minuteMs = 60_000;
const dayMs = 24 * 3_600_000;

/**
 * When to speak of a budget that is being burnt: both windows have to say so, the long one that it
 * matters, the short one that it still goes on.
 * https://sre.google/workbook/alerting-on-slos/ ("Multiwindow, Multi-Burn-Rate Alerts", table 5-8)
 */
const fastBurn = 14.4;
const slowBurn = 6;
/** A blip is no trend, however little was to be seen around it. */
const leastBreachSeconds = 60;
/** A window of which less than this share is known says nothing. */
const leastKnownShare = 0.5;
/** What nothing may be spent of burns infinitely fast; this is as good. */
const mostBurn = 1_000;

/** Which state an age is, by an SLA. Pure. */
export function stateOf(ageSeconds: number, sla: FreshnessSla): FreshnessState {
  if (ageSeconds > sla.breachAfterSeconds) return "breach";
  return ageSeconds > sla.warnAfterSeconds ? "warn" : "ok";
}

/** The SLA of a place: that of the system itself where there is one. Pure. */
export function slaOf(
  slas: readonly FreshnessSla[],
  domain: string,
  system: string | null,
): FreshnessSla | undefined {
  const own = slas.filter((sla) => sla.domain === domain);
  return (
    (system === null ? undefined : own.find((sla) => sla.system === system)) ??
    own.find((sla) => sla.system === undefined)
  );
}

/**
 * What is left of a budget and how fast it goes. `hours`: at least the last seven of the place. What
 * may go wrong is a share of the whole window, also of the part that nothing is known of. Pure.
 */
export function errorBudgetOf(
  sla: FreshnessSla,
  totals: WindowTotals,
  hours: readonly SampledHour[],
  nowMs: number,
  window: SlaWindow,
): ErrorBudget {
  const { knownSeconds, breachSeconds } = totals;
  const allowedSeconds = ((window.toMs - window.fromMs) * allowedShare(sla)) / 1_000;
  const leftSeconds = allowedSeconds - breachSeconds;
  const recent = (minutes: number) => recentTotals(hours, nowMs, minutes);
  const burnOver = (minutes: number) => burnOf(recent(minutes), minutes * 60, sla);
  const burn = {
    last5Minutes: burnOver(5),
    last30Minutes: burnOver(30),
    lastHour: burnOver(60),
    last6Hours: burnOver(360),
  };
  const facts = {
    from: new Date(window.fromMs).toISOString(),
    knownSeconds,
    breachSeconds,
    sliPercent: knownSeconds === 0 ? null : (1 - breachSeconds / knownSeconds) * 100,
    allowedMinutes: allowedSeconds / 60,
    leftMinutes: leftSeconds / 60,
    leftPercent: leftPercent(allowedSeconds, breachSeconds),
    burn,
    burning: burningOf(burn, recent(60), recent(360)),
  };
  return { ...facts, standing: standingOf(facts, sla) };
}

function allowedShare(sla: FreshnessSla): number {
  return (100 - sla.targetPercent) / 100;
}

/** What is left of a budget, in percent of all of it; nothing may be spent of none. Pure. */
export function leftPercent(allowedSeconds: number, breachSeconds: number): number {
  if (breachSeconds === 0) return 100;
  if (allowedSeconds < 1) return -100;
  return (1 - breachSeconds / allowedSeconds) * 100;
}

/** The minutes of the last so many that are over. Pure. */
function recentTotals(hours: readonly SampledHour[], nowMs: number, minutes: number): WindowTotals {
  const endMs = Math.floor(nowMs / minuteMs) * minuteMs;
  let knownSeconds = 0;
  let breachSeconds = 0;
  for (const hour of hours)
    for (let minute = 0; minute < 60; minute += 1) {
      const atMs = hour.hourMs + minute * minuteMs;
      if (atMs < endMs - minutes * minuteMs || atMs >= endMs) continue;
      knownSeconds += hour.known[minute] ?? 0;
      breachSeconds += hour.breach[minute] ?? 0;
    }
  return { knownSeconds, breachSeconds };
}

function burnOf(totals: WindowTotals, seconds: number, sla: FreshnessSla): number | null {
  if (totals.knownSeconds < seconds * leastKnownShare) return null;
  const share = totals.breachSeconds / totals.knownSeconds;
  return share === 0 ? 0 : Math.min(mostBurn, share / allowedShare(sla));
}

function burningOf(
  burn: ErrorBudget["burn"],
  lastHour: WindowTotals,
  last6Hours: WindowTotals,
): ErrorBudget["burning"] {
  const over = (rate: number | null, limit: number) => rate !== null && rate >= limit;
  if (
    over(burn.lastHour, fastBurn) &&
    over(burn.last5Minutes, fastBurn) &&
    lastHour.breachSeconds >= leastBreachSeconds
  )
    return "fast";
  return over(burn.last6Hours, slowBurn) &&
    over(burn.last30Minutes, slowBurn) &&
    last6Hours.breachSeconds >= leastBreachSeconds
    ? "slow"
    : null;
}

function standingOf(
  facts: Omit<ErrorBudget, "standing">,
  sla: FreshnessSla,
): ErrorBudget["standing"] {
  const { knownSeconds, sliPercent } = facts;
  if (sliPercent === null) return "no_data";
  if (facts.breachSeconds > 0 && facts.leftMinutes <= 0) return "exhausted";
  if (knownSeconds * 1_000 < dayMs) return "learning";
  if (sliPercent < sla.targetPercent) return "breached";
  return facts.leftPercent < 25 || facts.burning !== null ? "at_risk" : "met";
}

/**
 * What a place shows at a glance: trouble there is right now comes before what the budget cannot say
 * yet, or still says well. Pure.
 */
export function standingNow(
  standing: ErrorBudget["standing"],
  state: FreshnessState,
): ErrorBudget["standing"] {
  if (standing === "exhausted" || standing === "no_data" || state === "ok") return standing;
  return state === "breach" || standing === "breached" ? "breached" : "at_risk";
}
