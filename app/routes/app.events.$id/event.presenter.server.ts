import type { AppContext } from "#app/context.server.ts";
import { deliveriesOfEvent, replayEvent } from "#app/delivery/index.server.ts";
import { getEvent, listEvents, readEventBody } from "#app/events/index.server.ts";
import type { EventBodyView } from "#app/events/types.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";

const siblingsShown = 10;

/** Everything the page of one event shows, or null when the shop has no such event. */
export async function loadEvent(
  { db, vault, clock }: Pick<AppContext, "db" | "vault" | "clock">,
  shop: string,
  id: string,
  options: { readonly withBody: boolean },
) {
  const event = await getEvent(db, shop, id);
  if (!event) return null;
  const [view, deliveries, systems, related, body] = await Promise.all([
    getShop(db, shop),
    deliveriesOfEvent(db, shop, event.id),
    listSystems(db, shop),
    listEvents(db, shop, { correlationId: event.correlationId }, { limit: siblingsShown + 1 }),
    options.withBody ? readEventBody(db, vault, shop, event.id, { masked: true }) : null,
  ]);
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    event,
    deliveries,
    systemNames: Object.fromEntries(systems.map((system) => [system.id, system.name])),
    siblings: related.items.filter((item) => item.id !== event.id).slice(0, siblingsShown),
    moreSiblings: related.items.length > siblingsShown,
    body,
  };
}

/** The body in the clear, when that was asked. */
export interface Revealed {
  readonly body?: EventBodyView;
}

/** The body with personal data in it. Written down first: nobody looks without leaving a trace. */
export async function revealBody(
  { db, vault }: Pick<AppContext, "db" | "vault">,
  shop: string,
  actor: string,
  id: string,
): Promise<EventBodyView | null> {
  const event = await getEvent(db, shop, id);
  if (!event) return null;
  await db.transaction((tx) =>
    recordAudit(tx, { shop, actor, action: "event-body.revealed", subject: event.id }),
  );
  return readEventBody(db, vault, shop, event.id, { masked: false });
}

/** Sends an event's changes again. Null: the shop has no such event. */
export async function sendAgain(
  context: Pick<AppContext, "db" | "queue" | "clock">,
  shop: string,
  actor: string,
  id: string,
): Promise<ActionOutcome | null> {
  const replayed = await replayEvent(context, shop, actor, id);
  if (!replayed) return null;
  if (replayed.count > 0) return { ok: true, toast: "Replay queued" };
  const message =
    "There is nothing to send again: no connected system took this event, or it is on its way now.";
  return { ok: false, errors: [{ field: "", message }] };
}
