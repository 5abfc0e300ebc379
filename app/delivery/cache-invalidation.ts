import { v7 as uuidv7 } from "uuid";
import type { StoredChange } from "#app/mirror/index.server.ts";
import type { NewDelivery } from "./delivery-store.ts";

/** What a system is told when something it may have kept a copy of is old. */
export const cacheInvalidated = "cache.invalidated";

/** Generations of such messages: below all others, each replay one more. */
const firstGeneration = -1_000_000;

/** Sets the line of such messages apart from that of their record. */
const lineEnd = "#cache";

/** Ahead of everything that waits: due long before it. */
const aheadMs = 24 * 3_600_000;

/**
 * The message that goes ahead of a change. It has a line of its own: it neither waits for the changes
 * of its record nor stands in their way, and of several that wait the newest is enough. Pure.
 */
export function invalidationOf(delivery: NewDelivery, nowMs: number): NewDelivery {
  return {
    ...delivery,
    id: uuidv7({ msecs: nowMs }),
    generation: firstGeneration,
    type: cacheInvalidated,
    resourceId: `${delivery.resourceId}${lineEnd}`,
    keep: false,
    dueMs: nowMs - aheadMs,
  };
}

/** The record a delivery is about, whichever line it is in. Pure. */
export function recordId(resourceId: string): string {
  return resourceId.endsWith(lineEnd) ? resourceId.slice(0, -lineEnd.length) : resourceId;
}

/** Whether an attempt repeats one that was given up. Pure. */
export function isReplay(generation: number): boolean {
  return generation > 0 || (generation < 0 && generation > firstGeneration);
}

/** The receiver's idempotency key of a delivery: the change's own, or that of the word that goes ahead. */
export function messageId(changeId: string, type: string): string {
  return type === cacheInvalidated ? `${changeId}.cache` : changeId;
}

/** What such a message says: which record, and nothing of what it is now. Pure. */
export function invalidationMessage(change: StoredChange) {
  const { resourceType, resourceId, sku, version } = change;
  return {
    id: messageId(change.id, cacheInvalidated),
    type: cacheInvalidated,
    // It is not the record: a receiver that stores what it is sent must not take it for one.
    resource: null,
    dataJson: JSON.stringify({ resourceType, resourceId, sku, version }),
  };
}
