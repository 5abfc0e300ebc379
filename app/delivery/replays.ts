import { validate as isUuid, v7 as uuidv7 } from "uuid";
import type { Clock, Database, Queryable, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import {
  addItems,
  deleteReplay,
  insertReplay,
  lockReplay,
  lockReplays,
  type LockedReplay,
  type NewReplay,
  replayOf,
  type ReplayItem,
  replaysOf,
  setReplayStatus,
} from "./replay-job-store.ts";
import { stepReplay } from "./run-replay.ts";
import type { ReplayStatus, ReplayView } from "./types.ts";

/** What a replay takes. */
export interface ReplayDeps {
  readonly db: Database;
  readonly queue: Pick<Queue, "enqueue">;
  readonly clock: Clock;
}

/** How fast a replay goes, per system. Unset: 5 a second, and a handful at once. */
export interface ReplayOptions {
  readonly pacePerSecond?: number;
}

/** A replay that was begun. `jobId` null: there was nothing to do. */
export interface StartedReplay {
  readonly count: number;
  readonly jobId: string | null;
}

const defaultPacePerSecond = 5;
const fastestPacePerSecond = 1_000;
/** Live traffic does not notice so few: five seconds' worth of the default pace. */
const handful = 25;

/**
 * Writes down what there is to do, and begins: what is chosen is chosen now, what fails again
 * meanwhile is a new dead letter.
 * @throws RangeError when the pace is not one.
 */
export async function beginReplay(
  deps: ReplayDeps,
  wanted: Omit<NewReplay, "id" | "pacePerSecond">,
  options: ReplayOptions,
  pages: (tx: Transaction) => AsyncIterable<readonly ReplayItem[]>,
  audit: (total: number) => { action: string; subject: string; detail: Record<string, unknown> },
): Promise<StartedReplay> {
  return deps.db.transaction((tx) => beginReplayIn(tx, deps, wanted, options, pages, audit));
}

/** The same in the transaction of the caller. */
export async function beginReplayIn(
  tx: Transaction,
  deps: Pick<ReplayDeps, "queue" | "clock">,
  wanted: Omit<NewReplay, "id" | "pacePerSecond">,
  options: ReplayOptions,
  pages: (tx: Transaction) => AsyncIterable<readonly ReplayItem[]>,
  audit: (total: number) => { action: string; subject: string; detail: Record<string, unknown> },
): Promise<StartedReplay> {
  const { pacePerSecond = defaultPacePerSecond } = options;
  if (!(pacePerSecond > 0 && pacePerSecond <= fastestPacePerSecond))
    throw new RangeError(
      `pacePerSecond: use a number above 0, at most ${String(fastestPacePerSecond)}.`,
    );
  const replay = { ...wanted, id: uuidv7(), pacePerSecond };
  await lockReplays(tx, wanted.shop);
  await insertReplay(tx, replay, deps.clock.now());
  let total = 0;
  for await (const items of pages(tx)) total = await addItems(tx, replay.id, items);
  if (total === 0) {
    await deleteReplay(tx, replay.id);
    return { count: 0, jobId: null };
  }
  const { shop, actor } = wanted;
  await recordAudit(tx, { shop, actor, ...audit(total) });
  const step = { clock: deps.clock, enqueue: deps.queue.enqueue };
  if (options.pacePerSecond === undefined && total <= handful)
    await stepReplay(step, tx, shop, replay, handful, 0);
  else await stepReplay(step, tx, shop, replay, Math.ceil(pacePerSecond));
  return { count: total, jobId: replay.id };
}

/** One replay of a shop with its progress, or null. */
export async function getReplay(
  db: Queryable,
  shop: string,
  id: string,
): Promise<ReplayView | null> {
  return isUuid(id) ? replayOf(db, shop, id) : null;
}

/** A page of a shop's replays, newest first, whatever became of them; what is no cursor begins anew. */
export async function listReplays(
  db: Queryable,
  shop: string,
  options: { readonly limit?: number; readonly after?: string | undefined } = {},
): Promise<{ readonly items: ReplayView[]; readonly next: string | null }> {
  const { limit = 20, after = "" } = options;
  const rows = await replaysOf(db, shop, isUuid(after) ? after : null, limit + 1);
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

/** Stops a replay where it is. Null when the shop has no such replay; one that does not run stays as it is. */
export async function pauseReplay(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<ReplayView | null> {
  return decide(deps, shop, actor, id, "paused", ({ status }) => status === "running");
}

/** Ends a replay for good; what it did stays done. */
export async function cancelReplay(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<ReplayView | null> {
  const unfinished = ["running", "paused"];
  return decide(deps, shop, actor, id, "cancelled", ({ status }) => unfinished.includes(status));
}

/** A running replay that has not moved for so long has lost its job, and may be resumed. */
const stalledAfterMs = 60_000;

/** Goes on with a paused replay, or with one that stands still. */
export async function resumeReplay(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  id: string,
): Promise<ReplayView | null> {
  const nowMs = deps.clock.now();
  return decide(deps, shop, actor, id, "running", ({ status, steppedAtMs }) => {
    const stalled = status === "running" && nowMs - steppedAtMs > stalledAfterMs;
    return status === "paused" || stalled;
  });
}

const pastOf = { paused: "paused", running: "resumed", cancelled: "cancelled" } as const;

async function decide(
  deps: ReplayDeps,
  shop: string,
  actor: string,
  id: string,
  to: keyof typeof pastOf & ReplayStatus,
  may: (replay: LockedReplay) => boolean,
): Promise<ReplayView | null> {
  if (!isUuid(id)) return null;
  return deps.db.transaction(async (tx) => {
    const replay = await lockReplay(tx, shop, id);
    if (!replay) return null;
    if (may(replay)) {
      const step = await setReplayStatus(tx, id, to, deps.clock.now());
      await recordAudit(tx, { shop, actor, action: `replay.${pastOf[to]}`, subject: id });
      const payload = { shop, replayId: id, step };
      if (to === "running") await deps.queue.enqueue(tx, "run-replay", [{ payload, group: shop }]);
    }
    return replayOf(tx, shop, id);
  });
}
