import { v7 as uuidv7 } from "uuid";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { groupOf } from "./group-store.ts";
import type { HandOver } from "./hand-over.ts";
import { levelsOfPools } from "./level-store.ts";
import { levelsOfArticle } from "./link-stores.ts";
import { merchantsWord, refusalOfCount } from "./own-the-pool.ts";
import { keepPoolLocations, placeKey } from "./pool-location-store.ts";
import { ensurePools, poolKey, poolsOfArticle } from "./pool-store.ts";
import { defaultPoolLocation } from "./types.ts";

/** What counting by hand takes. */
export interface HandCountDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

const removedWords = "The group has no such pool location any more. Reload the page.";
const noneWords = "This store has no one article with this SKU.";
/** What is in open orders could not be taken off. */
const unreadWords =
  "Converge has not read this store's stock of it yet. It does so by itself: try again in a few minutes.";

/** What became of it. */
export type HandCounted =
  | { readonly outcome: "taken"; readonly poolId: string }
  | {
      readonly outcome: "refused";
      readonly field: "" | "sku" | "poolLocation";
      readonly why: string;
    };

/**
 * Takes in how many units of an article a merchant has counted on the shelf, those of open orders
 * included, where no system says how many there are. It is the owner's word like a system's own: a
 * worker carries it out once, a sale in between is never undone, and the ledger names it.
 */
export async function countByHand(
  deps: HandCountDeps,
  caller: { readonly shop: string; readonly actor: string },
  counted: {
    readonly sku: string;
    /** Of those of the group: where the units are; not told: the default one. */
    readonly poolLocationId?: string;
    readonly onHand: number;
  },
): Promise<HandCounted> {
  const { shop, actor } = caller;
  const { sku, poolLocationId = defaultPoolLocation, onHand } = counted;
  const nowMs = deps.clock.now();
  return deps.db.transaction(async (tx): Promise<HandCounted> => {
    const group = await groupOf(tx, shop);
    if (group === null)
      return { outcome: "refused", field: "", why: "This store is in no group any more." };
    const why = await refusalOfCount(tx, group.id);
    if (why !== null) return { outcome: "refused", field: "", why };
    const unknown = await refusalOfArticle(deps, tx, { groupId: group.id, shop, sku });
    if (unknown !== null) return { outcome: "refused", field: "sku", why: unknown };
    const there = await keepPoolLocations(tx, [group.id]);
    if (!there.has(placeKey(group.id, poolLocationId)))
      return { outcome: "refused", field: "poolLocation", why: removedWords };
    const name = { groupId: group.id, poolLocationId, sku };
    const poolId = (await ensurePools(tx, [name])).get(poolKey(name));
    if (poolId === undefined) throw new Error("a pool was neither made nor found");
    const eventId = uuidv7({ msecs: nowMs });
    const payload = {
      shop,
      eventId,
      systemId: merchantsWord,
      ...name,
      set: { onHand },
      observedAt: new Date(nowMs).toISOString(),
      correlationId: `count:${eventId}`,
    };
    await deps.enqueue(tx, "set-pool", [{ payload, group: shop }]);
    const place = poolLocationId === defaultPoolLocation ? {} : { poolLocation: poolLocationId };
    const detail = { sku, ...place, onHand };
    await recordAudit(tx, { shop, actor, action: "pool.counted", subject: poolId, detail });
    return { outcome: "taken", poolId };
  });
}

/** Why a store's article cannot be counted; null: it can. What shows a pool of it already is known. */
async function refusalOfArticle(
  deps: HandCountDeps,
  tx: Transaction,
  { groupId, shop, sku }: { readonly groupId: string; readonly shop: string; readonly sku: string },
): Promise<string | null> {
  const pools = await poolsOfArticle(tx, groupId, sku);
  const tied = await levelsOfPools(
    tx,
    pools.map((pool) => pool.id),
  );
  if ([...tied.values()].flat().some((level) => level.shop === shop)) return null;
  const levels = await levelsOfArticle(deps, tx, shop, sku);
  if (levels === null) return noneWords;
  return levels.length === 0 ? unreadWords : null;
}
