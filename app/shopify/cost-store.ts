import type { Queryable } from "#app/db.server.ts";
import type { QueryCost } from "./wait-times.ts";

/** What a shop's bucket holds, as far as all processes together know. */
export interface BudgetView {
  /** Points free now, those of requests under way taken off. */
  readonly available: number;
  readonly maximum: number;
  /** Points that come back per second. */
  readonly restoreRate: number;
  /** When Shopify last answered, and when it last asked to slow down. */
  readonly answeredAt: string;
  readonly throttledAt: string | null;
}

/**
 * What is in a bucket now, by the clock of the database alone. A database clock that went backwards
 * (a standby took over) counts like one that went forward: the next answer puts it right, whereas a
 * bucket that does not fill until the clock has caught up would stop all work.
 */
const level = `least(b.maximum, b.available
  + b.restore_rate * abs(extract(epoch FROM clock_timestamp() - b.as_of)::float8))`;

/** What has to be in the bucket for $2 points of work that leaves the part $3 to others. */
const needed = "least(b.maximum, $3::float8 * b.maximum + $2::float8)";

/** Takes points out of a shop's bucket; false when there are too few, or when nothing is known of it. */
export async function takePoints(
  db: Queryable,
  shop: string,
  points: number,
  kept: number,
): Promise<boolean> {
  const { rows } = await db.query(
    `UPDATE api_budgets b SET available = ${level} - $2::float8, as_of = clock_timestamp()
     WHERE b.shop = $1 AND ${level} >= ${needed}
       AND (b.paused_until IS NULL OR b.paused_until <= clock_timestamp())
     RETURNING 1`,
    [shop, points, kept],
  );
  return rows.length > 0;
}

/** How long until the points will be there; undefined when nothing is known of the shop's bucket. */
export async function msUntilPoints(
  db: Queryable,
  shop: string,
  points: number,
  kept: number,
): Promise<number | undefined> {
  const { rows } = await db.query<{ seconds: number | null }>(
    `SELECT greatest((${needed} - ${level}) / nullif(b.restore_rate, 0),
       extract(epoch FROM b.paused_until - clock_timestamp())::float8) AS seconds
     FROM api_budgets b WHERE b.shop = $1`,
    [shop, points, kept],
  );
  const [row] = rows;
  // A bucket that does not fill: Shopify will say when it does again.
  return row && Math.max(0, (row.seconds ?? 1) * 1000);
}

/**
 * Puts back what a request did not need, and believes Shopify where it says that less is there than
 * thought. Where it says more it is not believed: it has not seen what is still on its way to it.
 */
export async function notePoints(
  db: Queryable,
  shop: string,
  { throttleStatus: status }: QueryCost,
  putBack: number,
  throttled: boolean,
): Promise<void> {
  await db.query(
    `INSERT INTO api_budgets AS b
       (shop, available, maximum, restore_rate, as_of, answered_at, throttled_at)
     VALUES ($1, $2, $3, $4, clock_timestamp(), clock_timestamp(),
       CASE WHEN $6 THEN clock_timestamp() END)
     ON CONFLICT (shop) DO UPDATE SET
       available = least(excluded.available, ${level} + $5::float8),
       maximum = excluded.maximum, restore_rate = excluded.restore_rate,
       as_of = clock_timestamp(), answered_at = clock_timestamp(),
       throttled_at = coalesce(excluded.throttled_at, b.throttled_at)`,
    [
      shop,
      status.currentlyAvailable,
      status.maximumAvailable,
      status.restoreRate,
      putBack,
      throttled,
    ],
  );
}

/** Nobody asks for a shop for that long: Shopify said so, whatever is in the bucket. */
export async function pauseShop(db: Queryable, shop: string, waitMs: number): Promise<void> {
  await db.query(
    `UPDATE api_budgets SET throttled_at = clock_timestamp(), answered_at = clock_timestamp(),
       paused_until = greatest(paused_until, clock_timestamp() + $2 * interval '1 ms')
     WHERE shop = $1`,
    [shop, waitMs],
  );
}

/** What is known of a shop's bucket, or null before the first answer. */
export async function readBudget(db: Queryable, shop: string): Promise<BudgetView | null> {
  const { rows } = await db.query<{
    available: number;
    maximum: number;
    restore_rate: number;
    answered_at: Date;
    throttled_at: Date | null;
  }>(
    `SELECT ${level} AS available, b.maximum, b.restore_rate, b.answered_at, b.throttled_at
     FROM api_budgets b WHERE b.shop = $1`,
    [shop],
  );
  const [row] = rows;
  if (!row) return null;
  return {
    available: Math.max(0, Math.floor(row.available)),
    maximum: row.maximum,
    restoreRate: row.restore_rate,
    answeredAt: row.answered_at.toISOString(),
    throttledAt: row.throttled_at?.toISOString() ?? null,
  };
}

/** Points in the emptiest bucket of all shops; undefined before the first answer. */
export async function lowestLevel(db: Queryable): Promise<number | undefined> {
  const { rows } = await db.query<{ lowest: number | null }>(
    `SELECT min(${level}) AS lowest FROM api_budgets b`,
  );
  return rows[0]?.lowest ?? undefined;
}

/** Forgets a shop's bucket. */
export async function forgetBudget(tx: Queryable, shop: string): Promise<void> {
  await tx.query("DELETE FROM api_budgets WHERE shop = $1", [shop]);
}
