import { v5 as uuidv5 } from "uuid";
import type { Clock, Transaction } from "#app/db.server.ts";
import {
  bodyPurpose,
  insertEvents,
  type NewEvent,
  ruleOf,
  stringifyLossless,
} from "#app/events/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import {
  changePurpose,
  insertChanges,
  knownStates,
  type KnownState,
  type NewChange,
  skusOf,
} from "#app/mirror/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { openState } from "./compare-rows.ts";

/** What sending a record's present state takes. */
export interface TellDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: (
    tx: Transaction,
    name: "fan-out-changes",
    jobs: readonly EnqueuedJob<"fan-out-changes">[],
  ) => Promise<void>;
}

type Telling = JobPayload<"tell-system">;

const namespace = "0b0f6c5e-8a52-4b77-8d6b-0d4d9a6f6a11";

/** In whose words the present state of a record is told. */
const topics: Readonly<Record<string, string>> = {
  InventoryLevel: "inventory_levels/update",
  Product: "products/update",
  ProductVariant: "product_variants/update",
  Order: "orders/updated",
  Customer: "customers/update",
  Fulfillment: "fulfillments/update",
};

/**
 * Sends systems what some records are now, whatever they were sent before: each telling is one event
 * of the log and one change for that system alone, once per key. What the mirror does not know is
 * not sent; the next comparison meets it again.
 */
export async function tellSystem(
  deps: TellDeps,
  tx: Transaction,
  batch: readonly Telling[],
): Promise<void> {
  for (const telling of batch) {
    const { shop, systemId, resource } = telling;
    const known = (await knownStates(tx, shop, resource.type, [resource.id])).get(resource.id);
    if (!known || known.deleted) continue;
    const state = openState(deps.vault, shop, resource.type, known);
    // How the stock was counted is Converge's own note, and nothing systems are sent.
    const { settled: _counted, ...data } = state;
    const event = eventOf(deps, telling, known, data);
    const { ids } = await insertEvents(tx, [event]);
    if (!ids.has(event.id)) continue;
    const item = data["inventoryItemId"];
    const sku = typeof item === "string" ? (await skusOf(tx, shop, [item])).get(item) : undefined;
    const change = changeOf(deps, event, known, data, sku ?? null);
    await insertChanges(tx, [change], deps.clock.now());
    await deps.enqueue(tx, "fan-out-changes", [
      {
        group: shop,
        payload: {
          shop,
          changeIds: [change.id],
          systemId,
          oldest: { [change.domain]: change.versionAtMs },
        },
      },
    ]);
  }
}

function eventOf(
  { vault, clock }: TellDeps,
  telling: Telling,
  known: KnownState,
  data: Readonly<Record<string, unknown>>,
): NewEvent {
  const { shop, systemId, domain, resource, correlationId, traceparent } = telling;
  const topic = topics[resource.type] ?? "";
  const rule = ruleOf(topic);
  const deliveryKey = `tell:${systemId}:${telling.key}:${resource.id}`;
  const id = uuidv5(`${shop}:${deliveryKey}`, namespace);
  const body = Buffer.from(stringifyLossless({ ...data, admin_graphql_api_id: resource.id }));
  return {
    id,
    shop,
    source: "reconciliation",
    transport: "reconciliation",
    deliveryKey,
    topic,
    domain,
    type: rule.kind === "change" ? rule.type : null,
    status: "applied",
    reason: "Sent again to a system that did not have it.",
    resource: { ...resource, version: known.version, versionAtMs: known.versionAtMs },
    shopifyEventId: null,
    correlationId,
    traceparent,
    apiVersion: null,
    subscription: null,
    triggeredAt: null,
    receivedAtMs: clock.now(),
    body: vault.seal(body, bodyPurpose(id)),
    bodyBytes: body.length,
    headers: {},
  };
}

function changeOf(
  { vault }: TellDeps,
  event: NewEvent,
  known: KnownState,
  data: Readonly<Record<string, unknown>>,
  sku: string | null,
): NewChange {
  const id = `evt_${event.id}`;
  return {
    id,
    shop: event.shop,
    eventId: event.id,
    domain: event.domain ?? "",
    type: event.type ?? "",
    resourceType: event.resource?.type ?? "",
    resourceId: known.id,
    version: known.version,
    versionAtMs: known.versionAtMs,
    sku: sku ?? (typeof data["sku"] === "string" ? data["sku"] : null),
    source: "reconciliation",
    correlationId: event.correlationId,
    traceparent: event.traceparent,
    occurredAtMs: known.versionAtMs,
    receivedAtMs: event.receivedAtMs,
    data: vault.seal(stringifyLossless(data), changePurpose(id)),
  };
}
