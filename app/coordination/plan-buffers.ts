import type { Queryable } from "#app/db.server.ts";
import { autoBuffer } from "./auto-buffer.ts";
import { type Figures, figuresOf, rulesInForce, unitsKept } from "./buffer-rules.ts";
import { collectionsOfPools } from "./collection-store.ts";
import { lagOfGroup } from "./group-store.ts";
import { soldInStretches } from "./ledger-store.ts";
import { type LevelRow, levelsOfPools } from "./level-store.ts";
import type { PoolRow } from "./pool-store.ts";
import { bufferAt } from "./sellable.ts";
import type { BufferRule } from "./types.ts";

/** Sales of these last stretches tell how fast an article goes: the faster of the two counts. */
const stretchesSeconds = [600, 3_600] as const;

/** Before any lag was measured: as long as stock may be stale by default. */
export const assumedLagSeconds = 60;

/** What to keep back of a pool, and at its places. */
export interface PlannedBuffer extends Figures<LevelRow> {
  readonly pool: PoolRow;
}

/**
 * What the rules that hold at an instant keep back of some pools of one group. The automatic rule looks
 * at how fast each article sold lately, seen from `nowMs`, and how long stores took to follow, writes
 * that are still under way included.
 */
export async function planBuffers(
  db: Queryable,
  groupId: string,
  rules: readonly BufferRule[],
  pools: readonly PoolRow[],
  { atMs, nowMs }: { readonly atMs: number; readonly nowMs: number },
): Promise<PlannedBuffer[]> {
  const automatic = rules.some(({ mode }) => mode === "auto");
  const ids = automatic ? pools.map((pool) => pool.id) : [];
  const lagMs = automatic ? await lagOfGroup(db, groupId, nowMs) : null;
  const lagSeconds = lagMs === null ? assumedLagSeconds : lagMs / 1000;
  const sold = await soldInStretches(db, ids, stretchesSeconds, nowMs);
  return plan(db, rules, pools, atMs, (pool, { value }) => {
    const units = sold.get(pool.id) ?? [];
    const unitsPerSecond = Math.max(
      0,
      ...stretchesSeconds.map((seconds, index) => (units[index] ?? 0) / seconds),
    );
    return autoBuffer({ unitsPerSecond, lagSeconds, risk: value / 100 });
  });
}

/**
 * The same without a look at sales: what an automatic rule came to last stays. So quick that every
 * counted sale can wait for it.
 */
export async function planShares(
  db: Queryable,
  rules: readonly BufferRule[],
  pools: readonly PoolRow[],
  atMs: number,
): Promise<PlannedBuffer[]> {
  return plan(db, rules, pools, atMs, null);
}

/** `measure`: what an automatic rule works out for a pool; null: what was kept back before. */
async function plan(
  db: Queryable,
  rules: readonly BufferRule[],
  pools: readonly PoolRow[],
  atMs: number,
  measure: ((pool: PoolRow, rule: BufferRule) => number) | null,
): Promise<PlannedBuffer[]> {
  const ids = pools.map((pool) => pool.id);
  // Without rules for places there is one figure for all; what is left of older ones goes with the
  // rules' own round.
  const placed = measure !== null || rules.some(({ shop }) => shop !== undefined);
  const levels = placed ? await levelsOfPools(db, ids) : new Map<string, LevelRow[]>();
  const named = [...new Set(rules.flatMap(({ collectionId }) => collectionId ?? []))];
  const collections = await collectionsOfPools(db, ids, named);
  const inForce = rulesInForce(rules, atMs);
  return pools.map((pool) => {
    const article = { ...pool, collections: collections.get(pool.id) ?? new Set<string>() };
    const unitsOf = (rule: BufferRule, before: number) =>
      measure === null && rule.mode === "auto"
        ? before
        : unitsKept(rule, pool.quantity, measure?.(pool, rule) ?? 0, atMs);
    return { pool, ...figuresOf(inForce, article, levels.get(pool.id) ?? [], unitsOf) };
  });
}

/** Whether any place is to keep back more or less than it does. Pure. */
export function isChanged({ pool, buffer, levels }: PlannedBuffer): boolean {
  return buffer !== pool.buffer || levels.some(({ level, buffer: own }) => own !== level.buffer);
}

/** What is kept back at each place of a planned pool, before and after; of one shown nowhere, its own. Pure. */
export function keptAt({ pool, buffer, levels }: PlannedBuffer): {
  readonly before: number;
  readonly after: number;
}[] {
  if (levels.length === 0) return [{ before: pool.buffer, after: buffer }];
  return levels.map(({ level, buffer: own }) => ({
    before: bufferAt(pool, level),
    after: bufferAt({ buffer }, { buffer: own }),
  }));
}
