import type { DataDomain } from "#app/data-domains.ts";
import {
  ageSeries,
  leftPercent,
  readBreaches,
  readHours,
  type SampledHour,
  type StoredBreach,
  type SlaWindow,
  windowOf,
} from "#app/freshness/index.server.ts";
import type { BreachSpan, Freshness, FreshnessDetail } from "#app/freshness/types.ts";
import { completedReads } from "#app/polling/index.server.ts";
import { feedOf } from "#app/polling/types.ts";
import { gatherFlows } from "./gather-flows.ts";
import { type FreshnessDeps, freshnessOf } from "./read-freshness.ts";

const minuteMs = 60_000;
const mostPoints = 720;
const mostBurnPoints = 90;
const mostBreaches = 50;
const mostConsumers = 10;
/** So many breaches of a window are weighed against each other. */
const weighed = 1_000;
/** A breach nobody has seen for this long ended when it was last seen. */
const seenWithinMs = 120_000;

/**
 * One kind of data in one system (null: in Converge) over a time (epoch milliseconds), with its budget
 * over the SLA's own window; null when there is no such flow. At most 2,160 rows, however long the
 * history is and whatever happened in it.
 */
export async function readFreshnessDetail(
  deps: FreshnessDeps,
  shop: string,
  domain: DataDomain,
  system: string | null,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<FreshnessDetail | null> {
  const flows = await gatherFlows(deps.db, [shop]);
  const flow = flows.find((one) => one.domain === domain && (one.system?.id ?? null) === system);
  const [view] = flow === undefined ? [] : await freshnessOf(deps, shop, [flow]);
  if (flow === undefined || view === undefined) return null;
  const { db } = deps;
  const nowMs = deps.clock.now();
  const place = { shop, domain, system };
  const window = windowOf(view.sla, nowMs, flow.shop.timeZone);
  const sinceMs = window.fromMs;
  const [hours, within, ofWindow, loads] = await Promise.all([
    readHours(db, shop, Math.min(fromMs, sinceMs), Math.max(toMs, nowMs), place),
    readBreaches(db, place, fromMs, toMs, mostBreaches),
    readBreaches(db, place, sinceMs, nowMs, weighed),
    completedReads(db, shop, feedOf[domain], fromMs, toMs),
  ]);
  const breaches = within.map((one) => spanOf(one, fromMs, Math.min(toMs, nowMs), nowMs));
  const longestBreachSeconds = Math.max(0, ...breaches.map((one) => one.seconds));
  return {
    ...view,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    ages: ageSeries(hours, fromMs, toMs, pointsOf(fromMs, toMs)),
    breaches,
    consumers: consumersOf(
      view,
      ofWindow.map((one) => spanOf(one, sinceMs, nowMs, nowMs)),
    ),
    burnDown: burnDownOf(view, hours, window, nowMs),
    loads: loads.map((at) => at.toISOString()),
    // A minute is written down when it is over; the breach under way counts up to now.
    breachSeconds: Math.max(breachSecondsOf(hours, fromMs, toMs), longestBreachSeconds),
    longestBreachSeconds,
  };
}

/** A minute is the finest there is. */
function pointsOf(fromMs: number, toMs: number): number {
  return Math.max(1, Math.min(mostPoints, Math.ceil((toMs - fromMs) / minuteMs)));
}

function spanOf(breach: StoredBreach, fromMs: number, toMs: number, nowMs: number): BreachSpan {
  const isOver = breach.endedAt !== null || breach.seenAt.getTime() < nowMs - seenWithinMs;
  const endMs = isOver ? (breach.endedAt ?? breach.seenAt).getTime() : nowMs;
  const seconds = (Math.min(endMs, toMs) - Math.max(breach.beganAt.getTime(), fromMs)) / 1_000;
  return {
    from: breach.beganAt.toISOString(),
    to: isOver ? new Date(endMs).toISOString() : null,
    seconds: Math.max(0, Math.round(seconds)),
    worstAgeSeconds: breach.worstAgeSeconds,
    heldUpBy: breach.heldUpBy,
    sentence: breach.sentence,
    eventId: breach.eventId,
  };
}

function consumersOf(
  { budget }: Freshness,
  spans: readonly BreachSpan[],
): FreshnessDetail["consumers"] {
  const allowedSeconds = budget.allowedMinutes * 60;
  return [...spans]
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, mostConsumers)
    .map((span) => ({ ...span, budgetPercent: 100 - leftPercent(allowedSeconds, span.seconds) }));
}

/** What was left at the end of each of equal spans of the window up to now, beside a pace that is even to its end. */
function burnDownOf(
  { budget, sla }: Freshness,
  hours: readonly SampledHour[],
  window: SlaWindow,
  nowMs: number,
): FreshnessDetail["burnDown"] {
  const { fromMs } = window;
  const spans = Math.min(mostBurnPoints - 1, sla.windowDays * 24);
  const spanMs = (nowMs - fromMs) / spans;
  const spent = Array.from({ length: spans }, () => 0);
  for (const { atMs, breachSeconds } of minutesOf(hours)) {
    const slot = Math.floor((atMs - fromMs) / spanMs);
    if (slot >= 0 && slot < spans) spent[slot] = (spent[slot] ?? 0) + breachSeconds;
  }
  let soFar = 0;
  return [0, ...spent].map((seconds, index) => {
    soFar += seconds;
    return {
      at: new Date(fromMs + index * spanMs).toISOString(),
      leftPercent: leftPercent(budget.allowedMinutes * 60, soFar),
      evenPercent: 100 * (1 - (index * spanMs) / (window.toMs - fromMs)),
    };
  });
}

function breachSecondsOf(hours: readonly SampledHour[], fromMs: number, toMs: number): number {
  let seconds = 0;
  for (const { atMs, breachSeconds } of minutesOf(hours))
    if (atMs >= fromMs && atMs < toMs) seconds += breachSeconds;
  return seconds;
}

function* minutesOf(hours: readonly SampledHour[]) {
  for (const { hourMs, breach } of hours)
    for (const [minute, breachSeconds] of breach.entries())
      if (breachSeconds !== null) yield { atMs: hourMs + minute * minuteMs, breachSeconds };
}
