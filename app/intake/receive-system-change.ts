import { v7 as uuidv7 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Database } from "#app/db.server.ts";
import { bodyPurpose, systemTopic } from "#app/events/index.server.ts";
import { linksOfSku } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { commitEvents, type ProcessQueue } from "./commit-events.ts";
import { spanIdOf } from "./trace-context.ts";

/** What taking a system's change in needs. */
export interface SystemChangeDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: ProcessQueue["enqueue"];
}

/** A change of the system that owns the data. Times RFC 3339. */
export interface SystemChange {
  readonly shop: string;
  readonly systemId: string;
  readonly domain: DataDomain;
  readonly sku?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly locationId?: string | undefined;
  /** Set where it is about the pool of a group; `sku` then names the article. */
  readonly groupId?: string | undefined;
  /** Of those of the group; not told: the default one. */
  readonly poolLocation?: string | undefined;
  /** By the names of the Admin API; checked by the caller. */
  readonly set: Readonly<Record<string, string | number | boolean | null>>;
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
 * Takes a system's change in, through the same transaction as webhooks: what was answered with an id
 * is on record with the job that will carry it out, whatever happens to this process.
 */
export async function receiveSystemChange(
  deps: SystemChangeDeps,
  change: SystemChange,
): Promise<Received> {
  const resource = poolOf(change) ?? (await resourceOf(deps.db, change));
  if ("field" in resource) return { ok: false, errors: [resource] };
  const nowMs = deps.clock.now();
  const id = uuidv7({ msecs: nowMs });
  const { shop, domain, systemId, sku, locationId, groupId, poolLocation } = change;
  const { set, basedOnVersion, observedAt } = change;
  const about = { systemId, sku, locationId, groupId, poolLocation };
  const told = { ...about, set, basedOnVersion, observedAt };
  const body = Buffer.from(JSON.stringify(told));
  const [outcome] = await commitEvents(
    {
      db: deps.db,
      queue: { enqueue: deps.enqueue },
      vault: deps.vault,
      nowMs: () => deps.clock.now(),
    },
    [
      {
        id,
        shop,
        source: "system",
        transport: "system",
        // Repeats of a request are the API's to recognise (Idempotency-Key); each that passes is one.
        deliveryKey: id,
        topic: systemTopic(domain),
        domain,
        type: null,
        status: "received",
        reason: null,
        resource: { ...resource, version: observedAt, versionAtMs: Date.parse(observedAt) },
        shopifyEventId: null,
        ...traceOf(id, change.trace),
        apiVersion: null,
        subscription: null,
        triggeredAt: null,
        receivedAtMs: nowMs,
        body: deps.vault.seal(body, bodyPurpose(id)),
        bodyBytes: body.length,
        headers: {},
      },
    ],
  );
  if (outcome === "accepted") return { ok: true, id };
  return { ok: false, errors: [{ field: "shop", message: "Converge is not installed there." }] };
}

/**
 * The caller's trace goes on, with a span of its own; one that is malformed is replaced, as W3C asks.
 * https://www.w3.org/TR/trace-context/#traceparent-header
 */
function traceOf(id: string, caller: TraceOfCaller) {
  const { correlationId = "" } = caller;
  const given = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(caller.traceparent ?? "")?.[1];
  const traceId = given && !/^0+$/.test(given) ? given : id.replaceAll("-", "");
  return {
    correlationId: /^[\x21-\x7e]{1,200}$/.test(correlationId) ? correlationId : `change:${id}`,
    traceparent: `00-${traceId}-${spanIdOf(id)}-01`,
  };
}

interface Resource {
  readonly type: string;
  readonly id: string;
}

/** What a change of a domain may be about. */
const typesOf: Readonly<Record<DataDomain, readonly string[]>> = {
  inventory: ["InventoryLevel", "InventoryItem"],
  products: ["Product"],
  pricing: ["ProductVariant"],
  customers: ["Customer"],
  orders: ["Order"],
  fulfillments: ["Fulfillment"],
  loyalty: ["Customer"],
};

/** The pool a change is about, if it is about one. */
function poolOf({ groupId, poolLocation, sku = "" }: SystemChange): Resource | null {
  if (groupId === undefined) return null;
  const id = [groupId, sku, ...(poolLocation === undefined ? [] : [poolLocation])].join(":");
  return { type: "Pool", id };
}

async function resourceOf(
  db: Database,
  { shop, domain, sku, resourceId, locationId }: SystemChange,
): Promise<Resource | { field: string; message: string }> {
  if (locationId !== undefined && !/^gid:\/\/shopify\/Location\/\d+$/.test(locationId))
    return { field: "locationId", message: "Use a gid: gid://shopify/Location/1." };
  const types = typesOf[domain];
  if (resourceId !== undefined) {
    const type = /^gid:\/\/shopify\/(\w+)\/\d+(?:\?[\w=&%.-]*)?$/.exec(resourceId)?.[1];
    if (type !== undefined && types.includes(type)) return { type, id: resourceId };
    return { field: "resourceId", message: `Use the gid of ${aOrAn(types.join(" or "))}.` };
  }
  const idOf = skuTargets[domain];
  if (idOf === undefined)
    return { field: "sku", message: `${domain} have no SKU: send a resourceId instead.` };
  const links = await linksOfSku(db, shop, sku ?? "");
  const ids = [...new Set(links.map((link) => link[idOf]).filter((id) => id !== null))];
  const [id, ...others] = ids;
  if (id === undefined)
    return { field: "sku", message: `This store has no article with the SKU "${sku ?? ""}".` };
  if (others.length > 0)
    return {
      field: "sku",
      message: `${String(ids.length)} articles carry this SKU: send a resourceId instead.`,
    };
  return { type: domain === "inventory" ? "InventoryItem" : (types[0] ?? ""), id };
}

/** Which of an article's records a SKU means, by domain. */
const skuTargets: Readonly<
  Partial<Record<DataDomain, "inventoryItemId" | "variantId" | "productId">>
> = { inventory: "inventoryItemId", pricing: "variantId", products: "productId" };

function aOrAn(noun: string): string {
  return /^[AEIOU]/.test(noun) ? `an ${noun}` : `a ${noun}`;
}
