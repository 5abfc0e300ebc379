import type { DataDomain } from "#app/data-domains.ts";
import type { Transaction } from "#app/db.server.ts";
import { askForPass } from "./feed-store.ts";
import { feedOf } from "./types.ts";

/**
 * Asks for everything of one kind of data that changed since a moment (Shopify's clock), whatever
 * was read before: to fill the hole that an outage or a lost subscription left. The next pass reads
 * from there on, as soon as a worker is free, and its certificate carries the reason. Asked twice,
 * the earlier moment stands. Returns whether the shop is being polled at all.
 */
export function requestPass(
  tx: Transaction,
  shop: string,
  domain: DataDomain,
  since: Date,
  reason: string,
): Promise<boolean> {
  return askForPass(tx, shop, feedOf[domain], since, reason);
}
