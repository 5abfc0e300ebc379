import { validate as isUuid } from "uuid";
import { getEvent, reviveEvents } from "#app/events/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { subscribersOf } from "#app/systems/index.server.ts";
import { notifyLanes } from "./lane-session.ts";
import { bringForward, type LineHead, lockLineHeads, succeedHeads } from "./replay-store.ts";
import type { ReplayDeps } from "./replays.ts";

/**
 * Sends what came of one event again, to each system it went to, on purpose and even when it arrived:
 * twice pressed is twice sent, with the same `webhook-id`. What is still on its way for the first
 * time, or waits for an automatic retry, is not doubled: the retry goes now. A dead event is processed
 * anew. Returns how many deliveries (or events) go again; null when the shop has no such event.
 */
export async function replayEvent(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  eventId: string,
): Promise<{ count: number } | null> {
  if (!isUuid(eventId)) return null;
  return deps.db.transaction(async (tx) => {
    const nowMs = deps.clock.now();
    const revived = await reviveEvents(tx, shop, [eventId]);
    await deps.queue.enqueue(
      tx,
      "process-events",
      revived.map((id) => ({ payload: { shop, eventIds: [id], failures: 0 }, group: shop })),
    );
    const connected = new Set((await subscribersOf(tx, shop)).map((system) => system.id));
    const lines = await lockLineHeads(tx, shop, eventId);
    // Deliveries name their event: only without any the event itself has to be looked for.
    if (lines.length === 0 && !(await getEvent(tx, shop, eventId))) return null;
    const heads = lines.filter(({ systemId }) => connected.has(systemId));
    const retries = heads.filter((head) => head.status === "retrying");
    const again = heads.filter(goesAgain);
    const idsOf = (of: readonly LineHead[]) => of.map((head) => head.id);
    await bringForward(tx, idsOf(retries), nowMs);
    await succeedHeads(tx, shop, idsOf(again), nowMs);
    await notifyLanes(tx, [...new Set([...retries, ...again].map((head) => head.systemId))]);
    const count = revived.length + retries.length + again.length;
    if (count > 0)
      await recordAudit(tx, {
        shop,
        actor,
        action: "event.replayed",
        subject: eventId,
        detail: { count },
      });
    return { count };
  });
}

/** A replay that has not gone yet is one more on purpose; a first delivery that has not gone is not. */
function goesAgain({ status, generation }: LineHead): boolean {
  if (status === "retrying") return false;
  const open = status === "pending" || status === "delivering" || status === "waiting";
  return !open || generation > 0;
}
