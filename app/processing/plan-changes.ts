import {
  commerceAmong,
  erasedReason,
  parseLossless,
  stringifyLossless,
  type EventToProcess,
} from "#app/events/index.server.ts";
import type { Transaction } from "#app/db.server.ts";
import {
  changePurpose,
  digestOf,
  erasuresOf,
  lockResources,
  pendingEchoes,
  skusOf,
  statePurpose,
  statesOf,
} from "#app/mirror/index.server.ts";
import { readRules } from "#app/ownership/index.server.ts";
import { askWhichHolds } from "./ask-shopify.ts";
import { decideChange, type ArrivedChange, type ChangeVerdict } from "./decide-change.ts";
import { comparableOf, sameFields } from "./fields-of.ts";
import { confirmPoints, metafieldOf } from "./confirm-points.ts";
import { countPooled } from "./count-pooled.ts";
import { hearEcho, judgeChange, ruleFor } from "./judge-change.ts";
import { emptyPlan, type Knowledge, type Plan, type Understood } from "./plan.ts";
import type { ProcessingDeps } from "./process-events.ts";
import { planWrite } from "./plan-write.ts";
import type { EventMeaning, ResourceChange } from "./read-changes.ts";

/** Locks what a run of events is about and reads everything its decisions need. */
async function learn(
  deps: ProcessingDeps,
  tx: Transaction,
  shop: string,
  understood: readonly Understood[],
): Promise<Knowledge> {
  const all = understood.flatMap(({ event, meaning }) =>
    meaning.changes.map((change) => ({ event, change })),
  );
  const keys = all.map(({ change }) => ({ type: change.resourceType, id: change.resourceId }));
  const known = await lockResources(tx, shop, keys);
  const items = all.flatMap(({ change }) => change.inventoryItemId ?? []);
  const rules = new Map((await readRules(tx, shop)).map((rule) => [rule.domain as string, rule]));
  const judged = all.filter(
    ({ event, change }) => isRead(event) || rules.get(change.domain)?.owner !== "shopify",
  );
  const sealed = await statesOf(
    tx,
    shop,
    judged.map(({ change }) => ({ type: change.resourceType, id: change.resourceId })),
  );
  const counts = judged.filter(({ event, change }) => isRead(event) && change.counted);
  const skus = await skusOf(tx, shop, items);
  return {
    known,
    states: new Map([...sealed].map(([key, state]) => [key, openState(deps, shop, key, state)])),
    skus,
    rules,
    metafield: await metafieldOf(
      tx,
      shop,
      rules.get("loyalty"),
      all.map(({ change }) => change),
    ),
    erasures: await erasuresOf(tx, shop, [
      ...new Set(all.flatMap(({ change }) => [change.resourceId, change.belongsTo ?? []].flat())),
    ]),
    echoes: await pendingEchoes(tx, shop, [...new Set(keys.map((key) => key.id))]),
    pooled: await deps.pooledLevels(
      tx,
      shop,
      all.flatMap(({ change }) =>
        change.domain === "inventory"
          ? [
              {
                levelId: change.resourceId,
                sku: skuOf(change, skus),
                locationId: placeOf(change),
              },
            ]
          : [],
      ),
    ),
    commerce: await commerceAmong(
      tx,
      shop,
      counts.map(({ event }) => event.correlationId),
    ),
  };
}

/** At which location a stock level is, where the change tells. */
function placeOf({ data }: ResourceChange): string | null {
  const { locationId } = data;
  return typeof locationId === "string" ? locationId : null;
}

function openState(
  deps: ProcessingDeps,
  shop: string,
  key: string,
  state: Buffer,
): Readonly<Record<string, unknown>> {
  const [type = "", ...id] = key.split(" ");
  const text = deps.vault.open(state, statePurpose(shop, type, id.join(" "))).toString("utf8");
  return parseLossless(text) as Readonly<Record<string, unknown>>;
}

