import { loadChanges, type StoredChange } from "#app/mirror/index.server.ts";
import type { Destination } from "#app/systems/index.server.ts";
import { type ClaimedDelivery, claimDue, discardErased } from "./claim-store.ts";
import { cacheInvalidated } from "./cache-invalidation.ts";
import type { LaneDeps } from "./lane.ts";

/** A claimed delivery with what it is about. */
export interface Work {
  readonly delivery: ClaimedDelivery;
  readonly change: StoredChange;
}

/** Claims up to `limit` due deliveries with their changes; those whose change was erased end here. */
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
  const changeIds = deliveries.map((delivery) => delivery.changeId);
  const changes = await loadChanges(deps.db, destination.shop, changeIds);
  const byId = new Map(changes.map((change) => [change.id, change]));
  const work: Work[] = [];
  const erased: string[] = [];
  for (const delivery of deliveries) {
    const change = byId.get(delivery.changeId);
    if (change) work.push({ delivery, change });
    else erased.push(delivery.id);
  }
  await discardErased(deps.db, erased, nowMs);
  // Claimed together, they come in any order.
  const isWord = ({ delivery }: Work) => Number(delivery.type === cacheInvalidated);
  work.sort((a, b) => isWord(b) - isWord(a));
  return { work, mayHaveMore: mayHaveMore || erased.length > 0 };
}
