import type { Queryable } from "#app/db.server.ts";
import { autoBuffer } from "./auto-buffer.ts";
import { bufferOf, peakFactor, ruleForSku } from "./buffer-rules.ts";
import { lagOfGroup } from "./group-store.ts";
import { soldInStretches } from "./ledger-store.ts";
import type { PoolRow } from "./pool-store.ts";
import type { BufferRule } from "./types.ts";

/** Sales of these last stretches tell how fast an article goes: the faster of the two counts. */
const stretchesSeconds = [600, 3_600] as const;

/** Before any lag was measured: as long as stock may be stale by default. */
export const assumedLagSeconds = 60;

/** What to keep back of a pool. */
export interface PlannedBuffer {
  readonly pool: PoolRow;
  readonly buffer: number;
}

/**
 * What rules keep back of some pools of one group now. The automatic rule looks at how fast each
 * article sold lately and how long stores took to follow, writes that are still under way included.
 */
export async function planBuffers(
  db: Queryable,
  groupId: string,
  rules: readonly BufferRule[],
  pools: readonly PoolRow[],
  nowMs: number,
): Promise<PlannedBuffer[]> {
  const automatic = pools.filter((pool) => ruleForSku(rules, pool.sku)?.mode === "auto");
  const lagMs = automatic.length > 0 ? await lagOfGroup(db, groupId, nowMs) : null;
  const lagSeconds = lagMs === null ? assumedLagSeconds : lagMs / 1000;
  const sold = await soldInStretches(
    db,
    automatic.map((pool) => pool.id),
    stretchesSeconds,
    nowMs,
  );
  return pools.map((pool) => {
    const rule = ruleForSku(rules, pool.sku);
    if (rule?.mode !== "auto")
      return { pool, buffer: bufferOf(rules, { ...pool, auto: 0 }, nowMs) };
    const units = sold.get(pool.id) ?? [];
    const unitsPerSecond = Math.max(
      0,
      ...stretchesSeconds.map((seconds, index) => (units[index] ?? 0) / seconds),
    );
    const base = autoBuffer({ unitsPerSecond, lagSeconds, risk: rule.value / 100 });
    return { pool, buffer: Math.ceil(base * peakFactor(rule, nowMs)) };
  });
}
