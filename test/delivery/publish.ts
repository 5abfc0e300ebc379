import { randomUUID } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { fanOutChanges } from "#app/delivery/index.server.ts";
import { insertChanges, type NewChange } from "#app/mirror/index.server.ts";
import { createSystem, parseNewSystem } from "#app/systems/index.server.ts";
import type { Rig } from "#test/worker/rig.ts";

/** A system connected to a shop. */
export interface ConnectedSystem {
  readonly apiKey: string;
  readonly id: string;
  readonly shop: string;
  readonly secret: string;
}

/** Retries within milliseconds, so that tests do not wait. */
export const quickPolicy = { mode: "every", maxAttempts: 3, baseDelayMs: 1, maxDelayMs: 1 };

/** Connects a system at `url`; default: it wants stock, keeps every change, and retries at once. */
export async function connectSystem(
  rig: Rig,
  shop: string,
  url: string,
  options: {
    domains?: readonly string[];
    policy?: Record<string, unknown>;
    circuit?: Record<string, unknown>;
  } = {},
): Promise<ConnectedSystem> {
  const parsed = parseNewSystem(
    {
      name: "Warehouse",
      kind: "wms",
      url,
      domains: options.domains ?? ["inventory"],
      deliveryPolicy: { ...quickPolicy, ...options.policy },
      circuitPolicy: options.circuit,
    },
    { allowPrivate: true },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const { system, signingSecret, apiKey } = await createSystem(rig, shop, "user:1", parsed.value);
  return { id: system.id, shop, secret: signingSecret, apiKey };
}

/** A change to be; what is left out is made up. */
export interface ChangeDraft {
  readonly resource?: string;
  /** Seconds after ten o'clock. */
  readonly second?: number;
  readonly domain?: string;
  /** JSON text. */
  readonly data?: string;
  readonly correlationId?: string;
}

/** When second 0 of a change's version is. */
export const tenOClockMs = Date.parse("2026-11-23T10:00:00Z");

/** Writes changes down, as processing does; returns them, sealed. */
export async function storeChanges(
  rig: Rig,
  shop: string,
  drafts: readonly ChangeDraft[],
): Promise<NewChange[]> {
  const changes = changesOf(rig, shop, drafts);
  // As processing does: of one resource each is dated after the one before.
  const firstMs = Date.now();
  for (const [index, change] of changes.entries())
    await rig.db.transaction((tx) => insertChanges(tx, [change], firstMs + index));
  return changes;
}

function changesOf(rig: Rig, shop: string, drafts: readonly ChangeDraft[]): NewChange[] {
  return drafts.map((draft): NewChange => {
    const eventId = uuidv7();
    const id = `evt_${eventId}`;
    const versionAtMs = tenOClockMs + (draft.second ?? 0) * 1000;
    return {
      id,
      shop,
      eventId,
      domain: draft.domain ?? "inventory",
      type: "inventory_level.updated",
      resourceType: "InventoryLevel",
      resourceId: draft.resource ?? `gid://shopify/InventoryLevel/${randomUUID()}`,
      version: new Date(versionAtMs).toISOString(),
      versionAtMs,
      sku: "MUG-1",
      source: "webhook",
      correlationId: draft.correlationId ?? "correlation-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      occurredAtMs: versionAtMs,
      receivedAtMs: Date.now(),
      data: rig.vault.seal(draft.data ?? '{"available":5}', `change:${id}`),
    };
  });
}

/** Makes deliveries of stored changes, as the worker does, and wakes the lanes. */
export async function fanOut(rig: Rig, changes: readonly NewChange[]): Promise<void> {
  const [first] = changes;
  if (!first) return;
  const job = { shop: first.shop, changeIds: changes.map((change) => change.id) };
  await rig.db.transaction((tx) => fanOutChanges(rig, tx, [job]));
}

const floodBatch = 1_000;

/** Makes so many deliveries wait for a shop's systems, each of a resource of its own. */
export async function floodWith(rig: Rig, shop: string, count: number): Promise<void> {
  for (let made = 0; made < count; made += floodBatch) {
    const changes = changesOf(
      rig,
      shop,
      Array.from({ length: Math.min(floodBatch, count - made) }, () => ({})),
    );
    await rig.db.transaction((tx) => insertChanges(tx, changes, Date.now()));
    await fanOut(rig, changes);
  }
}

/** `storeChanges` and `fanOut`; returns the ids of the changes. */
export async function publish(
  rig: Rig,
  shop: string,
  ...drafts: readonly ChangeDraft[]
): Promise<string[]> {
  const changes = await storeChanges(rig, shop, drafts);
  await fanOut(rig, changes);
  return changes.map((change) => change.id);
}

/** A delivery as it is stored. */
export interface DeliveryRow {
  readonly id: string;
  readonly changeId: string;
  readonly systemId: string;
  readonly generation: number;
  readonly status: string;
  readonly attempts: number;
  readonly reason: string | null;
  readonly httpStatus: number | null;
  readonly resourceId: string;
  readonly nextAttemptAt: Date;
}

/** Deliveries of a shop, in the order they were made. */
export async function deliveriesOf(rig: Rig, shop: string): Promise<DeliveryRow[]> {
  const { rows } = await rig.db.query<DeliveryRow>(
    `SELECT id, change_id AS "changeId", system_id AS "systemId", generation, status, attempts,
       reason, http_status AS "httpStatus", resource_id AS "resourceId",
       next_attempt_at AS "nextAttemptAt"
     FROM deliveries WHERE shop = $1 ORDER BY id`,
    [shop],
  );
  return rows;
}

/** The statuses of a shop's deliveries, in the order they were made. */
export async function statusesOf(rig: Rig, shop: string): Promise<string[]> {
  return (await deliveriesOf(rig, shop)).map((delivery) => delivery.status);
}
