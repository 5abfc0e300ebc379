import type { EventToProcess } from "#app/events/index.server.ts";
import type { Knowledge, Plan } from "./plan.ts";
import type { ResourceChange } from "./read-changes.ts";

/**
 * Notes that a level of a pool has to be counted. What a notification says is a hint: its number was
 * taken when it was composed. The same number as counted last is our own echo, or no news yet.
 */
export function countPooled(
  knowledge: Knowledge,
  plan: Plan,
  event: EventToProcess,
  change: ResourceChange,
): void {
  const level = knowledge.pooled.get(change.resourceId);
  if (level === undefined) return;
  const { shop } = event;
  const { poolId, missingIn } = level;
  if (missingIn !== null) {
    plan.links.set(poolId, { shop, groupId: missingIn, after: null, poolId });
    return;
  }
  const available = change.data["available"];
  const told = typeof available === "number" ? available : null;
  if (told === level.seen && !change.deleted) return;
  plan.counts.set(change.resourceId, {
    payload: {
      shop,
      levelId: change.resourceId,
      poolId,
      correlationId: event.correlationId,
    },
    lowers: told === null || level.seen === null || told < level.seen,
  });
}
