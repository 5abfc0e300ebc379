import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "#app/db.server.ts";
import { rememberEchoes } from "#app/mirror/index.server.ts";
import { installedShops } from "#app/shops/index.server.ts";
import { decideStep, type DueMove, type LevelFacts } from "./decide-step.ts";
import { askForReads } from "./hand-over.ts";
import { callOff, unitsMissing, unitsTaken } from "./hold-moves.ts";
import { dueMoves, lockHold } from "./hold-store.ts";
import { beginWrite, type LevelRow, levelsOfPools, type PendingWrite } from "./level-store.ts";
import { moveOn } from "./move-location.ts";
import { lockPools, type PoolRow } from "./pool-store.ts";
import type { StepDeps } from "./send-steps.ts";

/** A write on record, to be sent. */
export interface BegunStep {
  readonly level: LevelRow;
  readonly write: PendingWrite;
}

/**
 * Puts the next write of each pool's level in a store on record, where there is one; a write that is
 * on record already and of which no end is known is that one.
 */
export async function beginSteps(
  deps: StepDeps,
  tx: Transaction,
  shop: string,
  poolIds: readonly string[],
): Promise<BegunStep[]> {
  const pools = await lockPools(tx, poolIds);
  const byPool = await levelsOfPools(tx, [...pools.keys()]);
  const shops = new Set([...byPool.values()].flat().map((level) => level.shop));
  const installed = await installedShops(tx, [...shops]);
  const mine = [...byPool.values()].flat().filter((level) => level.shop === shop);
  const moves = await dueMoves(
    tx,
    shop,
    mine.map((level) => level.levelId),
  );
  const begun: BegunStep[] = [];
  for (const level of mine) {
    const pool = pools.get(level.poolId);
    if (pool === undefined) continue;
    const pending = pendingOf(level);
    const write =
      pending ??
      (await next(deps, tx, pool, level, {
        // A store that has removed the app tells nothing any more: nobody waits for it.
        levels: (byPool.get(pool.id) ?? []).filter((one) => installed.has(one.shop)),
        moves: moves.get(level.levelId) ?? [],
      }));
    if (write !== null) begun.push({ level, write });
  }
  return begun;
}

function pendingOf(level: LevelRow): PendingWrite | null {
  const { pendingId, pendingKind, pendingFrom, pendingTo, pendingAt } = level;
  if (pendingId === null || pendingKind === null || pendingAt === null) return null;
  return {
    id: pendingId,
    kind: pendingKind,
    from: pendingFrom ?? 0,
    to: pendingTo ?? 0,
    holdId: level.pendingHold,
    atMs: pendingAt.getTime(),
  };
}

/** Decides until there is something to send, or nothing to do. */
async function next(
  deps: StepDeps,
  tx: Transaction,
  pool: PoolRow,
  level: LevelRow,
  around: { readonly levels: readonly LevelRow[]; readonly moves: readonly DueMove[] },
): Promise<PendingWrite | null> {
  let { moves } = around;
  for (;;) {
    const step = decideStep({
      pool: { ...pool, raisedAtMs: pool.raisedAt.getTime(), shared: pool.groupId !== null },
      level: factsOf(level),
      levels: around.levels.map(factsOf),
      moves,
    });
    if (step.kind === "none") return null;
    if (step.kind === "read") {
      const { levelIds } = step;
      const stale = around.levels.filter((one) => levelIds.includes(one.levelId));
      await askForReads(deps, tx, stale, null);
      return null;
    }
    if (step.kind === "short") {
      // What the release changes is seen by the job that it hands over.
      await unitsMissing(deps, tx, step.holdId, "The store has too few of them.");
      return null;
    }
    if (step.kind === "leave") {
      // The place that takes over is read first; that job goes on.
      await moveOn(deps, tx, level);
      return null;
    }
    if (step.kind === "set") return begin(deps, tx, level, { ...step, holdId: null });
    if (step.kind !== "take" || !(await settledHere(deps, tx, step)))
      return begin(deps, tx, level, step);
    const { holdId } = step;
    moves = moves.filter((move) => move.holdId !== holdId);
  }
}

/** Whether units need not be sent for: the hold is over, or the store shows none of them. */
async function settledHere(
  deps: StepDeps,
  tx: Transaction,
  { holdId, units }: { readonly holdId: string; readonly units: number },
): Promise<boolean> {
  const hold = await lockHold(tx, holdId);
  if (hold === null || (await callOff(tx, hold))) return true;
  if (units > 0) return false;
  await unitsTaken(deps, tx, holdId, 0);
  return true;
}

async function begin(
  deps: StepDeps,
  tx: Transaction,
  level: LevelRow,
  { kind, from, to, holdId }: Pick<PendingWrite, "kind" | "from" | "to" | "holdId">,
): Promise<PendingWrite> {
  const atMs = deps.clock.now();
  const write = { id: uuidv7({ msecs: atMs }), kind, from, to, holdId, atMs };
  await beginWrite(tx, level, write);
  // A set leaves its own echo; the notification of a move must not look like somebody's edit either.
  // What is reserved is told to nobody.
  if (kind === "take" || kind === "return") {
    const content = { available: to };
    const echo = { resourceId: level.levelId, intentId: write.id, systemId: null, content };
    await rememberEchoes(tx, level.shop, [echo], atMs);
  }
  return write;
}

function factsOf(level: LevelRow): LevelFacts {
  const { levelId, seen, recount, leaving, buffer } = level;
  const readAtMs = level.readAt?.getTime() ?? -Infinity;
  return { levelId, seen, recount, leaving, buffer, readAtMs };
}
