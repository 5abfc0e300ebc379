import type { Queryable } from "#app/db.server.ts";
import type { SoldInHour } from "./types.ts";

/**
 * What stores sold of a pool since an instant, by the hour in which it was counted, in order; hours
 * without a sale are missing. Reads no more of the ledger than is of that time.
 */
export async function soldByStore(
  db: Queryable,
  poolId: string,
  fromMs: number,
): Promise<SoldInHour[]> {
  const { rows } = await db.query<{ shop: string; at: Date; units: number }>(
    `SELECT shop, date_bin('1 hour', at, 'epoch') AS at, sum(-delta)::int AS units
     FROM pool_ledger
     WHERE pool_id = $1 AND at >= $2 AND kind = 'sale' AND shop IS NOT NULL
     GROUP BY 1, 2 ORDER BY 2, 1`,
    [poolId, new Date(fromMs)],
  );
  return rows.map(({ at, ...row }) => ({ ...row, at: at.toISOString() }));
}
