import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { discardEvents, listDeadEvents, reviveEvents } from "#app/events/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { deadDeliveryIds, discardDeliveries, replayDeliveries } from "./replay-store.ts";

/** Which dead letters: named ones (`evt:<id>`, `dlv:<id>`), or all there are now (of one system). */
export type DeadLetterSelection =
  | { readonly ids: readonly string[] }
  | { readonly all: true; readonly systemId?: string };

/** What a replay takes. */
export interface ReplayDeps {
  readonly db: Database;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
}

/** One transaction replays at most so many; "all" goes on in further ones until none is left. */
const perTransaction = 500;

/**
 * Tries dead letters again: a delivery gets a successor (same `webhook-id`, new attempts), an event
 * is processed anew. Pressed twice, the second press finds nothing left to do. The version check
 * holds as ever: replaying the past cannot overwrite the present.
 */
export async function replayDeadLetters(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  selection: DeadLetterSelection,
): Promise<{ count: number }> {
  let count = 0;
  for (;;) {
    const { deliveries, events } = await select(deps.db, shop, selection);
    const done = await deps.db.transaction(async (tx) => {
      const replayed = await replayDeliveries(tx, shop, deliveries, deps.clock.now());
      const revived = await reviveEvents(tx, shop, events);
      await deps.queue.enqueue(
        tx,
        "process-events",
        revived.map((id) => ({ payload: { shop, eventIds: [id], failures: 0 }, group: shop })),
      );
      const total = replayed + revived.length;
      if (total > 0) await audit(tx, shop, actor, "dead-letters.replayed", selection, total);
      return total;
    });
    count += done;
    if (done === 0 || "ids" in selection) return { count };
  }
}

/** Gives dead letters up for good, with a reason that stays in the audit log. */
export async function discardDeadLetters(
  deps: Pick<ReplayDeps, "db" | "clock">,
  shop: string,
  actor: string,
  selection: { readonly ids: readonly string[] },
  reason: string,
): Promise<{ count: number }> {
  const { deliveries, events } = await select(deps.db, shop, selection);
  const count = await deps.db.transaction(async (tx) => {
    const discarded = await discardDeliveries(tx, shop, deliveries, reason, deps.clock.now());
    const total = discarded + (await discardEvents(tx, shop, events, reason));
    if (total > 0) await audit(tx, shop, actor, "dead-letters.discarded", selection, total, reason);
    return total;
  });
  return { count };
}

async function select(
  db: Database,
  shop: string,
  selection: DeadLetterSelection,
): Promise<{ deliveries: string[]; events: string[] }> {
  if ("ids" in selection) {
    const withPrefix = (prefix: string) =>
      selection.ids.filter((id) => id.startsWith(prefix)).map((id) => id.slice(prefix.length));
    return {
      deliveries: withPrefix("dlv:").filter(isUuid),
      events: withPrefix("evt:").filter(isUuid),
    };
  }
  const deliveries = await deadDeliveryIds(db, shop, selection.systemId, perTransaction);
  const dead =
    selection.systemId === undefined
      ? await listDeadEvents(db, shop, { limit: perTransaction })
      : [];
  return { deliveries, events: dead.map((event) => event.id) };
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

async function audit(
  tx: Transaction,
  shop: string,
  actor: string,
  action: string,
  selection: DeadLetterSelection,
  count: number,
  reason?: string,
): Promise<void> {
  const subject = "ids" in selection ? `${String(selection.ids.length)} selected` : "all";
  await recordAudit(tx, {
    shop,
    actor,
    action,
    subject,
    detail: {
      count,
      ...(reason === undefined ? {} : { reason }),
      ...("ids" in selection ? { ids: selection.ids.slice(0, 100) } : {}),
    },
  });
}
