import type { Clock, Queryable } from "#app/db.server.ts";
import { unitsAtRisk } from "./exposure.ts";
import { groupOf, lagOfGroup } from "./group-store.ts";
import { sellingPools } from "./pool-store.ts";
import { freeOf, sellableOf } from "./sellable.ts";
import { assumedLagSeconds } from "./plan-buffers.ts";
import type { ExposedArticle, ExposureView } from "./types.ts";

/** What sold at last this long ago is no risk that a figure could show. */
const lookBackMs = 3_600_000;

/** Articles gone through: those that sell fastest. */
const articlesRead = 1_000;

/** Articles shown: those with most at risk. */
const articlesShown = 10;

/** Less than this is no unit anybody would miss. */
const worthShowing = 0.05;

/**
 * How many units the stores of a group are about to sell twice, at the pace at which they sell now.
 * Null: the store is in no group, or alone in it. Reads what pools say of themselves, and no history.
 */
export async function readExposure(
  { db, clock }: { readonly db: Queryable; readonly clock: Clock },
  shop: string,
): Promise<ExposureView | null> {
  const group = await groupOf(db, shop);
  if (group === null || group.shops.length < 2) return null;
  const nowMs = clock.now();
  const [lagMs, pools] = await Promise.all([
    lagOfGroup(db, group.id, nowMs),
    sellingPools(db, group.id, { nowMs, sinceMs: nowMs - lookBackMs, limit: articlesRead }),
  ]);
  const lagSeconds = lagMs === null ? assumedLagSeconds : lagMs / 1000;
  const articles = pools
    .map((pool): ExposedArticle => {
      const { id: poolId, sku, poolLocationId, buffer, unitsPerSecond, shown } = pool;
      const sellable = sellableOf(pool);
      const facts = { free: freeOf(pool), shown, unitsPerSecond, lagSeconds };
      const units = unitsAtRisk(facts);
      return { poolId, sku, poolLocationId, buffer, sellable, unitsPerSecond, units };
    })
    .filter(({ units }) => units >= worthShowing)
    .sort((a, b) => b.units - a.units);
  return {
    units: articles.reduce((sum, { units }) => sum + units, 0),
    articles: articles.length,
    lagSeconds,
    measured: lagMs !== null,
    worst: articles.slice(0, articlesShown),
  };
}
