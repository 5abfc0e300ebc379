import type { EventToProcess, Settlement } from "#app/events/index.server.ts";
import { loyaltyIdOf, loyaltyType } from "#app/mirror/index.server.ts";
import { ruleFor } from "./judge-change.ts";
import type { Knowledge, Plan } from "./plan.ts";
import type { SystemWrite } from "./read-changes.ts";

/**
 * Notes the write to Shopify that a system's own change leads to; nothing, when the system does not
 * own the data any more. The mirror does not move: it says what Shopify said, and Shopify will.
 */
export function planWrite(
  plan: Plan,
  knowledge: Knowledge,
  event: EventToProcess,
  write: SystemWrite,
): Settlement {
  const { domain, resourceType, resourceId } = event;
  const { systemId, sku = null, set, observedAt, basedOnVersion, locationId } = write;
  const settled = { id: event.id, sku };
  if (domain === null || resourceType === null || resourceId === null)
    return { ...settled, status: "dead", reason: "It does not say what it is about." };
  const { owner, metafield = "" } = ruleFor(knowledge, domain);
  if (owner !== systemId)
    return {
      ...settled,
      status: "ignored",
      reason: `The system does not own ${domain} any more. Nothing was written.`,
    };
  if (write.groupId !== undefined) {
    const quantity = "onHand" in set ? { onHand: Number(set["onHand"]) } : null;
    plan.pools.push({
      shop: event.shop,
      eventId: event.id,
      systemId,
      groupId: write.groupId,
      ...(write.poolLocation === undefined ? {} : { poolLocationId: write.poolLocation }),
      sku: sku ?? "",
      set: quantity ?? { available: Number(set["available"]) },
      observedAt,
      correlationId: event.correlationId,
    });
    return { ...settled, status: "applied", reason: null };
  }
  plan.writes.push({
    shop: event.shop,
    eventId: event.id,
    reason: "system_change",
    systemId,
    domain,
    resource: {
      ...(domain === "loyalty"
        ? { type: loyaltyType, id: loyaltyIdOf(resourceId, metafield) }
        : { type: resourceType, id: resourceId }),
      ...(locationId === undefined ? {} : { locationId }),
    },
    set: { ...set },
    ...(basedOnVersion === undefined ? {} : { basedOnVersion }),
    observedAt,
    correlationId: event.correlationId,
    traceparent: event.traceparent,
  });
  return { ...settled, status: "applied", reason: null };
}
