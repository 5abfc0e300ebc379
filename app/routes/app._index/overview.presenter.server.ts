import { standingAlerts } from "#app/alerts/index.server.ts";
import type { AppContext } from "#app/context.server.ts";
import { readExposure } from "#app/coordination/index.server.ts";
import { readFreshness } from "#app/staleness/index.server.ts";
import { countOpenDiscrepancies, foundSeries } from "#app/discrepancies/index.server.ts";
import {
  deadLetterTotals,
  deadSeries,
  listDeadLetters,
  systemHealth,
} from "#app/delivery/index.server.ts";
import type { SystemHealth } from "#app/delivery/types.ts";
import { listEvents, outcomeSeries } from "#app/events/index.server.ts";
import { domainLags, hasChosenSlas } from "#app/freshness/index.server.ts";
import type { Freshness } from "#app/freshness/types.ts";
import { hasChosenRules } from "#app/ownership/index.server.ts";
import { listRuns } from "#app/reconciliation/index.server.ts";
import { dismissSetup, getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import { healthState } from "#app/ui/words.ts";
import type { HealthState } from "#app/ui/words.ts";
import { byUrgency } from "#app/ui/sla-words.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { attentionShown, needsAttention } from "./attention.ts";
import { noticeOf } from "./notice.ts";
import { ranges, spansOf } from "./ranges.ts";
import type { RangeName } from "./ranges.ts";

/** Everything the overview shows, read at one moment. */
export async function loadOverview(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  rangeName: RangeName,
) {
  const nowMs = clock.now();
  const range = ranges[rangeName];
  const lag = spansOf(nowMs, range.windowMs, range.lagSpanMs);
  const bars = spansOf(nowMs, range.windowMs, range.barSpanMs);
  const [
    view,
    systems,
    health,
    lags,
    outcomes,
    totals,
    unreadable,
    discrepancies,
    slas,
    day,
    setup,
    alerts,
    exposure,
  ] = await Promise.all([
    getShop(db, shop),
    listSystems(db, shop),
    systemHealth(db, shop, nowMs),
    domainLags(db, shop, lag.fromMs, lag.toMs, lag.points),
    outcomeSeries(db, shop, bars.fromMs, bars.toMs, bars.points),
    deadLetterTotals(db, shop),
    listEvents(db, shop, { status: "dead" }, { limit: 1 }),
    countOpenDiscrepancies(db, shop),
    readFreshness({ db, clock }, shop),
    readDay(db, shop, nowMs),
    readSetup(db, shop),
    unsnoozedAlerts(db, shop, nowMs),
    readExposure({ db, clock }, shop),
  ]);
  const newest = await newestDeadPerSystem(db, shop, totals.bySystem);
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    range: rangeName,
    lags,
    lagTimes: timesOf(lag.fromMs, range.lagSpanMs, lag.points),
    outcomes,
    barSpanMs: range.barSpanMs,
    dead: {
      count: totals.deliveries + totals.events,
      capped: totals.capped,
      oldestAt: totals.oldestAt,
    },
    health: countStates(systems, health, totals.bySystem, nowMs),
    waiting: waitingOf(systems, health),
    discrepancies: { ...discrepancies, found: day.found },
    deadPerHour: day.dead,
    slas: slasOf(slas),
    exposure,
    attention: needsAttention({
      alerts,
      systems,
      health,
      lags,
      deadBySystem: newest,
      discrepancies,
      deadEvents: { count: totals.events, newestAt: unreadable.items[0]?.receivedAt ?? null },
      nowMs,
    }),
    notice: noticeOf({ view, systems, alerts }),
    setup: {
      ...setup,
      dismissed: view !== null && view.setupDismissedAt !== null,
      hasSystem: systems.length > 0,
    },
  };
}

/** The worst of them; a list of all has a screen of its own. */
const alertsRead = 50;
const hours = 24;

