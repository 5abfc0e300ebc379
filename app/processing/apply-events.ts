import type { Transaction } from "#app/db.server.ts";
import { recordDiscrepancy, type FoundDiscrepancy } from "#app/discrepancies/index.server.ts";
import {
  bodyPurpose,
  eraseBodies,
  ruleOf,
  settleEvents,
  ShapeError,
  type EventToProcess,
  type Settlement,
  type SignOfLife,
} from "#app/events/index.server.ts";
import type { LagSample } from "#app/freshness/index.server.ts";
import {
  forgetEchoes,
  insertChanges,
  linkSkus,
  moveResources,
  rewriteStates,
} from "#app/mirror/index.server.ts";
import { figuresOf } from "./figures-of.ts";
import { planChanges } from "./plan-changes.ts";
import type { Plan, Understood } from "./plan.ts";
import type { ProcessingDeps, Tally } from "./process-events.ts";
import { readChanges } from "./read-changes.ts";
import { actOnShopEvent } from "./shop-events.ts";

/**
 * Applies events of one shop in arrival order: one read, one lock, one write for all of them.
 * Returns what to count once the transaction's work is done.
 */
export async function applyEvents(
  deps: ProcessingDeps,
  tx: Transaction,
  shop: string,
  events: readonly EventToProcess[],
): Promise<Tally> {
  if (events.length === 0) return { outcomes: [], lags: [], figures: [], signs: [] };
  const startedAtMs = deps.clock.now();
  const { understood, unreadable } = understand(deps, events);
  for (const { event } of understood)
    await actOnShopEvent(deps, tx, event, () => openedBody(deps, event));
  await linkSkus(
    tx,
    shop,
    understood.flatMap((item) => item.meaning.skus),
  );
  const plan = await planChanges(deps, tx, shop, understood);
  const processedAtMs = Math.max(deps.clock.now(), plan.lastAppliedAtMs + 1);
  await Promise.all([
    moveResources(tx, shop, [...plan.moves.values()], processedAtMs),
    rewriteStates(tx, shop, [...plan.recounts.values()]),
    insertChanges(tx, plan.changes, processedAtMs),
  ]);
  await handOver(deps, tx, shop, plan);
  await deps.weighOrders(tx, shop, [...plan.orders.values()]);
  const settlements = [...plan.settlements, ...unreadable];
  await Promise.all([
    settleEvents(tx, settlements, startedAtMs, processedAtMs),
    eraseBodies(tx, plan.erased),
  ]);
  traceProcessed(deps, events, settlements, startedAtMs);
  return {
    outcomes: settlements.map((item) => ({ shop, outcome: item.status, count: 1 })),
    lags: lagsOf(events, startedAtMs, processedAtMs),
    figures: figuresOf(events, plan.outOfOrder),
    signs: signsOf(events, plan),
  };
}

/** A body that turns out to be none says so every time it is read: it is dead at once. */
function understand(
  deps: ProcessingDeps,
  events: readonly EventToProcess[],
): { understood: Understood[]; unreadable: Settlement[] } {
  const understood: Understood[] = [];
  const unreadable: Settlement[] = [];
  for (const event of events)
    try {
      understood.push({ event, meaning: readChanges(event, openedBody(deps, event)) });
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      unreadable.push({ id: event.id, status: "dead", reason: error.message, sku: null });
    }
  return { understood, unreadable };
}

function traceProcessed(
  { tracing, clock }: ProcessingDeps,
  events: readonly EventToProcess[],
  settlements: readonly Settlement[],
  startMs: number,
): void {
  const outcomes = new Map(settlements.map((item) => [item.id, item.status]));
  for (const event of events)
    tracing.record({
      name: `process ${event.topic}`,
      kind: "internal",
      parent: event.traceparent,
      startMs,
      endMs: clock.now(),
      attributes: {
        "converge.event": event.id,
        "converge.outcome": outcomes.get(event.id) ?? "none",
      },
    });
}

function openedBody(deps: ProcessingDeps, event: EventToProcess): string {
  return deps.vault.open(event.body, bodyPurpose(event.id)).toString("utf8");
}

/** Hands over what follows from a plan, in the transaction that moves the mirror. */
async function handOver(
  deps: ProcessingDeps,
  tx: Transaction,
  shop: string,
  plan: Plan,
): Promise<void> {
  // In one order, since two workers may find fault with the same resources.
  for (const found of sortedByResource(plan.discrepancies))
    await recordDiscrepancy(deps, tx, found);
  // Each is recognised once.
  await forgetEchoes(
    tx,
    shop,
    plan.heard.map((echo) => echo.intentId),
  );
  if (plan.changes.length > 0)
    await deps.enqueue(tx, "fan-out-changes", [
      {
        payload: {
          shop,
          changeIds: plan.changes.map((change) => change.id),
          oldest: oldestByDomain(plan.changes),
        },
        group: shop,
        weight: plan.changes.length,
      },
    ]);
  for (const name of ["write-back", "write-stock"] as const)
    await deps.enqueue(
      tx,
      name,
      plan.writes
        .filter(({ domain }) => (domain === "inventory") === (name === "write-stock"))
        .map((payload) => ({ payload, group: shop })),
    );
  await deps.enqueue(
    tx,
    "set-pool",
    plan.pools.map((payload) => ({ payload, group: shop })),
  );
  await deps.enqueue(
    tx,
    "link-store",
    [...plan.links.values()].map((payload) => ({ payload, group: shop })),
  );
  await deps.enqueue(
    tx,
    "count-pool-level",
    [...plan.counts.values()].map(({ payload, lowers }) => ({
      payload,
      group: shop,
      // A store that sells what another one has sold goes before everything else.
      priority: lowers ? 10 : 1,
    })),
  );
  await deps.enqueue(
    tx,
    "confirm-resource",
    [...plan.confirms.values()].map(({ payload, afterSeconds }) => ({
      payload,
      group: shop,
      startAfterSeconds: afterSeconds,
    })),
  );
}

/** How far back what is handed over goes: until it is, systems are that old. */
function oldestByDomain(changes: Plan["changes"]): Record<string, number> {
  const oldest: Record<string, number> = {};
  for (const { domain, versionAtMs } of changes)
    oldest[domain] = Math.min(versionAtMs, oldest[domain] ?? Infinity);
  return oldest;
}

function sortedByResource(found: readonly FoundDiscrepancy[]): FoundDiscrepancy[] {
  const keyOf = (item: FoundDiscrepancy) => `${item.domain} ${item.resource.id}`;
  return [...found].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

function signsOf(events: readonly EventToProcess[], plan: Plan): SignOfLife[] {
  const applied = new Set(
    plan.settlements.filter((item) => item.status === "applied").map((item) => item.id),
  );
  return events.map((event) => ({
    ...event,
    receivedAtMs: event.receivedAt.getTime(),
    applied: applied.has(event.id),
  }));
}

function lagsOf(
  events: readonly EventToProcess[],
  startedAtMs: number,
  processedAtMs: number,
): LagSample[] {
  return events.flatMap((event) => {
    const rule = ruleOf(event.topic);
    if (rule.kind !== "change") return [];
    const { shop } = event;
    const receivedAtMs = event.receivedAt.getTime();
    const triggeredAtMs = event.triggeredAt?.getTime() ?? receivedAtMs;
    const { domain } = rule;
    return [
      { shop, domain, stage: "transit", lagMs: receivedAtMs - triggeredAtMs },
      { shop, domain, stage: "queue", lagMs: startedAtMs - receivedAtMs },
      { shop, domain, stage: "processing", lagMs: processedAtMs - startedAtMs },
    ];
  });
}
