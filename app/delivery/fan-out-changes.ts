import { v7 as uuidv7 } from "uuid";
import type { Clock, Transaction } from "#app/db.server.ts";
import { readSlas } from "#app/freshness/index.server.ts";
import type { FreshnessSla } from "#app/freshness/types.ts";
import type { JobPayload } from "#app/jobs.ts";
import { loadChanges, type StoredChange } from "#app/mirror/index.server.ts";
import { listenersOf, type Subscriber, subscribersOf } from "#app/systems/index.server.ts";
import { invalidationOf } from "./cache-invalidation.ts";
import { heldReason } from "./held-reason.ts";
import { notifyLanes } from "./lane-session.ts";
import { insertDeliveries, supersedeOlder, type NewDelivery } from "./delivery-store.ts";
import { wayOut } from "./sync-method.ts";

/** What fanning out takes. */
export interface FanOutDeps {
  readonly clock: Clock;
}

/**
 * Makes one delivery of each change for each system that wants it, of the store and of those it shares
 * its changes with, in the transaction that completes the jobs. Runs twice without doubling: a delivery
 * is unique per system and change.
 * In mode `latest`, what still waits of an older version of the same resource is superseded. When
 * it goes, and whether a word goes ahead of it, is up to the SLA's sync method.
 */
export async function fanOutChanges(
  deps: FanOutDeps,
  tx: Transaction,
  batch: readonly JobPayload<"fan-out-changes">[],
): Promise<void> {
  const systems = new Set<string>();
  const byShop = new Map<string, string[]>();
  const onlyFor = new Map<string, string>();
  for (const job of batch) {
    byShop.set(job.shop, [...(byShop.get(job.shop) ?? []), ...job.changeIds]);
    if (job.systemId !== undefined) for (const id of job.changeIds) onlyFor.set(id, job.systemId);
  }
  for (const [shop, changeIds] of [...byShop].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const subscribers = [...(await subscribersOf(tx, shop)), ...(await listenersOf(tx, shop))];
    if (subscribers.length === 0) continue;
    const changes = await loadChanges(tx, shop, changeIds);
    const slas = await slasOf(tx, subscribers);
    const nowMs = deps.clock.now();
    const deliveries: NewDelivery[] = [];
    for (const subscriber of subscribers) {
      const wanted = changes.filter(
        (change) =>
          wants(subscriber, change) &&
          (onlyFor.get(change.id) ?? subscriber.id) === subscriber.id &&
          // Who wrote it knows it already.
          change.origin !== subscriber.id &&
          !isFromBefore(change, subscriber, onlyFor),
      );
      deliveries.push(...deliveriesOf(wanted, subscriber, slas.get(subscriber.shop) ?? [], nowMs));
      if (wanted.length > 0) systems.add(subscriber.id);
    }
    // What another run made already may only be superseded by something newer, not by itself.
    const made = await insertDeliveries(tx, deliveries, nowMs);
    const latest = subscribers.filter((item) => item.mode === "latest").map((item) => item.id);
    await supersedeOlder(
      tx,
      deliveries.filter((item) => made.has(item.id) && latest.includes(item.systemId)),
      nowMs,
    );
  }
  await notifyLanes(tx, [...systems]);
}

/** What is promised to a system is by the rules of its own store, whosever change it is. */
async function slasOf(
  tx: Transaction,
  subscribers: readonly Subscriber[],
): Promise<ReadonlyMap<string, readonly FreshnessSla[]>> {
  const slas = new Map<string, readonly FreshnessSla[]>();
  for (const { shop } of subscribers) if (!slas.has(shop)) slas.set(shop, await readSlas(tx, shop));
  return slas;
}

/** Who has to agree to a hold is asked by a change of its own, whatever else it wants to hear of. */
function wants(subscriber: Subscriber, change: StoredChange): boolean {
  return change.resourceType === "Hold"
    ? subscriber.shop === change.shop
    : (subscriber.domains as readonly string[]).includes(change.domain);
}

/** What a system is sent of changes it wants, by the sync method of their kind of data; a hold waits for nothing. */
function deliveriesOf(
  changes: readonly StoredChange[],
  subscriber: Subscriber,
  slas: readonly FreshnessSla[],
  nowMs: number,
): NewDelivery[] {
  return changes.flatMap((change, seq) => {
    const way = wayOut(slas, change.domain, subscriber.id);
    const delivery = newDelivery(change, subscriber, seq);
    if (change.resourceType === "Hold") return [delivery];
    const timed = { ...delivery, keep: way.keep, dueMs: way.dueMs(nowMs) };
    return way.invalidates ? [timed, invalidationOf(delivery, nowMs)] : [timed];
  });
}

/** Shopify dates by whole seconds: what changed at 10:00:05.9 says 10:00:05. */
const shopifysTickMs = 1_000;

/**
 * Whether a full comparison only learned what was there before the system came: such a system gets
 * what changes from then on, and the present state when it is asked for. What may have changed in the
 * second in which it came is sent: once too often harms nobody.
 */
function isFromBefore(
  change: StoredChange,
  subscriber: Subscriber,
  onlyFor: ReadonlyMap<string, string>,
): boolean {
  if (change.source !== "reconciliation" || onlyFor.has(change.id)) return false;
  return change.versionAt.getTime() <= subscriber.createdAt.getTime() - shopifysTickMs;
}

/**
 * The first delivery of a change to a system. `seq` tells changes of one moment apart: ids tell the
 * order in which the mirror took the versions (see claim-store).
 */
export function newDelivery(
  change: StoredChange,
  subscriber: Subscriber,
  seq: number,
): NewDelivery {
  const reason = heldReason(subscriber.status, subscriber.circuitState);
  return {
    id: uuidv7({ msecs: change.processedAt.getTime(), seq }),
    shop: subscriber.shop,
    fromShop: change.shop === subscriber.shop ? null : change.shop,
    systemId: subscriber.id,
    changeId: change.id,
    eventId: change.eventId,
    domain: change.domain,
    type: change.type,
    resourceType: change.resourceType,
    resourceId: change.resourceId,
    sku: change.sku,
    versionAt: change.versionAt.toISOString(),
    status: reason === null ? "pending" : "waiting",
    reason,
  };
}