/** Whether Converge read this itself, by id or in passing. */
function isRead(event: EventToProcess): boolean {
  return event.source === "poll" || event.source === "reconciliation";
}

function isOvertaken(verdict: ChangeVerdict | null): boolean {
  return verdict?.verdict === "superseded" && verdict.stale;
}

/** Decides every change of some events of one shop, in order; nothing is written yet. */
export async function planChanges(
  deps: ProcessingDeps,
  tx: Transaction,
  shop: string,
  understood: readonly Understood[],
): Promise<Plan> {
  const knowledge = await learn(deps, tx, shop, understood);
  const plan = emptyPlan(knowledge.known);
  for (const { event, meaning } of understood) {
    if (isErased(knowledge, event, meaning)) {
      plan.erased.push(event.id);
      plan.settlements.push({ id: event.id, status: "ignored", reason: erasedReason, sku: null });
      continue;
    }
    if (meaning.write) {
      plan.settlements.push(planWrite(plan, knowledge, event, meaning.write));
      continue;
    }
    const [main, ...derived] = meaning.changes;
    const verdict = main ? planChange(deps, plan, knowledge, event, main, 0) : null;
    if (isOvertaken(verdict)) plan.outOfOrder.add(event.id);
    noteOrder(plan, event, main, verdict);
    const reason = verdict !== null && "reason" in verdict ? verdict.reason : null;
    // What came along with a superseded change is as old: of a product that is gone, no price
    // either. A read is the exception: its product may be as known while a price is not.
    const goOn =
      reason === null || (isRead(event) && verdict?.verdict === "superseded" && !verdict.stale);
    if (goOn)
      derived.forEach((change, index) => {
        planChange(deps, plan, knowledge, event, change, index + 1);
      });
    plan.settlements.push({
      id: event.id,
      status: reason === null ? "applied" : "superseded",
      reason,
      sku: main ? skuOf(main, knowledge.skus) : null,
    });
  }
  return plan;
}

/** Whether an event tells of a time that was erased for its person. */
function isErased(
  { erasures }: Knowledge,
  event: EventToProcess,
  { changes: [main] }: EventMeaning,
): boolean {
  if (!main) return false;
  const atMs = (event.triggeredAt ?? event.receivedAt).getTime();
  return [main.resourceId, main.belongsTo].some(
    (id) => id !== null && atMs <= (erasures.get(id) ?? -Infinity),
  );
}

/** Decides one change and notes what follows. */
function planChange(
  deps: ProcessingDeps,
  plan: Plan,
  knowledge: Knowledge,
  event: EventToProcess,
  change: ResourceChange,
  index: number,
): ChangeVerdict {
  const key = `${change.resourceType} ${change.resourceId}`;
  const current = knowledge.known.get(key);
  if (!current) throw new Error(`${key} was not locked`);
  const arrived = arrivedChange(knowledge, event, change, key);
  const decision = decideChange(arrived, current);
  const { version, versionAtMs } = arrived;
  const rule = ruleFor(knowledge, change.domain);
  const trial = {
    event,
    change,
    key,
    rule,
    sku: skuOf(change, knowledge.skus),
    version,
    versionAtMs,
  };
  if (decision.verdict === "ask") askWhichHolds(plan, event, change, versionAtMs);
  const again = decision.verdict === "superseded" && !decision.stale;
  if (again && isRead(event) && change.counted && rule.owner !== "shopify") {
    // Nothing new for systems, but the count says whose the last change was.
    const beside = judgeChange(knowledge, plan, trial, undefined);
    keepState(deps, plan, knowledge, trial, { ...change.data, ...beside });
  }
  if (decision.verdict !== "apply") return decision;
  if (change.resourceType === "Customer" && knowledge.metafield !== null)
    confirmPoints(plan, event, { id: change.resourceId, versionAtMs }, knowledge.metafield);
  const echo = hearEcho(knowledge, plan, change, versionAtMs);
  countPooled(knowledge, plan, event, change);
  const beside = judgeChange(knowledge, plan, trial, echo);
  const state = { ...change.data, ...beside };
  knowledge.known.set(key, {
    ...current,
    ...arrived,
    deleted: change.deleted,
    appliedAtMs: deps.clock.now(),
  });
  knowledge.states.set(key, state);
  plan.recounts.delete(key);
  plan.moves.set(key, {
    type: change.resourceType,
    id: change.resourceId,
    version,
    versionAtMs,
    triggeredAtMs: arrived.triggeredAtMs,
    deleted: change.deleted,
    digest: arrived.digest,
    state: sealState(deps, event.shop, change, state),
    eventId: event.id,
    belongsTo: change.belongsTo,
  });
  const id = index === 0 ? `evt_${event.id}` : `evt_${event.id}.${String(index)}`;
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
    sku: trial.sku,
    source: event.source,
    correlationId: event.correlationId,
    traceparent: event.traceparent,
    occurredAtMs: (event.triggeredAt ?? event.receivedAt).getTime(),
    receivedAtMs: event.receivedAt.getTime(),
    data: deps.vault.seal(stringifyLossless(change.data), changePurpose(id)),
    origin: echo ? (echo.systemId ?? "converge") : null,
  });
  return decision;
}

