import type { Database, Transaction } from "#app/db.server.ts";
import {
  addOutcomes,
  countRepeats,
  insertEvents,
  type NewEvent,
} from "#app/events/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import { installedShops } from "#app/shops/index.server.ts";

/** What committing an event found out. */
export type CommitOutcome = "accepted" | "duplicate" | "not_installed";

/** The part of the queue intake needs. */
export interface ProcessQueue {
  enqueue(
    tx: Transaction,
    name: "process-events",
    jobs: readonly EnqueuedJob<"process-events">[],
  ): Promise<void>;
}

/** A job names at most so many events: one transaction of processing, a few milliseconds long. */
const eventsPerJob = 50;

/**
 * One transaction for any number of events: those of installed shops are stored once each, with the
 * jobs that will process them; repeats are counted. Outcomes in the order of the events.
 */
export async function commitEvents(
  deps: { readonly db: Database; readonly queue: ProcessQueue; readonly nowMs: () => number },
  events: readonly NewEvent[],
): Promise<CommitOutcome[]> {
  return deps.db.transaction(async (tx) => {
    const installed = await installedShops(tx, [...new Set(events.map((event) => event.shop))]);
    const firsts = new Map<string, NewEvent>();
    for (const event of events)
      if (installed.has(event.shop) && !firsts.has(keyOf(event))) firsts.set(keyOf(event), event);
    const fresh =
      firsts.size > 0 ? (await insertEvents(tx, [...firsts.values()])).ids : new Set<string>();
    const outcomes = events.map((event): CommitOutcome => {
      if (!installed.has(event.shop)) return "not_installed";
      return fresh.has(event.id) ? "accepted" : "duplicate";
    });
    const stored = events.filter((event) => fresh.has(event.id));
    await deps.queue.enqueue(tx, "process-events", jobsFor(stored));
    const repeats = events.filter((_event, index) => outcomes[index] === "duplicate");
    await noteRepeats(tx, repeats, deps.nowMs());
    await noteSettled(tx, stored, deps.nowMs());
    return outcomes;
  });
}

function keyOf(event: NewEvent): string {
  return `${event.transport}\n${event.shop}\n${event.deliveryKey}`;
}

function jobsFor(events: readonly NewEvent[]): EnqueuedJob<"process-events">[] {
  const byShop = new Map<string, string[]>();
  for (const event of events) {
    if (event.status !== "received") continue;
    const ids = byShop.get(event.shop);
    if (ids) ids.push(event.id);
    else byShop.set(event.shop, [event.id]);
  }
  const jobs: EnqueuedJob<"process-events">[] = [];
  for (const [shop, ids] of byShop)
    for (let from = 0; from < ids.length; from += eventsPerJob)
      jobs.push({
        payload: { shop, eventIds: ids.slice(from, from + eventsPerJob), failures: 0 },
        group: shop,
      });
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
}

/** Events that need no processing (ignored by a rule, dead from the start) count at once. */
async function noteSettled(
  tx: Transaction,
  stored: readonly NewEvent[],
  nowMs: number,
): Promise<void> {
  const settled = stored.filter((event) => event.status !== "received");
  await addOutcomes(
    tx,
    settled.map((event) => ({ shop: event.shop, outcome: event.status, count: 1 })),
    nowMs,
  );
}
