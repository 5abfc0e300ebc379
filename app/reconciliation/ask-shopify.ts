import type { BulkProgress } from "#app/shopify/index.server.ts";
import { getSystem } from "#app/systems/index.server.ts";
import { comparedDomain } from "./compared-domains.ts";
import { pullSnapshot } from "./pull-snapshot.ts";
import type { RunDeps } from "./run-deps.ts";
import { dropRows } from "./row-store.ts";
import { moveRun, type RunRow } from "./run-store.ts";
import { currentSnapshot } from "./snapshot-store.ts";
import { RunFailedError, type Step } from "./step.ts";
import { waitForShop } from "./wait-for-learning.ts";

/** Bulk operations begun for one comparison before it takes what there is. */
export const mostBulkTries = 3;

/** Seconds between two looks at a bulk operation: often at first, since small stores take seconds. */
function lookAgainSeconds(polls: number): number {
  return Math.min(30, 1 + Math.floor(polls / 4));
}

/**
 * The first phase: the system's full state is at hand, and Shopify's bulk operation is done. A start
 * that was not heard back is found again by the run's own mark in the query.
 */
export async function askShopify(deps: RunDeps, run: RunRow): Promise<Step> {
  const { db, clock, shopify } = deps;
  const nowMs = () => clock.now();
  const wait = run.work.bulkTries === undefined ? await waitForShop(deps, run) : null;
  if (wait !== null) return wait;
  if (run.system !== "shopify" && run.work.snapshotId === undefined)
    return { run: await takeSystemsSide(deps, run) };
  const { bulkId, bulkTries = 0, polls = 0 } = run.work;
  if (bulkId === undefined) {
    const readFromMs = nowMs();
    const mark = `converge ${run.id} ${String(bulkTries)}`;
    const id = await shopify.bulk.start(run.shop, comparedDomain(run.domain).query, mark);
    const note =
      id === null ? "Waits until Shopify has a place for one more bulk operation." : null;
    const work = id === null ? {} : { bulkId: id, bulkTries: bulkTries + 1, readFromMs, polls: 0 };
    const moved = await moveRun(db, run, { work, note }, nowMs());
    return { run: moved, waitSeconds: id === null ? 15 : 1 };
  }
  const progress = await shopify.bulk.progress(run.shop, bulkId);
  if (progress.state === "running") {
    const work = { polls: polls + 1, objects: progress.objects };
    return {
      run: await moveRun(db, run, { work, note: null }, nowMs()),
      waitSeconds: lookAgainSeconds(polls),
    };
  }
  return takeResult(deps, run, progress);
}

/** The full state to compare with: read afresh where the system has an address for it. */
async function takeSystemsSide(deps: RunDeps, run: RunRow): Promise<RunRow> {
  await pullSnapshot(deps, run.shop, run.system, run.domain);
  const snapshot = await currentSnapshot(deps.db, run.shop, run.system, run.domain);
  if (snapshot === null)
    throw new RunFailedError(
      "The system has not told what it has, so there is nothing to compare.",
    );
  const system = await getSystem(deps.db, run.shop, run.system);
  const work = {
    snapshotId: snapshot.id,
    snapshotAtMs: snapshot.startedAt.getTime(),
    snapshotGaps: snapshot.gaps,
    snapshotRows: snapshot.rows,
    within: system?.comparison[run.domain]?.within ?? {},
  };
  return moveRun(deps.db, run, { work }, deps.clock.now());
}

async function takeResult(
  deps: RunDeps,
  run: RunRow,
  progress: Exclude<BulkProgress, { state: "running" }>,
): Promise<Step> {
  const { db, clock } = deps;
  const { bulkTries = 0 } = run.work;
  if (progress.state === "completed") {
    const { objects, url, bytes } = progress;
    // Without an address there was nothing to list.
    const work = { objects, ...(url === null ? {} : { resultUrl: url }), resultBytes: bytes };
    return { run: await moveRun(db, run, { work, phase: "download" }, clock.now()) };
  }
  if (progress.state === "cancelled")
    throw new RunFailedError("The bulk operation was cancelled in Shopify.");
  const again = progress.state === "expired" || progress.again;
  if (again && bulkTries < mostBulkTries) return { run: await askAgain(deps, run) };
  if (progress.state === "expired")
    throw new RunFailedError("Shopify did not keep the result of its bulk operation.");
  if (progress.url === null) throw new RunFailedError(progress.reason);
  const work = {
    objects: progress.objects,
    resultUrl: progress.url,
    resultBytes: null,
    partial: true,
  };
  return { run: await moveRun(db, run, { work, phase: "download" }, clock.now()) };
}

/** Starts over with a new bulk operation; what the last one left is forgotten. */
export async function askAgain(deps: RunDeps, run: RunRow): Promise<RunRow> {
  await dropRows(deps.db, run.id);
  const { bulkId: _done, resultUrl: _gone, ...rest } = run.work;
  const work = { ...rest, storedBytes: 0, storedRows: 0, storedLines: 0, stalls: 0 };
  return moveRun(deps.db, run, { work, replaceWork: true, phase: "query" }, deps.clock.now());
}
