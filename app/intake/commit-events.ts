import type { Database, Transaction } from "#app/db.server.ts";
import {
  addOutcomes,
  countRepeats,
  insertEvents,
  type NewEvent,
  noteHeartbeats,
  ruleOf,
} from "#app/events/index.server.ts";
import { addTopicFigures, type TopicFigure } from "#app/freshness/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { installedShops, sealShopName } from "#app/shops/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";

/** What committing an event found out. */
export type CommitOutcome = "accepted" | "duplicate" | "not_installed";

/** The part of the queue intake needs. */
export interface ProcessQueue {
  enqueue<Name extends "process-events" | "forget-shop">(
    tx: Transaction,
    name: Name,
    jobs: readonly EnqueuedJob<Name>[],
  ): Promise<void>;
}

/** A job names at most so many events: one transaction of processing, a few milliseconds long. */
const eventsPerJob = 50;

/** What committing takes. */
export interface CommitDeps {
  readonly db: Database;
  readonly queue: ProcessQueue;
  readonly vault: Vault;
  readonly nowMs: () => number;
  /** Of the work that the events make; unset: by the shop's share of the queue. */
  readonly priority?: number;
}

/**
 * One transaction for any number of events: those of installed shops are stored once each, with the
 * jobs that will process them; repeats are counted. An order to forget a shop is no event of that
 * shop (it would name it) but a job, whether the app is installed there or not. Outcomes in the order
 * of the events.
 */
export async function commitEvents(
  deps: CommitDeps,
  events: readonly NewEvent[],
): Promise<CommitOutcome[]> {
  const others = events.filter((event) => !ordersToForget(event));
  const orders = events.filter(ordersToForget);
  if (orders.length === 0) return commitOthers(deps, events);
  await deps.db.transaction((tx) =>
    deps.queue.enqueue(tx, "forget-shop", forgetJobs(deps, orders)),
  );
  const outcomes = await commitOthers(deps, others);
  return among(events, others, outcomes, "accepted");
}

/** Outcomes in the order of all events, of which some have theirs and the rest have one in common. */
function among(
  all: readonly NewEvent[],
  some: readonly NewEvent[],
  outcomes: readonly CommitOutcome[],
  rest: CommitOutcome,
): CommitOutcome[] {
  const byEvent = new Map(some.map((event, index) => [event, outcomes[index]]));
  return all.map((event) => byEvent.get(event) ?? rest);
}

function ordersToForget({ topic, source, status }: NewEvent): boolean {
  const rule = ruleOf(topic);
  if (rule.kind !== "privacy" || rule.action !== "forget_shop") return false;
  return source === "webhook" && status === "received";
}

function forgetJobs(
  { vault, nowMs }: CommitDeps,
  orders: readonly NewEvent[],
): EnqueuedJob<"forget-shop">[] {
  return orders.map(({ shop, triggeredAt }) => ({
    payload: {
      shop: sealShopName(vault, shop),
      orderedAtMs: triggeredAt === null ? nowMs() : Date.parse(triggeredAt),
      pass: 0,
    },
    group: "privacy",
  }));
}

/** A shop of the batch has not installed the app: nothing is stored for it, and nobody else's events wait for that. */
class StrangersError extends Error {
  override readonly name = "StrangersError";
  readonly installed: ReadonlySet<string>;
  constructor(installed: ReadonlySet<string>) {
    super("Webhooks came for shops that have not installed the app.");
    this.installed = installed;
  }
}

/**
 * Shopify sends to shops that have the app, so the events travel with the question whether they do, in
 * one round trip; for the few that removed it a moment ago, it is undone and done again without them.
 */
async function commitOthers(
  deps: CommitDeps,
  events: readonly NewEvent[],
): Promise<CommitOutcome[]> {
  if (events.length === 0) return [];
  try {
    return await commitInstalled(deps, events);
  } catch (error) {
    if (!(error instanceof StrangersError)) throw error;
    const known = events.filter((event) => error.installed.has(event.shop));
    return among(events, known, await commitOthers(deps, known), "not_installed");
  }
}

