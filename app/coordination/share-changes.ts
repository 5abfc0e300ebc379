import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { stopSharing } from "#app/delivery/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import { replaceFeeds } from "#app/systems/index.server.ts";
import { agreeFeeds, type Sharer } from "./agree-feeds.ts";
import { groupOf, lockGroup, setShares, sharersOf } from "./group-store.ts";

/** What sharing takes. */
export interface ShareDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Says of which kinds of data a store gives its changes to the systems of the other stores of its
 * group, and has its own hear of theirs: for each of them what it has said itself. What is not shared
 * any more is not sent any more, waiting changes included. False: the store is in no group.
 */
export async function shareChanges(
  deps: ShareDeps,
  caller: { readonly shop: string; readonly actor: string },
  domains: readonly DataDomain[],
): Promise<boolean> {
  const { shop, actor } = caller;
  return deps.db.transaction(async (tx) => {
    const group = await groupOf(tx, shop);
    if (group === null || !(await lockGroup(tx, group.id))) return false;
    // It may have left while somebody else had the group.
    if (!(await setShares(tx, shop, group.id, domains))) return false;
    await settleFeeds(tx, await sharersOf(tx, group.id), deps.clock.now());
    const detail = { domains };
    await recordAudit(tx, {
      shop,
      actor,
      action: "store-group.sharing-changed",
      subject: group.id,
      detail,
    });
    return true;
  });
}

/** Ends everything a store shares: it leaves. The caller holds the group. */
export async function endSharing(
  tx: Transaction,
  shop: string,
  groupId: string,
  nowMs: number,
): Promise<void> {
  const others = (await sharersOf(tx, groupId)).filter((sharer) => sharer.shop !== shop);
  await settleFeeds(tx, [...others, { shop, shares: [] }], nowMs);
}

/** Makes what stores hear of each other what they agree on now. */
async function settleFeeds(
  tx: Transaction,
  sharers: readonly Sharer[],
  nowMs: number,
): Promise<void> {
  for (const feed of await replaceFeeds(tx, agreeFeeds(sharers), nowMs))
    await stopSharing(tx, feed, nowMs);
}
