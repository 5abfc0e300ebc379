import type { Transaction } from "#app/db.server.ts";
import {
  bodyPurpose,
  ruleOf,
  settleEvents,
  stringifyLossless,
  type EventToProcess,
  type Settlement,
} from "#app/events/index.server.ts";
import type { LagSample } from "#app/freshness/index.server.ts";
import {
  changePurpose,
  digestOf,
  insertChanges,
  linkSkus,
  lockResources,
  moveResources,
  skusOf,
  type KnownResource,
  type NewChange,
  type ResourceMove,
} from "#app/mirror/index.server.ts";
import { decideChange } from "./decide-change.ts";
import type { ProcessingDeps, Tally } from "./process-events.ts";
import { readChanges, type EventMeaning, type ResourceChange } from "./read-changes.ts";
import { actOnShopEvent } from "./shop-events.ts";

interface Understood {
  readonly event: EventToProcess;
  readonly meaning: EventMeaning;
}

/** Everything a run of events changes, gathered before anything is written. */
interface Plan {
  readonly changes: NewChange[];
  readonly moves: Map<string, ResourceMove>;
  readonly settlements: Settlement[];
  /**
   * When any of the locked resources was moved last. What is moved now is dated after it, though
   * that worker's clock be ahead of ours: delivery tells versions of one stamp apart by this date.
   */
  readonly lastAppliedAtMs: number;
}

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
  if (events.length === 0) return { outcomes: [], lags: [] };
  const startedAtMs = deps.clock.now();
  const understood = events.map((event) => ({
    event,
    meaning: readChanges(event, openedBody(deps, event)),
  }));
  for (const { event } of understood)
    await actOnShopEvent(deps, tx, event, () => openedBody(deps, event));
  await linkSkus(
    tx,
    shop,
    understood.flatMap((item) => item.meaning.skus),
  );
  const plan = await planChanges(deps, tx, shop, understood);
  const processedAtMs = Math.max(deps.clock.now(), plan.lastAppliedAtMs + 1);
  await moveResources(tx, shop, [...plan.moves.values()], processedAtMs);
  await insertChanges(tx, plan.changes, processedAtMs);
  if (plan.changes.length > 0)
    await deps.enqueue(tx, "fan-out-changes", [
      { payload: { shop, changeIds: plan.changes.map((change) => change.id) }, group: shop },
    ]);
  await settleEvents(tx, plan.settlements, startedAtMs, processedAtMs);
  return {
    outcomes: plan.settlements.map((item) => ({ shop, outcome: item.status, count: 1 })),
    lags: lagsOf(events, startedAtMs, processedAtMs),
  };
}

function openedBody(deps: ProcessingDeps, event: EventToProcess): string {
  return deps.vault.open(event.body, bodyPurpose(event.id)).toString("utf8");
}

async function planChanges(
  deps: ProcessingDeps,
  tx: Transaction,
  shop: string,
  understood: readonly Understood[],
): Promise<Plan> {
  const all = understood.flatMap((item) => item.meaning.changes);
  const known = await lockResources(
    tx,
    shop,
    all.map((change) => ({ type: change.resourceType, id: change.resourceId })),
  );
  const items = all.flatMap((change) => change.inventoryItemId ?? []);
  const skus = await skusOf(tx, shop, items);
  const lastAppliedAtMs = Math.max(-Infinity, ...[...known.values()].map((one) => one.appliedAtMs));
  const plan: Plan = { changes: [], moves: new Map(), settlements: [], lastAppliedAtMs };
  for (const { event, meaning } of understood) {
    const [main, ...derived] = meaning.changes;
    const superseded = main ? planChange(deps, plan, known, skus, event, main, 0) : null;
    // What came along with a superseded change is as old: of a product that is gone, no price either.
    if (superseded === null)
      derived.forEach((change, index) => {
        planChange(deps, plan, known, skus, event, change, index + 1);
      });
    plan.settlements.push({
      id: event.id,
      status: superseded === null ? "applied" : "superseded",
      reason: superseded,
      sku: main ? skuOf(main, skus) : null,
    });
  }
  return plan;
}

/** Decides one change and notes what follows; returns the reason when it was superseded. */
function planChange(
  deps: ProcessingDeps,
  plan: Plan,
  known: Map<string, KnownResource>,
  skus: ReadonlyMap<string, string>,
  event: EventToProcess,
  change: ResourceChange,
  index: number,
): string | null {
  const key = `${change.resourceType} ${change.resourceId}`;
  const current = known.get(key);
  if (!current) throw new Error(`${key} was not locked`);
  const versionAtMs = (event.versionAt ?? event.receivedAt).getTime();
  const version = event.version ?? event.receivedAt.toISOString();
  const triggeredAtMs = event.triggeredAt?.getTime() ?? null;
  const digest = digestOf({ deleted: change.deleted, data: change.data });
  const arrived = { versionAtMs, triggeredAtMs, digest, derived: change.derived, version };
  const decision = decideChange(arrived, current);
  if (decision.verdict === "superseded") return decision.reason;
  if (decision.verdict === "unchanged") return null;
  // Several events of one run may move one resource: the next one is held against this one.
  known.set(key, { ...current, ...arrived, deleted: change.deleted });
  const id = index === 0 ? `evt_${event.id}` : `evt_${event.id}.${String(index)}`;
  const data = stringifyLossless(change.data);
  plan.moves.set(key, {
    type: change.resourceType,
    id: change.resourceId,
    version,
    versionAtMs,
    triggeredAtMs,
    deleted: change.deleted,
    digest,
    state: deps.vault.seal(data, `mirror:${event.shop}:${key}`),
    eventId: event.id,
  });
  plan.changes.push({
    id,
    shop: event.shop,
    eventId: event.id,
    domain: change.domain,
    type: change.type,
    resourceType: change.resourceType,
    resourceId: change.resourceId,
    version,
    versionAtMs,
    sku: skuOf(change, skus),
    source: event.source,
    correlationId: event.correlationId,
    traceparent: event.traceparent,
    occurredAtMs: (event.triggeredAt ?? event.receivedAt).getTime(),
    receivedAtMs: event.receivedAt.getTime(),
    data: deps.vault.seal(data, changePurpose(id)),
  });
  return null;
}

function skuOf(change: ResourceChange, skus: ReadonlyMap<string, string>): string | null {
  return change.sku ?? (change.inventoryItemId ? (skus.get(change.inventoryItemId) ?? null) : null);
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
