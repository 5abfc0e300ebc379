import type { Database } from "#app/db.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { type Shopify, ShopifyReconnectNeededError } from "#app/shopify/index.server.ts";

/** What looking after quiet shops takes. */
export interface QuietShopDeps {
  readonly db: Database;
  readonly enqueue: Queue["enqueue"];
  readonly shopify: Pick<Shopify, "shopsToRenew" | "renewTokens">;
}

/**
 * A refresh token lives for 90 days and starts anew with every renewal: a shop in which nothing has
 * happened for a week is touched, long before the merchant would have to connect it again. One job
 * for each, so that one shop's trouble is its own.
 */
export async function touchQuietShops(deps: QuietShopDeps): Promise<void> {
  const shops = await deps.shopify.shopsToRenew();
  const jobs = shops.map((shop) => ({ payload: { shop }, group: shop }));
  await deps.db.transaction((tx) => deps.enqueue(tx, "touch-shop", jobs));
}

/** Renews one shop's tokens. That they are dead is noted; then only the merchant can do something. */
export async function touchShop(deps: QuietShopDeps, shop: string): Promise<void> {
  try {
    await deps.shopify.renewTokens(shop);
  } catch (error) {
    if (!(error instanceof ShopifyReconnectNeededError)) throw error;
  }
}
