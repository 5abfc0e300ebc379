import { keptAt, type PlannedBuffer } from "./plan-buffers.ts";
import { sellableAt } from "./sellable.ts";
import type { BufferPreview } from "./types.ts";

/**
 * What it comes to when what is kept back of the pools of one group changes as planned, by article: those
 * of one SKU, one at each pool location that has it, are one article. Pure.
 */
export function effectsOf(planned: readonly PlannedBuffer[]): BufferPreview {
  const preview = { articles: 0, unavailable: 0, available: 0, keptBack: 0 };
  for (const pools of Map.groupBy(planned, ({ pool }) => pool.sku).values()) {
    const kept = pools.map(keptAt);
    const { before, after } = sellersOf(pools);
    preview.articles += Number(kept.flat().some((at) => at.before !== at.after));
    preview.unavailable += Number(!before.isSubsetOf(after));
    preview.available += Number(!after.isSubsetOf(before));
    for (const places of kept) preview.keptBack += Math.max(...places.map((at) => at.after));
  }
  return preview;
}

/** The stores that show any of an article at one of their places at least, before and after. */
function sellersOf(pools: readonly PlannedBuffer[]) {
  const before = new Set<string>();
  const after = new Set<string>();
  for (const { pool, buffer, levels } of pools) {
    // A place that is being left is lowered to nothing, whatever is kept back.
    for (const { level, buffer: own } of levels.filter((at) => !at.level.leaving)) {
      if (sellableAt(pool, level) > 0) before.add(level.shop);
      if (sellableAt({ ...pool, buffer }, { buffer: own }) > 0) after.add(level.shop);
    }
  }
  return { before, after };
}