/** What went wrong in each of the last 24 hours. */
async function readDay(db: AppContext["db"], shop: string, nowMs: number) {
  const { fromMs, toMs, points } = spansOf(nowMs, hours * 3_600_000, 3_600_000);
  const [dead, found] = await Promise.all([
    deadSeries(db, shop, fromMs, toMs, points),
    foundSeries(db, shop, fromMs, toMs, points),
  ]);
  return { dead, found };
}

/** How far the merchant has come with what makes Converge useful. */
async function readSetup(db: AppContext["db"], shop: string) {
  const [events, hasOwners, hasSla, runs] = await Promise.all([
    listEvents(db, shop, {}, { limit: 1 }),
    hasChosenRules(db, shop),
    hasChosenSlas(db, shop),
    listRuns(db, shop, {}, { limit: 1 }),
  ]);
  return {
    hasEvent: events.items.length > 0,
    hasOwners,
    hasSla,
    hasComparison: runs.items.length > 0,
  };
}

/** The SLAs by standing, and the one that needs a person most. */
function slasOf(all: readonly Freshness[]) {
  const [worst] = byUrgency(all);
  return {
    standings: all.map(({ budget }) => budget.standing),
    worst: worst
      ? {
          ages: worst.sparkline.map(({ ageSeconds }) => ageSeconds),
          breachAfterSeconds: worst.sla.breachAfterSeconds,
        }
      : null,
  };
}

/** Puts the setup guide away for everybody who works in the shop. */
export async function dismissGuide(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
): Promise<ActionOutcome> {
  await dismissSetup(db, shop, clock.now());
  return { ok: true, toast: "Guide dismissed" };
}

/** The systems with most dead letters, as many as can be shown, with the time of the newest of each. */
async function newestDeadPerSystem(
  db: AppContext["db"],
  shop: string,
  bySystem: readonly { readonly systemId: string; readonly count: number }[],
) {
  const worst = [...bySystem].sort((a, b) => b.count - a.count).slice(0, attentionShown);
  return Promise.all(
    worst.map(async ({ systemId, count }) => {
      const { items } = await listDeadLetters(db, shop, { limit: 1, systemId });
      return { systemId, count, newestAt: items[0]?.at ?? null };
    }),
  );
}

/** What `loadOverview` promises to the screen. */
export type Overview = Awaited<ReturnType<typeof loadOverview>>;

/** What is wrong and nobody has put off. */
async function unsnoozedAlerts(db: AppContext["db"], shop: string, nowMs: number) {
  const alerts = await standingAlerts(db, shop, alertsRead);
  return alerts.filter(
    ({ snoozedUntil }) => snoozedUntil === null || Date.parse(snoozedUntil) <= nowMs,
  );
}

function countStates(
  systems: readonly SystemView[],
  health: readonly SystemHealth[],
  dead: readonly { readonly systemId: string; readonly count: number }[],
  nowMs: number,
): Partial<Record<HealthState, number>> {
  const counts: Partial<Record<HealthState, number>> = {};
  for (const system of systems) {
    const state = healthState(
      system.status,
      health.find((item) => item.systemId === system.id) ?? null,
      dead.find((item) => item.systemId === system.id)?.count ?? 0,
      nowMs,
    );
    counts[state] = (counts[state] ?? 0) + 1;
  }
  return counts;
}

function waitingOf(systems: readonly SystemView[], health: readonly SystemHealth[]) {
  const ids = new Set(systems.map((system) => system.id));
  const known = health.filter((item) => ids.has(item.systemId));
  const oldest = known.map((item) => item.oldestWaitingSeconds ?? 0);
  return {
    count: known.reduce((sum, item) => sum + item.waiting, 0),
    oldestSeconds: Math.max(0, ...oldest),
  };
}

function timesOf(fromMs: number, spanMs: number, points: number): string[] {
  return Array.from({ length: points }, (_, n) => new Date(fromMs + n * spanMs).toISOString());
}