/** @throws StrangersError */
function commitInstalled(deps: CommitDeps, events: readonly NewEvent[]): Promise<CommitOutcome[]> {
  const shops = [...new Set(events.map((event) => event.shop))];
  const firsts = new Map<string, NewEvent>();
  for (const event of events) if (!firsts.has(keyOf(event))) firsts.set(keyOf(event), event);
  return deps.db.transaction(async (tx, last) => {
    const [installed, { ids: fresh }] = await Promise.all([
      installedShops(tx, shops),
      insertEvents(tx, [...firsts.values()]),
    ]);
    if (installed.size < shops.length) throw new StrangersError(installed);
    const outcomes = events.map(({ id }) => (fresh.has(id) ? "accepted" : "duplicate"));
    const repeats = events.filter(({ id }) => !fresh.has(id));
    await noteRepeats(tx, repeats, deps.nowMs());
    const stored = events.filter(({ id }) => fresh.has(id));
    await noteSettled(tx, stored, deps.nowMs());
    await deps.queue.enqueue(last, "process-events", jobsFor(deps, stored));
    return outcomes;
  });
}

function keyOf(event: NewEvent): string {
  return `${event.transport}\n${event.shop}\n${event.deliveryKey}`;
}

function jobsFor(
  { priority }: CommitDeps,
  events: readonly NewEvent[],
): EnqueuedJob<"process-events">[] {
  const byShop = new Map<string, string[]>();
  for (const event of events) {
    if (event.status !== "received") continue;
    const ids = byShop.get(event.shop);
    if (ids) ids.push(event.id);
    else byShop.set(event.shop, [event.id]);
  }
  const jobs: EnqueuedJob<"process-events">[] = [];
  for (const [shop, ids] of byShop) {
    for (let from = 0; from < ids.length; from += eventsPerJob) {
      const eventIds = ids.slice(from, from + eventsPerJob);
      const weight = eventIds.length;
      const job = { payload: { shop, eventIds, failures: 0 }, group: shop, weight };
      jobs.push(priority === undefined ? job : { ...job, priority });
    }
  }
  return jobs;
}

async function noteRepeats(
  tx: Transaction,
  repeats: readonly NewEvent[],
  nowMs: number,
): Promise<void> {
  if (repeats.length === 0) return;
  const byKey = new Map<
    string,
    { shop: string; transport: string; deliveryKey: string; times: number }
  >();
  for (const event of repeats) {
    const { shop, transport, deliveryKey } = event;
    const known = byKey.get(keyOf(event));
    if (known) known.times += 1;
    else byKey.set(keyOf(event), { shop, transport, deliveryKey, times: 1 });
  }
  await countRepeats(tx, [...byKey.values()], nowMs);
  await addOutcomes(
    tx,
    repeats.map((event) => ({ shop: event.shop, outcome: "duplicate", count: 1 })),
    nowMs,
  );
  await addTopicFigures(
    tx,
    notifications(repeats).map((event) => figureOf(event, "duplicate", nowMs)),
  );
}

/** Events that need no processing (ignored by a rule, dead from the start) count at once. */
async function noteSettled(
  tx: Transaction,
  stored: readonly NewEvent[],
  nowMs: number,
): Promise<void> {
  const settled = stored.filter((event) => event.status !== "received");
  await noteHeartbeats(
    tx,
    settled.map((event) => ({ ...event, applied: false })),
  );
  await addOutcomes(
    tx,
    settled.map((event) => ({ shop: event.shop, outcome: event.status, count: 1 })),
    nowMs,
  );
  await addTopicFigures(
    tx,
    notifications(settled).map((event) => figureOf(event, "received", nowMs)),
  );
}

function notifications(events: readonly NewEvent[]): NewEvent[] {
  return events.filter((event) => event.source === "webhook");
}

function figureOf(
  { shop, topic, triggeredAt, receivedAtMs }: NewEvent,
  kind: "received" | "duplicate",
  nowMs: number,
): TopicFigure {
  if (kind === "duplicate") return { shop, topic, kind, by: 1, atMs: nowMs };
  const triggeredAtMs = triggeredAt === null ? receivedAtMs : Date.parse(triggeredAt);
  return { shop, topic, kind, by: 1, atMs: receivedAtMs, delayMs: receivedAtMs - triggeredAtMs };
}
