import type { Queryable } from "#app/db.server.ts";
import {
  type ChangeCursor,
  type ListedChange,
  listChangesBetween,
} from "#app/mirror/index.server.ts";
import { getSystem } from "#app/systems/index.server.ts";
import type { SystemView } from "#app/systems/types.ts";
import { previewOf } from "./replay-dead-letters.ts";
import type { ReplayItem } from "./replay-job-store.ts";
import { itemsOf, timeOf } from "./replay-selection.ts";
import { type DeadFilter, neverHandedOver } from "./replay-store.ts";
import { beginReplay, type ReplayDeps, type ReplayOptions, type StartedReplay } from "./replays.ts";
import type { ReplayEffects } from "./types.ts";

/** From when to when (RFC 3339); without `until`: up to now. */
export interface RecoveryRange {
  readonly since: string;
  readonly until?: string;
}

/**
 * Brings a system what it missed in a time: changes that failed for good, and changes of its domains
 * that were never handed to it. What was delivered or is on its way is left alone, so nothing goes
 * twice; to a paused system it goes after the resume. Null when the shop has no such system.
 * @throws RangeError when a time or the pace is not one.
 */
export async function recoverSystem(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  systemId: string,
  range: RecoveryRange,
  options: ReplayOptions = {},
): Promise<StartedReplay | null> {
  const times = readRange(range, deps.clock.now());
  const system = await getSystem(deps.db, shop, systemId);
  if (!system) return null;
  return beginReplay(
    deps,
    { shop, kind: "recover", actor, selection: { systemId, ...range } },
    options,
    (tx) => missedBy(tx, system, times),
    (count) => ({
      action: "system.recovered",
      subject: systemId,
      detail: { count, ...range },
    }),
  );
}

/** What a recovery would do; nothing changes. Null when the shop has no such system. */
export async function previewRecovery(
  deps: Pick<ReplayDeps, "db" | "clock">,
  shop: string,
  systemId: string,
  range: RecoveryRange,
): Promise<{ count: number; effects: ReplayEffects } | null> {
  const times = readRange(range, deps.clock.now());
  const system = await getSystem(deps.db, shop, systemId);
  if (!system) return null;
  const deliveries = failedIn(system, times);
  const { effects } = await previewOf(deps.db, shop, { deliveries, events: null });
  let missed = 0;
  for await (const items of neverSentTo(deps.db, system, times)) missed += items.length;
  const held = system.status !== "active" || system.circuitState !== "closed";
  const all = {
    ...effects,
    willDeliver: effects.willDeliver + (held ? 0 : missed),
    willWait: effects.willWait + (held ? missed : 0),
  };
  return { count: Object.values(all).reduce((sum, item) => sum + item, 0), effects: all };
}

interface Times {
  readonly fromMs: number;
  readonly toMs: number;
}

function readRange({ since, until }: RecoveryRange, nowMs: number): Times {
  const fromMs = timeOf("since", since);
  const toMs = until === undefined ? nowMs : timeOf("until", until);
  if (toMs < fromMs) throw new RangeError("until: it is before `since`. Swap the two.");
  return { fromMs, toMs };
}

function failedIn(system: SystemView, { fromMs, toMs }: Times): DeadFilter {
  // What was made in that time may have been given up long after it.
  const times = { from: new Date(fromMs), to: null, madeBy: new Date(toMs) };
  return { ids: null, systemId: system.id, domain: null, ...times };
}

async function* missedBy(
  db: Queryable,
  system: SystemView,
  times: Times,
): AsyncGenerator<ReplayItem[]> {
  const selection = { deliveries: failedIn(system, times), events: null };
  yield* itemsOf(db, system.shop, selection);
  yield* neverSentTo(db, system, times);
}

const perPage = 1_000;

async function* neverSentTo(
  db: Queryable,
  system: SystemView,
  times: Times,
): AsyncGenerator<ReplayItem[]> {
  let after: ChangeCursor | null = null;
  for (;;) {
    const page: ListedChange[] = await listChangesBetween(db, system.shop, {
      domains: system.domains,
      notBy: system.id,
      ...times,
      after,
      limit: perPage,
    });
    const missed = await neverHandedOver(db, system.id, page);
    yield missed.map((id) => ({ kind: "change", systemId: system.id, letterId: id }));
    if (page.length < perPage) return;
    after = page.at(-1) ?? null;
  }
}
