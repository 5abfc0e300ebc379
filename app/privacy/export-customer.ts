import type { Clock, Database } from "#app/db.server.ts";
import { deliveriesOfEvents } from "#app/delivery/index.server.ts";
import { eventsAbout, getEvent, parseLossless, readEventBody } from "#app/events/index.server.ts";
import { belongingsOf, sealedStates, statePurpose } from "#app/mirror/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { finishRequest, subjectOf } from "./request-store.ts";

/** What an export takes. */
export interface ExportDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
}

/** More events than a person's orders ever had; the newest states are complete in any case. */
const mostEvents = 2_000;

/**
 * Everything that is held about the customer of a request, for the merchant to hand over: the last
 * known state of each record, what Shopify told, and which systems were sent it. The request counts
 * as done; who took the data is on record. Null when the shop has no such request.
 */
export async function exportCustomer(
  deps: ExportDeps,
  shop: string,
  requestId: string,
  actor: string,
): Promise<Readonly<Record<string, unknown>> | null> {
  const { db, clock } = deps;
  const subject = await subjectOf(db, shop, requestId, "show");
  if (!subject) return null;
  const { customerId, orderIds } = subject;
  const own = customerId === null ? orderIds : [customerId, ...orderIds];
  const more = await belongingsOf(db, shop, own);
  const ids = [...new Set([...own, ...more.map((one) => one.id)])];
  const nowMs = clock.now();
  const events = await eventsAbout(db, shop, ids, nowMs, { after: null, limit: mostEvents });
  const held = {
    shop,
    customerId,
    orderIds,
    exportedAt: new Date(nowMs).toISOString(),
    records: await openStates(deps, shop, ids),
    events: await openEvents(deps, shop, events),
    sentTo: await receiversOf(deps, shop, events),
  };
  await db.transaction(async (tx) => {
    await finishRequest(tx, shop, requestId, clock.now());
    const subject = customerId ?? "a customer known by e-mail alone";
    await recordAudit(tx, { shop, actor, action: "customer.exported", subject });
  });
  return held;
}

async function openStates({ db, vault }: ExportDeps, shop: string, ids: readonly string[]) {
  return (await sealedStates(db, shop, ids)).map(({ type, id, state }) => ({
    type,
    id,
    state: parseLossless(vault.open(state, statePurpose(shop, type, id)).toString("utf8")),
  }));
}

async function openEvents({ db, vault }: ExportDeps, shop: string, ids: readonly string[]) {
  const opened = [];
  for (const id of ids) {
    const event = await getEvent(db, shop, id);
    const body = await readEventBody(db, vault, shop, id, { masked: false });
    if (event)
      opened.push({
        topic: event.topic,
        resource: event.resource?.id ?? null,
        occurredAt: event.occurredAt,
        receivedAt: event.receivedAt,
        body: body?.text ?? null,
      });
  }
  return opened;
}

async function receiversOf({ db }: ExportDeps, shop: string, ids: readonly string[]) {
  const names = new Map((await listSystems(db, shop)).map(({ id, name }) => [id, name]));
  const deliveries = await deliveriesOfEvents(db, shop, ids);
  const delivered = deliveries.filter((delivery) => delivery.status === "delivered");
  return [...new Set(delivered.map(({ systemId }) => names.get(systemId) ?? "A removed system"))];
}
