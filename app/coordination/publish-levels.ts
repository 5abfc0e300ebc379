import type { JobPayload } from "#app/jobs.ts";
import { getShop } from "#app/shops/index.server.ts";
import { beginSteps } from "./begin-steps.ts";
import { finishSteps } from "./finish-steps.ts";
import { type Outcomes, sendSteps, type StepDeps } from "./send-steps.ts";

type Job = JobPayload<"publish-pool-level">;

/**
 * A level takes a move for each hold and a set; what is left after so many steps is somebody changing
 * it again and again, and goes on with the next job.
 */
const mostSteps = 8;

/**
 * Brings stores to what their pools say: lower at once, higher on fresh evidence, a hold's units into
 * reserved and back. Each step is on record before it is sent and is sent again as it was until its
 * end is known, so that a process may die anywhere. Returns, for each job, null or the error that it
 * has to come back for.
 */
export async function publishLevels(
  deps: StepDeps,
  jobs: readonly Job[],
): Promise<(Error | null)[]> {
  const shops = [...new Set(jobs.map((job) => job.shop))];
  const failed = new Map<Job, Error>();
  await Promise.all(
    shops.map(async (shop) => {
      const mine = jobs.filter((job) => job.shop === shop);
      try {
        const errors = await publishOf(deps, shop, mine);
        for (const job of mine) {
          const error = errors.get(job.poolId);
          if (error) failed.set(job, error);
        }
      } catch (error) {
        for (const job of mine) failed.set(job, asError(error));
      }
    }),
  );
  return jobs.map((job) => failed.get(job) ?? null);
}

/** Errors by pool. */
async function publishOf(
  deps: StepDeps,
  shop: string,
  jobs: readonly Job[],
): Promise<ReadonlyMap<string, Error>> {
  const errors = new Map<string, Error>();
  if (!(await getShop(deps.db, shop))) return errors;
  const causes = new Map(jobs.map((job) => [job.poolId, job.correlationId ?? null]));
  let pools = [...causes.keys()];
  for (let step = 0; step < mostSteps && pools.length > 0; step += 1) {
    const begun = await deps.db.transaction((tx) => beginSteps(deps, tx, shop, pools));
    if (begun.length === 0) break;
    const outcomes: Outcomes = await sendSteps(deps, shop, begun, causes);
    for (const { level } of begun) {
      const outcome = outcomes.get(level.levelId);
      if (outcome?.kind === "unknown") errors.set(level.poolId, outcome.error);
    }
    await finishSteps(deps, shop, begun, outcomes);
    // What was refused, or has to be counted first, goes on when something changes.
    pools = begun
      .filter(({ level }) => outcomes.get(level.levelId)?.kind === "applied")
      .map(({ level }) => level.poolId);
  }
  return errors;
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
