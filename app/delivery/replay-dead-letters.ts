import { validate as isUuid } from "uuid";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { discardEvents, listDeadEvents, reviveEvents } from "#app/events/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { forgetDiscarded, resolveEmptied } from "./issue-store.ts";
import { notifyLanes } from "./lane-session.ts";
import {
  deadDeliveryIds,
  discardDeliveries,
  lastDeadDelivery,
  replayDeliveries,
} from "./replay-store.ts";

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

/** One transaction replays at most so many; "all" goes on in further ones. */
const perTransaction = 500;

/**
 * Tries dead letters again: a delivery gets a successor (same `webhook-id`, new attempts), an event
 * is processed anew. Pressed twice, the second press finds nothing left to do. "All" are those there
 * are at the start: what fails again meanwhile is a new dead letter. The version check holds as
 * ever: replaying the past cannot overwrite the present.
 */
export async function replayDeadLetters(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  selection: DeadLetterSelection,
): Promise<{ count: number }> {
  const letters = "ids" in selection ? [named(selection.ids)] : all(deps.db, shop, selection);
  let count = 0;
  for await (const { deliveries, events } of letters)
    count += await deps.db.transaction(async (tx) => {
      const replayed = await replayDeliveries(tx, shop, deliveries, deps.clock.now());
      await notifyLanes(tx, [...new Set(replayed)]);
      const revived = await reviveEvents(tx, shop, events);
      await deps.queue.enqueue(
        tx,
        "process-events",
        revived.map((id) => ({ payload: { shop, eventIds: [id], failures: 0 }, group: shop })),
      );
      const total = replayed.length + revived.length;
      if (total > 0) await audit(tx, shop, actor, "dead-letters.replayed", selection, total);
      return total;
    });
  return { count };
}

/** Gives dead letters up for good, with a reason that stays in the audit log. */
export async function discardDeadLetters(
  deps: Pick<ReplayDeps, "db" | "clock">,
  shop: string,
  actor: string,
  selection: { readonly ids: readonly string[] },
  reason: string,
): Promise<{ count: number }> {
  const { deliveries, events } = named(selection.ids);
  const count = await deps.db.transaction(async (tx) => {
    const nowMs = deps.clock.now();
    const discarded = await discardDeliveries(tx, shop, deliveries, reason, nowMs);
    await resolveEmptied(tx, await forgetDiscarded(tx, discarded), nowMs);
    const total = discarded.length + (await discardEvents(tx, shop, events, reason));
    if (total > 0) await audit(tx, shop, actor, "dead-letters.discarded", selection, total, reason);
    return total;
  });
  return { count };
}

interface Letters {
  readonly deliveries: readonly string[];
  readonly events: readonly string[];
}

function named(ids: readonly string[]): Letters {
  const withPrefix = (prefix: string) =>
    ids
      .filter((id) => id.startsWith(prefix))
      .map((id) => id.slice(prefix.length))
      .filter((id) => isUuid(id));
  return { deliveries: withPrefix("dlv:"), events: withPrefix("evt:") };
}

/** Everything that is dead at the first look, a transaction's worth at a time. */
async function* all(
  db: Database,
  shop: string,
  { systemId }: { readonly systemId?: string },
): AsyncGenerator<Letters> {
  const of = { shop, systemId };
  const last = await lastDeadDelivery(db, of);
  let after: string | null = null;
  while (last !== null && after !== last) {
    const range = { after, last, limit: perTransaction };
    const deliveries: string[] = await deadDeliveryIds(db, of, range);
    if (deliveries.length > 0) yield { deliveries, events: [] };
    after = deliveries.at(-1) ?? last;
  }
  let before: string | undefined;
  while (systemId === undefined) {
    const dead = await listDeadEvents(db, shop, { limit: perTransaction, after: before });
    if (dead.length === 0) return;
    yield { deliveries: [], events: dead.map((event) => event.id) };
    before = dead.at(-1)?.id;
  }
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
