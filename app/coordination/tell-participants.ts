import { v5 as uuidv5 } from "uuid";
import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Transaction } from "#app/db.server.ts";
import { bodyPurpose, insertEvents, type NewEvent } from "#app/events/index.server.ts";
import { changePurpose, insertChanges, type NewChange } from "#app/mirror/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { HandOver } from "./hand-over.ts";
import { type HoldRow, openReference } from "./hold-store.ts";
import { defaultPoolLocation } from "./types.ts";

/** What telling takes. */
export interface TellDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

/** What became of a hold. */
export type News = "requested" | "confirmed" | "released";

const namespace = "5f0a3a4e-0c0b-4f0e-9d4b-6a1a6a0f7c21";

/** A hold as its participants hear of it. */
export interface ToldHold {
  readonly id: string;
  readonly domain: DataDomain;
  /** Null: it is not about one article. */
  readonly sku: string | null;
  readonly participants: readonly { readonly systemId: string; readonly shop: string }[];
  readonly correlationId: string;
  readonly traceparent: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Tells the participants of a hold of units what became of it. */
export async function tellParticipants(
  deps: TellDeps,
  tx: Transaction,
  hold: HoldRow,
  news: News,
): Promise<void> {
  const { id: holdId, sku, poolLocation, quantity, expiresAt, status, reason } = hold;
  const elsewhere = poolLocation !== null && poolLocation !== defaultPoolLocation;
  const data = {
    holdId,
    sku,
    // As in a change: what names none means the default one.
    ...(elsewhere ? { poolLocation } : {}),
    quantity,
    reference: openReference(deps.vault, holdId, hold.reference),
    expiresAt: expiresAt.toISOString(),
    status,
    ...(reason === null ? {} : { reason }),
  };
  return tellEach(deps, tx, { ...hold, domain: "inventory", data }, news);
}

/**
 * Tells each participant of a hold, through delivery like any change: one event and one change for
 * each, once, in the transaction in which it came about.
 */
export async function tellEach(
  deps: TellDeps,
  tx: Transaction,
  hold: ToldHold,
  news: News,
): Promise<void> {
  const events = hold.participants.map(({ shop, systemId }) => ({
    systemId,
    event: eventOf(deps, hold, news, { shop, systemId }),
  }));
  const { ids } = await insertEvents(
    tx,
    events.map(({ event }) => event),
  );
  for (const { systemId, event } of events) {
    if (!ids.has(event.id)) continue;
    const change = changeOf(deps, hold, news, event);
    await insertChanges(tx, [change], deps.clock.now());
    const payload = { shop: event.shop, changeIds: [change.id], systemId };
    await deps.enqueue(tx, "fan-out-changes", [{ group: event.shop, payload }]);
  }
}

function eventOf(
  deps: TellDeps,
  hold: ToldHold,
  news: News,
  to: { readonly shop: string; readonly systemId: string },
): NewEvent {
  const deliveryKey = `hold:${hold.id}:${news}:${to.systemId}`;
  const id = uuidv5(deliveryKey, namespace);
  const { vault, clock } = deps;
  const nowMs = clock.now();
  const body = Buffer.from(JSON.stringify(hold.data));
  return {
    id,
    shop: to.shop,
    source: "system",
    transport: "system",
    deliveryKey,
    topic: `holds/${news}`,
    domain: hold.domain,
    type: `hold.${news}`,
    status: "applied",
    reason: null,
    resource: {
      type: "Hold",
      id: hold.id,
      version: new Date(nowMs).toISOString(),
      versionAtMs: nowMs,
    },
    shopifyEventId: null,
    correlationId: hold.correlationId,
    traceparent: hold.traceparent,
    apiVersion: null,
    subscription: null,
    triggeredAt: null,
    receivedAtMs: nowMs,
    body: vault.seal(body, bodyPurpose(id)),
    bodyBytes: body.length,
    headers: {},
  };
}

function changeOf(deps: TellDeps, hold: ToldHold, news: News, event: NewEvent): NewChange {
  const id = `evt_${event.id}`;
  const version = new Date(event.receivedAtMs).toISOString();
  return {
    id,
    shop: event.shop,
    eventId: event.id,
    domain: hold.domain,
    type: `hold.${news}`,
    resourceType: "Hold",
    resourceId: hold.id,
    version,
    versionAtMs: event.receivedAtMs,
    sku: hold.sku,
    source: "system",
    correlationId: hold.correlationId,
    traceparent: hold.traceparent,
    occurredAtMs: event.receivedAtMs,
    receivedAtMs: event.receivedAtMs,
    data: deps.vault.seal(JSON.stringify(hold.data), changePurpose(id)),
  };
}
