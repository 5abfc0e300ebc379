import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { itemsOfSku } from "#app/mirror/index.server.ts";
import type { EnqueuedJob } from "#app/queue/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { ensureIntent } from "./intent-store.ts";
import { emptyStory } from "./story.ts";

/** What taking a system's change in needs. */
export interface ReceiveDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: (
    tx: Transaction,
    name: "write-back",
    jobs: readonly EnqueuedJob<"write-back">[],
  ) => Promise<void>;
}

/** A change of the system that owns the data. Times RFC 3339. */
export interface SystemChange {
  readonly shop: string;
  readonly systemId: string;
  readonly domain: DataDomain;
  readonly sku?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly locationId?: string | undefined;
  readonly set: { readonly available?: number | undefined; readonly onHand?: number | undefined };
  readonly basedOnVersion?: string | undefined;
  readonly observedAt: string;
  /** What the system says it belongs to: the delivery that made it write, say. */
  readonly trace: TraceOfCaller;
}

interface TraceOfCaller {
  readonly correlationId: string | undefined;
  readonly traceparent: string | undefined;
}

type Received =
  | { readonly ok: true; readonly id: string }
  | { readonly ok: false; readonly errors: { field: string; message: string }[] };

/**
 * Takes a system's change in: the write is on record and its job enqueued in one transaction, so that
 * what was answered with an id is carried out, whatever happens to this process.
 */
export async function receiveChange(deps: ReceiveDeps, change: SystemChange): Promise<Received> {
  const { shop, systemId } = change;
  const resource = await resourceOf(deps.db, change);
  if ("field" in resource) return { ok: false, errors: [resource] };
  const id = uuidv7({ msecs: deps.clock.now() });
  const { correlationId, traceparent } = traceOf(id, change.trace);
  const { available, onHand } = change.set;
  const set = {
    ...(available === undefined ? {} : { available }),
    ...(onHand === undefined ? {} : { onHand }),
  };
  const payload = {
    shop,
    eventId: id,
    reason: "system_change" as const,
    systemId,
    domain: change.domain,
    resource,
    set,
    ...(change.basedOnVersion === undefined ? {} : { basedOnVersion: change.basedOnVersion }),
    observedAt: change.observedAt,
    correlationId,
    traceparent,
  };
  await deps.db.transaction(async (tx) => {
    const story = emptyStory(deps.vault, payload);
    await ensureIntent(tx, { ...payload, id, story }, deps.clock.now());
    await deps.enqueue(tx, "write-back", [{ payload, group: shop }]);
  });
  return { ok: true, id };
}

/**
 * The caller's trace goes on, with a span of its own; one that is malformed is replaced, as W3C asks.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
function traceOf(id: string, caller: TraceOfCaller) {
  const { correlationId = "" } = caller;
  const given = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(caller.traceparent ?? "")?.[1];
  const traceId = given && !/^0+$/.test(given) ? given : id.replaceAll("-", "");
  const spanId = randomUUID().replaceAll("-", "").slice(0, 16);
  return {
    correlationId: /^[\x21-\x7e]{1,200}$/.test(correlationId) ? correlationId : `change:${id}`,
    traceparent: `00-${traceId}-${spanId}-01`,
  };
}

interface Resource {
  readonly type: "InventoryLevel" | "InventoryItem";
  readonly id: string;
  readonly locationId?: string;
}

async function resourceOf(
  db: Database,
  { shop, sku, resourceId, locationId }: SystemChange,
): Promise<Resource | { field: string; message: string }> {
  const place = locationId === undefined ? {} : { locationId };
  if (locationId !== undefined && !/^gid:\/\/shopify\/Location\/\d+$/.test(locationId))
    return { field: "locationId", message: "Use a gid: gid://shopify/Location/1." };
  if (resourceId !== undefined) {
    const type = /^gid:\/\/shopify\/(InventoryLevel|InventoryItem)\/\d+(?:\?.*)?$/.exec(
      resourceId,
    )?.[1];
    if (type === "InventoryLevel" || type === "InventoryItem")
      return { type, id: resourceId, ...place };
    return { field: "resourceId", message: "Use the gid of an InventoryLevel or InventoryItem." };
  }
  const items = await itemsOfSku(db, shop, sku ?? "");
  const [item, ...others] = items;
  if (item === undefined)
    return { field: "sku", message: `This store has no article with the SKU "${sku ?? ""}".` };
  if (others.length > 0)
    return {
      field: "sku",
      message: `${String(items.length)} articles carry this SKU: send a resourceId instead.`,
    };
  return { type: "InventoryItem", id: item, ...place };
}
