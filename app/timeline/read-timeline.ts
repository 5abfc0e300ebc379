import { listEntries, sameStock } from "#app/coordination/index.server.ts";
import type { Queryable } from "#app/db.server.ts";
import { deliveriesOfEvents } from "#app/delivery/index.server.ts";
import type { DeliveryView } from "#app/delivery/types.ts";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import { listEvents } from "#app/events/index.server.ts";
import type { EventSummary } from "#app/events/types.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { intentsOf } from "#app/write-back/index.server.ts";
import { tellDelivery, tellDiscrepancy, tellEntry, tellEvent, tellWrite } from "./tell.ts";
import type { Happening } from "./types.ts";

/** So many of the newest events (and writes, and disputes) of a record are told. */
const newest = 100;

interface Deps {
  readonly db: Queryable;
  readonly vault: Vault;
}

/**
 * The story of a record, oldest first: what Shopify told of it, what came of that in each system,
 * what was written to Shopify, and what nobody agreed about. Stock that several stores share has one
 * story over all of them, with what moved their pool. Empty when nothing is known of it.
 */
export async function readTimeline(
  deps: Deps,
  shop: string,
  resourceId: string,
): Promise<Happening[]> {
  const stock = await sameStock(deps.db, shop, resourceId);
  const others = (stock?.places ?? []).filter((place) => place.shop !== shop);
  const [mine, entries, ...theirs] = await Promise.all([
    storyOf(deps, shop, resourceId),
    stock ? listEntries(deps, stock.poolId, { limit: newest, before: null }) : [],
    ...others.map((place) => storyOf(deps, place.shop, place.resourceId)),
  ]);
  const told = [
    ...mine,
    ...entries.map((entry) => tellEntry(entry, shop)),
    // An event is opened in its own store only.
    ...theirs.flat().map((happening) => ({ ...happening, eventId: null })),
  ];
  return told.sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

/** What happened to a record in its own store. */
async function storyOf(deps: Deps, shop: string, resourceId: string): Promise<Happening[]> {
  const { db } = deps;
  const page = { limit: newest };
  const [events, systems, writes, disputes] = await Promise.all([
    listEvents(db, shop, { resource: resourceId }, page),
    listSystems(db, shop),
    intentsOf(db, shop, resourceId, newest),
    listDiscrepancies(deps, shop, { resource: resourceId }, page),
  ]);
  const byId = new Map<string, EventSummary>(events.items.map((event) => [event.id, event]));
  const deliveries = await deliveriesOfEvents(db, shop, [...byId.keys()]);
  const names = new Map(systems.map((system) => [system.id, system.name]));
  const nameOf = (id: string) => names.get(id) ?? "a removed system";
  const correlationOf = ({ eventId }: DeliveryView) => byId.get(eventId)?.correlationId ?? "";
  return [
    ...events.items.flatMap((event) => tellEvent(event)),
    ...deliveries.flatMap((item) => tellDelivery(item, shop, correlationOf(item), nameOf)),
    ...writes.flatMap((write) => tellWrite(write, shop)),
    ...disputes.items.flatMap((item) => tellDiscrepancy(item, shop)),
  ];
}
