import { loadChanges, type StoredChange } from "#app/mirror/index.server.ts";
import { type Destination, feedsInto } from "#app/systems/index.server.ts";
import { type ClaimedDelivery, claimDue, discardClaimed } from "./claim-store.ts";
import { cacheInvalidated } from "./cache-invalidation.ts";
import type { LaneDeps } from "./lane.ts";
import { unsharedReason } from "./sharing-store.ts";

/** A claimed delivery with what it is about. */
export interface Work {
  readonly delivery: ClaimedDelivery;
  readonly change: StoredChange;
}

const erasedReason = "What this was about has been erased.";

/**
 * Claims up to `limit` due deliveries with their changes. Those whose change was erased end here, and
 * those of another store that does not share them any more.
 */
export async function claimWork(
  deps: LaneDeps,
  destination: Destination,
  limit: number,
  probe = false,
): Promise<{ work: Work[]; mayHaveMore: boolean }> {
  const nowMs = deps.clock.now();
  const { deliveries, mayHaveMore } = await claimDue(deps.db, destination.id, limit, nowMs, {
    probe,
    latestOnly: destination.policy.mode === "latest",
  });
  if (deliveries.length === 0) return { work: [], mayHaveMore };
  const unshared = new Set(await unsharedAmong(deps, destination, deliveries));
  const shared = deliveries.filter(({ id }) => !unshared.has(id));
  const byId = await changesOf(deps, destination, shared);
  const work: Work[] = [];
  const erased: string[] = [];
  for (const delivery of shared) {
    const change = byId.get(delivery.changeId);
    if (change) work.push({ delivery, change });
    else erased.push(delivery.id);
  }
  await discardClaimed(deps.db, erased, erasedReason, nowMs);
  await discardClaimed(deps.db, [...unshared], unsharedReason, nowMs);
  // Claimed together, they come in any order.
  const isWord = ({ delivery }: Work) => Number(delivery.type === cacheInvalidated);
  work.sort((a, b) => isWord(b) - isWord(a));
  return { work, mayHaveMore: mayHaveMore || erased.length + unshared.size > 0 };
}

/** Ids of deliveries of other stores' changes that the stores do not share (any more). */
async function unsharedAmong(
  { db }: LaneDeps,
  { shop }: Destination,
  deliveries: readonly ClaimedDelivery[],
): Promise<string[]> {
  const foreign = deliveries.filter(({ fromShop }) => fromShop !== null);
  if (foreign.length === 0) return [];
  const feeds = await feedsInto(db, shop);
  const isShared = ({ fromShop, domain }: ClaimedDelivery) =>
    (feeds.get(fromShop ?? "") as readonly string[] | undefined)?.includes(domain) === true;
  return foreign.filter((delivery) => !isShared(delivery)).map(({ id }) => id);
}

async function changesOf(
  { db }: LaneDeps,
  { shop }: Destination,
  deliveries: readonly ClaimedDelivery[],
): Promise<ReadonlyMap<string, StoredChange>> {
  const byShop = Map.groupBy(deliveries, ({ fromShop }) => fromShop ?? shop);
  const changes = new Map<string, StoredChange>();
  for (const [of, mine] of byShop) {
    const ids = mine.map(({ changeId }) => changeId);
    for (const change of await loadChanges(db, of, ids)) changes.set(change.id, change);
  }
  return changes;
}
