import type { Clock, Queryable } from "#app/db.server.ts";
import {
  ageSeries,
  errorBudgetOf,
  isExcluded,
  placeKey,
  readHours,
  type SampledHour,
  standingNow,
  stateOf,
  type WindowTotals,
  windowOf,
  windowTotals,
} from "#app/freshness/index.server.ts";
import type { Freshness } from "#app/freshness/types.ts";
import { countOf, countUnfinished, type UnfinishedCounts } from "./count-unfinished.ts";
import { proofOf } from "./explain-staleness.ts";
import { type Flow, gatherFlows } from "./gather-flows.ts";
import { stalenessOf } from "./staleness-rule.ts";

/** What reading freshness takes. */
export interface FreshnessDeps {
  readonly db: Queryable;
  readonly clock: Clock;
}

const dayMs = 24 * 3_600_000;
const sparklinePoints = 48;
const nothingKnown: WindowTotals = { knownSeconds: 0, breachSeconds: 0 };

/**
 * How fresh everything of a shop is at this moment, with proof, and how its SLAs were kept: by kind of
 * data, Converge first, then its systems. Empty when the app is not installed there.
 */
export async function readFreshness(deps: FreshnessDeps, shop: string): Promise<Freshness[]> {
  return freshnessOf(deps, shop, await gatherFlows(deps.db, [shop]));
}

/** The same of some flows of a shop. */
export async function freshnessOf(
  { db, clock }: FreshnessDeps,
  shop: string,
  flows: readonly Flow[],
): Promise<Freshness[]> {
  if (flows.length === 0) return [];
  const nowMs = clock.now();
  const windows = flows.map(({ domain, system, sla, shop: { timeZone } }) => ({
    domain,
    system: system?.id ?? null,
    fromMs: windowOf(sla, nowMs, timeZone).fromMs,
  }));
  const [only] = flows.length === 1 ? windows : [];
  const [counts, totals, hours] = await Promise.all([
    countUnfinished(db, flows),
    windowTotals(db, shop, windows),
    readHours(db, shop, nowMs - dayMs, nowMs, only),
  ]);
  const history: History = { counts, totals, hours: Map.groupBy(hours, keyOf) };
  return flows.map((flow) => viewOf(flow, history, nowMs));
}

interface History {
  readonly counts: UnfinishedCounts;
  readonly totals: ReadonlyMap<string, WindowTotals>;
  readonly hours: ReadonlyMap<string, readonly SampledHour[]>;
}

function keyOf({ domain, system }: SampledHour): string {
  return placeKey(domain, system);
}

function viewOf(flow: Flow, history: History, nowMs: number): Freshness {
  const { sla, domain } = flow;
  const { timeZone } = flow.shop;
  const system = flow.system?.id ?? null;
  const staleness = stalenessOf(flow.evidence, nowMs);
  const stalenessSeconds = staleness.stalenessMs / 1_000;
  const key = placeKey(domain, system);
  const hours = history.hours.get(key) ?? [];
  const state = stateOf(stalenessSeconds, sla);
  const excluded = isExcluded(flow.exclusions, { domain, system }, nowMs, timeZone);
  const totals = history.totals.get(key) ?? nothingKnown;
  const budget = errorBudgetOf(sla, totals, hours, nowMs, windowOf(sla, nowMs, timeZone));
  return {
    domain,
    system,
    systemName: flow.system?.name ?? null,
    stalenessSeconds,
    completeUpTo: new Date(staleness.completeUpToMs).toISOString(),
    state,
    excluded,
    sla,
    proof: proofOf(flow, staleness, countOf(history.counts, flow)),
    budget: excluded ? budget : { ...budget, standing: standingNow(budget.standing, state) },
    sparkline: ageSeries(hours, nowMs - dayMs, nowMs, sparklinePoints),
  };
}
