import type { Clock, Database } from "#app/db.server.ts";
import { jobsThatAskShopify } from "#app/jobs.ts";
import { type Queue, wakeJobs } from "#app/queue/index.server.ts";
import { installShop } from "#app/shops/index.server.ts";

/**
 * What happens when Shopify has given us a token for a shop: the shop is installed, and the first
 * reading of it is enqueued in the same transaction. Two loaders may do this at once: one reading.
 * Work that waited for the shop to be connected again goes on.
 */
export async function noteInstalled(
  deps: { readonly db: Database; readonly queue: Pick<Queue, "enqueue">; readonly clock: Clock },
  shop: string,
  scopes: string,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const fresh = await installShop(tx, shop, scopes, deps.clock.now());
    // What waited because Shopify no longer let us in.
    await wakeJobs(tx, jobsThatAskShopify, shop);
    if (!fresh) return;
    await deps.queue.enqueue(tx, "learn-shop", [{ payload: { shop }, group: shop }]);
    await deps.queue.enqueue(tx, "check-subscriptions", [{ payload: { shop }, group: shop }]);
  });
}
