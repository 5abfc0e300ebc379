import type { Transaction } from "#app/db.server.ts";
import { dropFollowed, releaseGroupRules } from "./group-rule-store.ts";
import { dropRulesOf, lockRules } from "./rule-store.ts";
import { tellFollowers } from "./tell-followers.ts";

/**
 * Ends what ties a shop to the rules of its group, in the transaction in which it leaves: it follows
 * none, and its own of before hold again; its systems own nothing in the other stores.
 */
export async function leaveGroupRules(tx: Transaction, shop: string, atMs: number): Promise<void> {
  await lockRules(tx, shop);
  await endGroupRules(tx, shop, atMs);
}

/** The rules of a shop, and its part in those of its group; returns how many went. */
export async function forgetRulesOfShop(tx: Transaction, shop: string): Promise<number> {
  await lockRules(tx, shop);
  const ended = await endGroupRules(tx, shop, null);
  return ended + (await dropRulesOf(tx, shop));
}

async function endGroupRules(tx: Transaction, shop: string, atMs: number | null): Promise<number> {
  const followed = await dropFollowed(tx, shop);
  const released = await releaseGroupRules(tx, shop, null, atMs);
  await tellFollowers(tx, released, shop);
  return followed + released.length;
}
