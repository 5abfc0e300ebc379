import type { Clock, Database } from "#app/db.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";

/**
 * What happens when Shopify has given us a token for a shop: the shop is installed, and the first
 * reading of it is enqueued in the same transaction. Two loaders may do this at once: one reading.
 */
export async function noteInstalled(
  deps: { readonly db: Database; readonly queue: Pick<Queue, "enqueue">; readonly clock: Clock },
  shop: string,
  scopes: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const fresh = await installShop(tx, shop, scopes, deps.clock.now());
    if (fresh) await deps.queue.enqueue(tx, "learn-shop", [{ payload: { shop }, group: shop }]);
  });
}
