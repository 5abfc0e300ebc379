import type { Transaction } from "#app/db.server.ts";

/** Why a change of another store is not sent. */
export const unsharedReason = "The stores do not share this kind of data any more.";

/**
 * Ends what waits to be sent of another store's changes, except of the kinds of data that are still
 * shared. What is on the wire is not called back; it is not tried again either.
 */
export async function stopSharing(
  tx: Transaction,
  feed: {
    readonly shop: string;
    readonly fromShop: string;
    readonly domains: readonly string[];
  },
  nowMs: number,
): Promise<void> {
  await tx.query(
    `UPDATE deliveries SET status = 'discarded', finished_at = $4, reason = $5
     WHERE from_shop = $2 AND shop = $1 AND status IN ('pending', 'retrying', 'waiting')
       AND domain <> ALL($3::text[])`,
    [feed.shop, feed.fromShop, feed.domains, new Date(nowMs), unsharedReason],
  );
}
