import type { Transaction } from "#app/db.server.ts";
import { forgetEchoes } from "#app/mirror/index.server.ts";
import type { BegunStep } from "./begin-steps.ts";
import { noteLag } from "./group-store.ts";
import { urgent } from "./hand-over.ts";
import { unitsLost, unitsMissing, unitsReturned, unitsTaken } from "./hold-moves.ts";
import { endWrite, levelsNamed } from "./level-store.ts";
import { lockPools, type PoolRow } from "./pool-store.ts";
import type { Outcomes, StepDeps, StepOutcome } from "./send-steps.ts";

/** A sale of longer ago says nothing about how fast stores follow. */
const recentMs = 3_600_000;

/**
 * Writes down how writes ended, once each; what is not known stays on record and is sent again. A
 * level where nothing was written because it had changed is counted next.
 */
export async function finishSteps(
  deps: StepDeps,
  shop: string,
  begun: readonly BegunStep[],
  outcomes: Outcomes,
): Promise<void> {
  const lags = await deps.db.transaction(async (tx) => {
    const pools = await lockPools(tx, [...new Set(begun.map(({ level }) => level.poolId))]);
    const found: number[] = [];
    for (const step of begun) {
      const outcome = outcomes.get(step.level.levelId);
      if (outcome === undefined || outcome.kind === "unknown") continue;
      if (!(await finish(deps, tx, step, outcome))) continue;
      const pool = pools.get(step.level.poolId);
      const lagMs = pool && outcome.kind === "applied" ? lagOf(deps, pool, step) : null;
      if (lagMs !== null) found.push(lagMs);
    }
    await countAgain(deps, tx, shop, begun);
    return found;
  });
  if (lags.length > 0) await noteLag(deps.db, shop, Math.max(...lags));
}

async function finish(
  deps: StepDeps,
  tx: Transaction,
  { level, write }: BegunStep,
  outcome: Exclude<StepOutcome, { kind: "unknown" }>,
): Promise<boolean> {
  const applied = outcome.kind === "applied";
  const refused = outcome.kind === "refused" ? outcome.why : null;
  const mine = await endWrite(tx, level, {
    id: write.id,
    applied,
    // What Shopify refuses is no news of what it has.
    changed: outcome.kind === "moved_on",
    written: applied ? "applied" : (refused ?? "moved on"),
    atMs: deps.clock.now(),
  });
  const { holdId } = write;
  if (!mine || holdId === null) return mine;
  if (!applied) await forgetEchoes(tx, level.shop, [write.id]);
  const units = Math.abs(write.to - write.from);
  if (applied && write.kind === "take") await unitsTaken(deps, tx, holdId, units);
  else if (applied) await unitsReturned(tx, holdId, units);
  else if (refused !== null && write.kind === "take")
    await unitsMissing(deps, tx, holdId, `Shopify refused to reserve them: ${refused}`);
  else if (refused !== null) await unitsLost(tx, holdId);
  return mine;
}

/** From the sale to where another store shows it: only what was lowered tells. */
function lagOf({ clock }: StepDeps, pool: PoolRow, { write }: BegunStep): number | null {
  if (write.kind !== "set" || write.to >= write.from || pool.soldAt === null) return null;
  const lagMs = clock.now() - pool.soldAt.getTime();
  return lagMs < recentMs ? lagMs : null;
}

async function countAgain(
  deps: StepDeps,
  tx: Transaction,
  shop: string,
  begun: readonly BegunStep[],
): Promise<void> {
  const levels = await levelsNamed(
    tx,
    shop,
    begun.map(({ level }) => level.levelId),
  );
  const due = levels.filter((level) => level.recount && level.pendingId === null);
  await deps.enqueue(
    tx,
    "count-pool-level",
    due.map(({ levelId, poolId }) => ({
      payload: { shop, levelId, poolId },
      group: shop,
      priority: urgent,
    })),
  );
}