/** Notes that an order is applied: it may be one of high value, or cancelled. */
function noteOrder(
  plan: Plan,
  event: EventToProcess,
  change: ResourceChange | undefined,
  verdict: ChangeVerdict | null,
): void {
  if (change?.resourceType !== "Order" || verdict?.verdict !== "apply") return;
  const { correlationId, traceparent } = event;
  const { resourceId: id, deleted, data } = change;
  plan.orders.set(id, { id, deleted, data, correlationId, traceparent });
}

function arrivedChange(
  knowledge: Knowledge,
  event: EventToProcess,
  change: ResourceChange,
  key: string,
): ArrivedChange {
  const state = knowledge.states.get(key);
  const { deleted, resourceType } = change;
  const same = (data: Readonly<Record<string, unknown>>) =>
    sameFields(comparableOf(resourceType, data), comparableOf(resourceType, change.data));
  return {
    versionAtMs: (event.versionAt ?? event.receivedAt).getTime(),
    version: event.version ?? event.receivedAt.toISOString(),
    triggeredAtMs: event.triggeredAt?.getTime() ?? null,
    digest: digestOf({ deleted, data: change.data }),
    derived: change.derived,
    hollow: change.hollow === true,
    nothing: change.data["points"] === null && knowledge.known.get(key)?.digest.length === 0,
    readAtMs: isRead(event) ? event.receivedAt.getTime() : null,
    sameFields: state !== undefined && knowledge.known.get(key)?.deleted === deleted && same(state),
  };
}

/** Notes a new state of the same version. */
function keepState(
  deps: ProcessingDeps,
  plan: Plan,
  knowledge: Knowledge,
  trial: { readonly key: string; readonly event: EventToProcess; readonly change: ResourceChange },
  state: Readonly<Record<string, unknown>>,
): void {
  const { key, change, event } = trial;
  knowledge.states.set(key, state);
  const sealed = sealState(deps, event.shop, change, state);
  const move = plan.moves.get(key);
  if (move) plan.moves.set(key, { ...move, state: sealed });
  else plan.recounts.set(key, { type: change.resourceType, id: change.resourceId, state: sealed });
}

function sealState(
  deps: ProcessingDeps,
  shop: string,
  change: ResourceChange,
  state: Readonly<Record<string, unknown>>,
): Buffer {
  const purpose = statePurpose(shop, change.resourceType, change.resourceId);
  return deps.vault.seal(stringifyLossless(state), purpose);
}

function skuOf(change: ResourceChange, skus: ReadonlyMap<string, string>): string | null {
  return change.sku ?? (change.inventoryItemId ? (skus.get(change.inventoryItemId) ?? null) : null);
}
