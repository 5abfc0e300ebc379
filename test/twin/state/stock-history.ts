import type { InventoryLevelRow } from "./model.ts";

/** What a level showed before a change, for the reads that lag. */
type Past = { until: number; available: number; updatedAt: number };

const pasts = new WeakMap<InventoryLevelRow, Past[]>();
/** Longer ago than any lag that can be set. */
const REMEMBERED_MS = 3_600_000;
const REMEMBERED_CHANGES = 200;

/** Keeps what a level shows, right before it changes. */
export function rememberStock(level: InventoryLevelRow, nowMs: number): void {
  const known = pasts.get(level) ?? [];
  const recent = known.filter(({ until }) => until > nowMs - REMEMBERED_MS);
  const { available } = level.quantities;
  recent.push({ until: nowMs, available, updatedAt: level.updatedAt });
  pasts.set(level, recent.slice(-REMEMBERED_CHANGES));
}

/** What a level showed at a moment. */
export function stockAt(
  level: InventoryLevelRow,
  atMs: number,
): { available: number; updatedAt: number } {
  const past = pasts.get(level)?.find(({ until }) => until > atMs);
  return past ?? { available: level.quantities.available, updatedAt: level.updatedAt };
}
