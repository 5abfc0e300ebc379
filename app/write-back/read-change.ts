import type { Queryable } from "#app/db.server.ts";
import { getEvent } from "#app/events/index.server.ts";
import { getIntentOf } from "./view-store.ts";
import type { IntentView } from "./types.ts";

/** What became of a system's change: of its write, or of the change itself before that. Null: none. */
export async function readChange(
  db: Queryable,
  shop: string,
  id: string,
): Promise<IntentView | null> {
  const event = await getEvent(db, shop, id);
  if (event?.source !== "system" || event.resource === null) return null;
  const intent = await getIntentOf(db, shop, id);
  if (intent !== null) return { ...intent, id };
  const over = event.status === "ignored" || event.status === "dead";
  return {
    id,
    status: over ? "dead" : "pending",
    reason: over ? event.reason : null,
    systemId: null,
    resourceId: event.resource.id,
    correlationId: event.correlationId,
    createdAt: event.receivedAt,
    settledAt: over ? event.processedAt : null,
  };
}
