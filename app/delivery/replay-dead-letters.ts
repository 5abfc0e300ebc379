import type { Queryable } from "#app/db.server.ts";
import { discardEvents } from "#app/events/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { subscribersOf } from "#app/systems/index.server.ts";
import { heldReason } from "./held-reason.ts";
import { forgetDiscarded, resolveEmptied } from "./issue-store.ts";
import {
  type DeadLetterSelection,
  itemsOf,
  readSelection,
  type ReadSelection,
} from "./replay-selection.ts";
import { countMatchingDead, discardDeliveries } from "./replay-store.ts";
import { beginReplay, type ReplayDeps, type ReplayOptions, type StartedReplay } from "./replays.ts";
import type { ReplayEffects } from "./types.ts";

/**
 * Tries dead letters again, at a pace that live traffic does not notice: a delivery gets a successor
 * (same `webhook-id`, new attempts), an event is processed anew. Pressed twice, the second press finds
 * nothing left to do. The version check holds as ever: replaying the past cannot overwrite the
 * present.
 * @throws RangeError when the pace or a time of the filter is not one.
 */
export async function replayDeadLetters(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  selection: DeadLetterSelection,
  options: ReplayOptions = {},
): Promise<StartedReplay> {
  const read = readSelection(selection);
  return beginReplay(
    deps,
    { shop, kind: "replay", actor, selection },
    options,
    (tx) => itemsOf(tx, shop, read),
    (count) => ({
      action: "dead-letters.replayed",
      subject: subjectOf(selection),
      detail: { count, ...detailOf(selection) },
    }),
  );
}

/** What a replay would do; nothing changes. @throws RangeError when a time is not one. */
export async function previewReplay(
  db: Queryable,
  shop: string,
  selection: DeadLetterSelection,
): Promise<{ count: number; effects: ReplayEffects }> {
  return previewOf(db, shop, readSelection(selection));
}

/** @see previewReplay */
export async function previewOf(
  db: Queryable,
  shop: string,
  { deliveries, events }: ReadSelection,
): Promise<{ count: number; effects: ReplayEffects }> {
  const systems = new Map((await subscribersOf(db, shop)).map((item) => [item.id, item]));
  const latestOnly = [...systems.values()].flatMap(({ id, mode }) =>
    mode === "latest" ? [id] : [],
  );
  const effects = { willDeliver: 0, superseded: 0, willWait: 0, deleted: 0, willProcess: 0 };
  for (const { systemId, all, overtaken } of deliveries
    ? await countMatchingDead(db, shop, deliveries, latestOnly)
    : []) {
    const system = systems.get(systemId);
    if (!system) {
      effects.deleted += all;
      continue;
    }
    effects.superseded += overtaken;
    const held = heldReason(system.status, system.circuitState) !== null;
    effects[held ? "willWait" : "willDeliver"] += all - overtaken;
  }
  for await (const items of itemsOf(db, shop, { deliveries: null, events }))
    effects.willProcess += items.length;
  const count = Object.values(effects).reduce((sum, item) => sum + item, 0);
  return { count, effects };
}

/**
 * Gives dead letters up for good, with a reason that stays in the audit log.
 * @throws RangeError when a time of the filter is not one.
 */
export async function discardDeadLetters(
  deps: Pick<ReplayDeps, "db" | "clock">,
  shop: string,
  actor: string,
  selection: DeadLetterSelection,
  reason: string,
): Promise<{ count: number }> {
  const read = readSelection(selection);
  const count = await deps.db.transaction(async (tx) => {
    const nowMs = deps.clock.now();
    const deliveries: string[] = [];
    const events: string[] = [];
    for await (const items of itemsOf(tx, shop, read))
      for (const { kind, letterId } of items)
        (kind === "event" ? events : deliveries).push(letterId);
    const discarded = await discardDeliveries(tx, shop, deliveries, reason, nowMs);
    await resolveEmptied(tx, await forgetDiscarded(tx, discarded), nowMs);
    const total = discarded.length + (await discardEvents(tx, shop, events, reason));
    if (total > 0)
      await recordAudit(tx, {
        shop,
        actor,
        action: "dead-letters.discarded",
        subject: subjectOf(selection),
        detail: { count: total, reason, ...detailOf(selection) },
      });
    return total;
  });
  return { count };
}

function subjectOf(selection: DeadLetterSelection): string {
  if ("ids" in selection) return `${String(selection.ids.length)} selected`;
  return "filter" in selection ? "filter" : "all";
}

function detailOf(selection: DeadLetterSelection): Record<string, unknown> {
  if ("ids" in selection) return { ids: selection.ids.slice(0, 100) };
  return "filter" in selection ? { filter: selection.filter } : {};
}
