import { type PoolFigures, sellableAt } from "./sellable.ts";

/** A store's stock level as the next step is decided by. */
export interface LevelFacts {
  readonly levelId: string;
  /** Null: not read yet. */
  readonly seen: number | null;
  /** Something was heard of it that has not been counted. */
  readonly recount: boolean;
  /** It is lowered to nothing, and another place takes over. */
  readonly leaving: boolean;
  /** What is kept back here; null: as much as of the pool. */
  readonly buffer: number | null;
  /** When the evidence for `seen` is from, epoch milliseconds. */
  readonly readAtMs: number;
}

/** A hold whose units wait to be moved out of what is available, or back. */
export interface DueMove {
  readonly holdId: string;
  readonly direction: "take" | "return";
  /** Units the hold is about. */
  readonly quantity: number;
  /** Units it has in reserved now. */
  readonly moved: number;
}

/** The next thing to do at a stock level. */
export type Step =
  | { readonly kind: "none" }
  /** These levels have to be read first: more may be shown only on what is known since. */
  | { readonly kind: "read"; readonly levelIds: readonly string[] }
  /** The level has nothing left: another place takes over. */
  | { readonly kind: "leave" }
  /** The store has less than a hold promised. */
  | { readonly kind: "short"; readonly holdId: string }
  | { readonly kind: "set"; readonly from: number; readonly to: number }
  /** `from`, `to`: what is available. */
  | ({ readonly kind: "take" | "return" } & HeldUnits)
  /** `from`, `to`: what the hold has in reserved. */
  | ({ readonly kind: "write_off" } & HeldUnits);

/** Units of a hold that go from one state to another. */
interface HeldUnits {
  readonly holdId: string;
  readonly units: number;
  readonly from: number;
  readonly to: number;
}

/** What a step is decided by. `levels`: all of the pool, this one included. */
export interface StepFacts {
  readonly pool: PoolFigures & { readonly raisedAtMs: number; readonly shared: boolean };
  readonly level: LevelFacts;
  readonly levels: readonly LevelFacts[];
  readonly moves: readonly DueMove[];
}

/**
 * The next write to a store's stock level. What lowers it comes first and waits for nothing; what
 * raises it waits until every store of the pool was read after there was more to sell, since one of
 * them may have sold it meanwhile. A hold's units go out and come back by a move, never by a set; what
 * the pool has no more of, because other stores sold it while the hold was open, is taken out of
 * reserved and does not come back. Pure.
 */
export function decideStep(facts: StepFacts): Step {
  const { pool, level, moves } = facts;
  const { seen } = level;
  if (seen === null || level.recount) return { kind: "read", levelIds: [level.levelId] };
  const take = moves.find((move) => move.direction === "take");
  if (take) return takeStep(pool.shared, take, seen);
  if (level.leaving && seen <= 0 && moves.length === 0) return { kind: "leave" };
  const target = targetOf(pool, level, seen);
  if (target < seen) return { kind: "set", from: seen, to: target };
  const back = moves.find((move) => move.direction === "return");
  if (back && back.moved > 0) return backStep(back, seen, pool.shared ? target - seen : Infinity);
  if (target === seen) return { kind: "none" };
  const stale = facts.levels.filter(
    (one) => one.seen === null || one.recount || one.readAtMs < pool.raisedAtMs,
  );
  if (stale.length > 0) return { kind: "read", levelIds: stale.map((one) => one.levelId) };
  return { kind: "set", from: seen, to: target };
}

/** What the level is to show. */
function targetOf(pool: StepFacts["pool"], level: LevelFacts, seen: number): number {
  if (level.leaving) return 0;
  return pool.shared ? sellableAt(pool, level) : seen;
}

/** Of what a hold has in reserved, as much comes back as there is room for; the rest is no more. */
function backStep({ holdId, moved }: DueMove, seen: number, room: number): Step {
  const units = Math.min(moved, room);
  if (units > 0) return { kind: "return", holdId, units, from: seen, to: seen + units };
  return { kind: "write_off", holdId, units: moved, from: moved, to: 0 };
}

/**
 * A store of a group may show less than a hold takes, because of the buffer: so many are moved as it
 * shows. A lone store has to have them all.
 */
function takeStep(shared: boolean, take: DueMove, seen: number): Step {
  const { holdId, quantity } = take;
  if (!shared && seen < quantity) return { kind: "short", holdId };
  const units = Math.min(quantity, Math.max(0, seen));
  return { kind: "take", holdId, units, from: seen, to: seen - units };
}
