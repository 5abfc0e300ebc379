import type { JobPayload } from "#app/jobs.ts";
import {
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifyThrottledError,
  ShopifyUnavailableError,
} from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { askShopify } from "./ask-shopify.ts";
import { compareRows } from "./compare-rows.ts";
import { downloadRows } from "./download-rows.ts";
import { SnapshotNotReadError } from "./pull-snapshot.ts";
import type { RunDeps } from "./run-deps.ts";
import { dropRows } from "./row-store.ts";
import { endRun, findRun, moveRun, RunLostError, type RunRow } from "./run-store.ts";
import { settleSuspicions } from "./settle-findings.ts";
import { RunFailedError, type Step } from "./step.ts";
import { UnusableSnapshotError } from "./take-snapshot.ts";
import type { RunPhase } from "./types.ts";

const phases: Readonly<Record<RunPhase, (deps: RunDeps, run: RunRow) => Promise<Step>>> = {
  query: askShopify,
  download: downloadRows,
  compare: compareRows,
  repair: settleSuspicions,
};

/** A job works so long, then makes room for others; the next one goes on. */
const stretchMs = 45_000;

/**
 * One stretch of a comparison: step by step, each on record before the next. Run twice at once, one
 * of the two finds that the other moved the run on, and leaves it to that one.
 */
export async function runReconciliation(
  deps: RunDeps,
  { shop, runId }: JobPayload<"run-reconciliation">,
): Promise<void> {
  const run = await findRun(deps.db, shop, runId);
  if (!run) return;
  if (run.status !== "running") return cleanUp(deps, run);
  if (!(await getShop(deps.db, shop))) {
    const note = "The app was removed from the store.";
    await deps.db.transaction((tx) => endRun(tx, shop, runId, note, deps.clock.now()));
    return dropRows(deps.db, runId);
  }
  const waitSeconds = await goOn(deps, run).catch((error: unknown) => afterError(deps, run, error));
  if (waitSeconds === null) return;
  await deps.db.transaction((tx) =>
    deps.enqueue(tx, "run-reconciliation", [
      { payload: { shop, runId }, group: shop, startAfterSeconds: waitSeconds },
    ]),
  );
}

/** Seconds until the next stretch; null when the comparison is over. */
async function goOn(deps: RunDeps, given: RunRow): Promise<number | null> {
  const untilMs = deps.clock.now() + stretchMs;
  for (let run = given; deps.clock.now() < untilMs; ) {
    const step = await phases[run.phase](deps, run);
    run = step.run;
    if (run.status !== "running") return null;
    if (step.waitSeconds !== undefined) return step.waitSeconds;
  }
  return 0;
}

const minute = 60_000;

/** What a failure leads to: the end, or another try after a while; unknown ones are the queue's. */
function readFailure(
  error: unknown,
): { waitSeconds: number; patienceMs: number; note: string } | null {
  if (error instanceof ShopifyReconnectNeededError)
    return {
      waitSeconds: 60,
      patienceMs: 24 * 60 * minute,
      note: "Waits until Converge is connected to Shopify again: open the app in the admin.",
    };
  if (error instanceof ShopifyThrottledError)
    return {
      waitSeconds: Math.min(60, Math.ceil(error.retryAfterMs / 1000)),
      patienceMs: 24 * 60 * minute,
      note: "Shopify is limiting requests. The run continues at a lower speed.",
    };
  if (error instanceof ShopifyUnavailableError)
    return { waitSeconds: 10, patienceMs: 6 * 60 * minute, note: "Shopify does not answer." };
  if (error instanceof SnapshotNotReadError)
    return { waitSeconds: 15, patienceMs: 2 * minute, note: error.message };
  return null;
}

function isFinal(error: unknown): error is Error {
  return (
    error instanceof RunFailedError ||
    error instanceof UnusableSnapshotError ||
    error instanceof ShopifyQueryError ||
    error instanceof ShopifyRefusedError
  );
}

async function afterError(
  deps: RunDeps,
  { id, shop }: RunRow,
  error: unknown,
): Promise<number | null> {
  if (error instanceof RunLostError) return null;
  const failure = readFailure(error);
  if (failure === null && !isFinal(error)) throw error;
  const run = await findRun(deps.db, shop, id);
  if (run?.status !== "running") return null;
  const nowMs = deps.clock.now();
  const sinceMs = run.work.failingSinceMs ?? nowMs;
  const message = error instanceof Error ? error.message : "";
  try {
    if (failure === null || nowMs - sinceMs > failure.patienceMs) {
      await moveRun(deps.db, run, { status: "failed", note: message }, nowMs);
      await dropRows(deps.db, id);
      return null;
    }
    await moveRun(deps.db, run, { note: failure.note, work: { failingSinceMs: sinceMs } }, nowMs);
  } catch (lost) {
    if (!(lost instanceof RunLostError)) throw lost;
    return null;
  }
  deps.log.warn({ shop, run: id, reason: message }, "a comparison waits");
  return failure.waitSeconds;
}

/** After a cancellation: Shopify need not go on either, and what was staged is forgotten. */
async function cleanUp(deps: RunDeps, run: RunRow): Promise<void> {
  const { bulkId } = run.work;
  if (run.status === "cancelled" && run.phase === "query" && bulkId !== undefined)
    await deps.shopify.bulk.cancel(run.shop, bulkId).catch((error: unknown) => {
      deps.log.warn(
        { err: error, run: run.id },
        "a bulk operation was not cancelled; it ends by itself",
      );
    });
  await dropRows(deps.db, run.id);
}
