import type { Queryable, Transaction } from "#app/db.server.ts";

/** A shop that is due to be looked at, in this transaction's hands until it ends. */
export interface ClaimedWatch {
  readonly shop: string;
  readonly lookedAtMs: number | null;
  /** How many discrepancies it usually has. */
  readonly usualDiscrepancies: number | null;
}

/** Watches exactly the given shops. Due times are the database's: workers' clocks may differ. */
export async function keepWatches(db: Queryable, shops: readonly string[]): Promise<void> {
  await db.query(
    `INSERT INTO alert_watches (shop, next_at) SELECT shop, now() FROM unnest($1::text[]) AS r (shop)
     ORDER BY shop ON CONFLICT (shop) DO NOTHING`,
    [shops],
  );
  await db.query("DELETE FROM alert_watches WHERE shop <> ALL($1)", [shops]);
}

/** Takes the shop that has been due for longest; null when none is. Its row stays locked until the transaction ends. */
export async function claimWatch(tx: Transaction): Promise<ClaimedWatch | null> {
  const { rows } = await tx.query<{
    shop: string;
    looked_at: Date | null;
    usual_discrepancies: number | null;
  }>(
    `SELECT shop, looked_at, usual_discrepancies FROM alert_watches WHERE next_at <= now()
     ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
  );
  const [row] = rows;
  if (!row) return null;
  return {
    shop: row.shop,
    lookedAtMs: row.looked_at?.getTime() ?? null,
    usualDiscrepancies: row.usual_discrepancies,
  };
}

/** Writes a look down; the next one is due after the rest. */
export async function finishWatch(
  tx: Transaction,
  shop: string,
  look: {
    readonly nowMs: number;
    readonly usualDiscrepancies: number;
    readonly restSeconds: number;
  },
): Promise<void> {
  await tx.query(
    `UPDATE alert_watches SET looked_at = $2, usual_discrepancies = $3,
       next_at = now() + make_interval(secs => $4) WHERE shop = $1`,
    [shop, new Date(look.nowMs), look.usualDiscrepancies, look.restSeconds],
  );
}

/** Puts a shop off whose look failed, so that the others get their turn. */
export async function postponeWatch(db: Queryable, shop: string, seconds: number): Promise<void> {
  await db.query(
    "UPDATE alert_watches SET next_at = now() + make_interval(secs => $2) WHERE shop = $1",
    [shop, seconds],
  );
}
