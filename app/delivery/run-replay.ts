import type { Clock, Transaction } from "#app/db.server.ts";
import { reviveEvents } from "#app/events/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { loadChanges } from "#app/mirror/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { subscribersOf } from "#app/systems/index.server.ts";
import { insertDeliveries, supersedeOlder } from "./delivery-store.ts";
import { newDelivery } from "./fan-out-changes.ts";
import { notifyLanes } from "./lane-session.ts";
import { type LockedReplay, lockReplay, recordStep, type ReplayItem } from "./replay-job-store.ts";
import { takeItems } from "./replay-job-store.ts";
import { replayDeliveries } from "./replay-store.ts";

/** What a step of a replay takes. */
export interface ReplayStepDeps {
  readonly clock: Clock;
  readonly enqueue: Queue["enqueue"];
}

/** A replay that stood still catches up on this much of its pace at most. */
const longestCatchUpMs = 5_000;
const stepEverySeconds = 1;

/**
 * Goes a step further with each replay, in the transaction that completes the jobs: what is taken,
 * what follows from it and the job of the next step commit together, so that a worker that dies in
 * the middle leaves nothing half done and nothing is replayed twice. Jobs of before a pause or a
 * cancellation do nothing.
 */
export async function runReplays(
  deps: ReplayStepDeps,
  tx: Transaction,
  batch: readonly JobPayload<"run-replay">[],
): Promise<void> {
  for (const { shop, replayId, step } of batch) {
    const replay = await lockReplay(tx, shop, replayId);
    if (replay?.status !== "running" || replay.step !== step) continue;
    await stepReplay(deps, tx, shop, replay, allowanceOf(replay, deps.clock.now()));
  }
}

/** How many items of each system may go now, by the time since the last that went. */
function allowanceOf(replay: LockedReplay, nowMs: number): number {
  // A pace below one in five seconds has to wait longer than that for its next.
  const mostMs = Math.max(longestCatchUpMs, 1000 / replay.pacePerSecond);
  const elapsedMs = Math.min(Math.max(0, nowMs - replay.steppedAtMs), mostMs);
  return Math.floor((elapsedMs * replay.pacePerSecond) / 1000 + 1e-9);
}

/** Replays up to `perSystem` items of each system, and plans the next step when something is left. */
export async function stepReplay(
  deps: ReplayStepDeps,
  tx: Transaction,
  shop: string,
  replay: Pick<LockedReplay, "id" | "pacePerSecond">,
  perSystem: number,
  spacingMs = 1000 / replay.pacePerSecond,
): Promise<void> {
  const items = perSystem > 0 ? await takeItems(tx, replay.id, perSystem) : [];
  const made = await carryOut(deps, tx, shop, items, spacingMs);
  const taken = { items: items.length, skipped: items.length - made };
  const next = await recordStep(tx, replay.id, taken, deps.clock.now());
  if (next === null) return;
  const payload = { shop, replayId: replay.id, step: next };
  await deps.enqueue(tx, "run-replay", [
    { payload, group: shop, startAfterSeconds: stepEverySeconds },
  ]);
}

/** Returns how many of the items led to something. */
async function carryOut(
  deps: ReplayStepDeps,
  tx: Transaction,
  shop: string,
  items: readonly ReplayItem[],
  spacingMs: number,
): Promise<number> {
  if (items.length === 0) return 0;
  const nowMs = deps.clock.now();
  const subscribers = new Map((await subscribersOf(tx, shop)).map((item) => [item.id, item]));
  const connected = items.filter((item) => subscribers.has(item.systemId));
  const idsOf = (kind: ReplayItem["kind"], from = connected) =>
    from.filter((item) => item.kind === kind).map((item) => item.letterId);
  const replayed = await replayDeliveries(tx, shop, idsOf("delivery"), nowMs, spacingMs);
  const revived = await reviveEvents(tx, shop, idsOf("event", [...items]));
  await deps.enqueue(
    tx,
    "process-events",
    revived.map((id) => ({ payload: { shop, eventIds: [id], failures: 0 }, group: shop })),
  );
  const systems = new Set(replayed);
  let handedOver = 0;
  for (const subscriber of subscribers.values()) {
    const ofSystem = connected.filter((item) => item.systemId === subscriber.id);
    const changes = await loadChanges(tx, shop, idsOf("change", ofSystem));
    if (changes.length === 0) continue;
    const deliveries = changes.map((change, seq) => newDelivery(change, subscriber, seq));
    handedOver += (await insertDeliveries(tx, deliveries, nowMs)).size;
    if (subscriber.mode === "latest") await supersedeOlder(tx, deliveries, nowMs);
    systems.add(subscriber.id);
  }
  await notifyLanes(tx, [...systems]);
  return replayed.length + revived.length + handedOver;
}
