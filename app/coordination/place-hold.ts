import { v7 as uuidv7 } from "uuid";
import type { Transaction } from "#app/db.server.ts";
import type { CountDeps } from "./count-levels.ts";
import { askParticipants } from "./end-hold.ts";
import { participantsAmong, systemsToAsk } from "./find-participants.ts";
import { groupOf } from "./group-store.ts";
import { askToPublish } from "./hand-over.ts";
import {
  type HoldRow,
  insertHold,
  type ParticipantRow,
  sealReference,
  viewOf,
} from "./hold-store.ts";
import { movePool } from "./ledger-store.ts";
import { choosePool } from "./choose-pool.ts";
import { type LevelRow, levelsOfPools } from "./level-store.ts";
import { ownPoolFor } from "./own-pool.ts";
import { poolLocationsOf, unknownPlace } from "./pool-location-store.ts";
import { lockPools, poolsOfArticle, type PoolRow } from "./pool-store.ts";
import { freeOf } from "./sellable.ts";
import type { HoldView, StoreGroupView } from "./types.ts";

/** What a hold is to be. */
export interface WantedHold {
  readonly groupId?: string | undefined;
  readonly sku: string;
  readonly quantity: number;
  /** Ids of systems. */
  readonly participants: readonly string[];
  readonly ttlSeconds: number;
  readonly reference: string;
  readonly autoConfirm: boolean;
  /** Of a lone store: where the units are. */
  readonly locationId?: string | undefined;
  /** Of a group: where it keeps the units; not told: see `choosePool`. */
  readonly poolLocation?: string | undefined;
}

/** What became of it. */
export type Placed =
  | { readonly outcome: "held"; readonly hold: HoldView }
  | { readonly outcome: "not_enough"; readonly free: number }
  | { readonly outcome: "no_such_group" }
  | { readonly outcome: "wrong"; readonly field: string; readonly message: string };

/**
 * Promises units of a pool to somebody until a time, in one transaction: of two that want the last
 * unit one gets it. From then on no store sells them; a worker moves them to reserved in this store,
 * asks the participants, and ends the hold when its time is up. Without a group, the pool is what this
 * store has in Shopify, read for the occasion.
 */
export async function placeHold(
  deps: CountDeps,
  shop: string,
  wanted: WantedHold,
): Promise<Placed> {
  const group = await groupOf(deps.db, shop);
  if (wanted.groupId !== undefined && wanted.groupId !== group?.id)
    return { outcome: "no_such_group" };
  const participants = participantsAmong(await systemsToAsk(deps.db, shop), wanted.participants);
  const unknown = wanted.participants.findIndex(
    (id) => !participants.some((one) => one.systemId === id),
  );
  if (unknown >= 0) {
    const message = "No such system is connected to this store, or to one of its group.";
    return { outcome: "wrong", field: `participants.${String(unknown)}`, message };
  }
  const misplaced = await faultOfPlace(deps, group, wanted.poolLocation);
  if (misplaced !== null) return { outcome: "wrong", field: "poolLocation", message: misplaced };
  const poolIds = await poolsFor(deps, shop, group, wanted);
  if (poolIds === null) {
    const message = `This store has no one article with the SKU "${wanted.sku}" in stock.`;
    return { outcome: "wrong", field: "sku", message };
  }
  return deps.db.transaction(async (tx): Promise<Placed> => {
    const pools = [...(await lockPools(tx, poolIds)).values()];
    const levels = await levelsOfPools(tx, poolIds);
    // What leaves its location has nothing to move: it goes to zero anyway.
    const homeIn = (id: string) =>
      (levels.get(id) ?? []).find((level) => level.shop === shop && !level.leaving) ?? null;
    const pool = choosePool(
      pools.map((one) => ({ ...one, shownHere: homeIn(one.id) !== null })),
      wanted.quantity,
    );
    const free = pool === null ? 0 : freeOf(pool);
    if (pool === null || free < wanted.quantity) return { outcome: "not_enough", free };
    const taking = { shop, pool, home: homeIn(pool.id), wanted, participants };
    return { outcome: "held", hold: await take(deps, tx, taking) };
  });
}

/** What is wrong with the pool location somebody named; null: nothing. */
async function faultOfPlace(
  { db }: CountDeps,
  group: StoreGroupView | null,
  poolLocation: string | undefined,
): Promise<string | null> {
  if (poolLocation === undefined) return null;
  if (group === null)
    return "This store is in no group: leave it out, or say where with locationId.";
  const known = await poolLocationsOf(db, group.id);
  return known.some(({ id }) => id === poolLocation) ? null : unknownPlace(known);
}

/** The pools that may take a hold; none: the group has none of it. Null: the store has no one such article. */
async function poolsFor(
  deps: CountDeps,
  shop: string,
  group: StoreGroupView | null,
  { groupId, sku, locationId, poolLocation }: WantedHold,
): Promise<string[] | null> {
  const shared = group === null ? [] : await poolsOfArticle(deps.db, group.id, sku);
  const meant = shared.filter(
    (pool) => poolLocation === undefined || pool.poolLocationId === poolLocation,
  );
  if (shared.length > 0 || groupId !== undefined || poolLocation !== undefined)
    return meant.map((pool) => pool.id);
  const own = await ownPoolFor(deps, shop, sku, locationId ?? null);
  return own === null ? null : [own];
}

interface Taking {
  readonly shop: string;
  readonly pool: PoolRow;
  /** Where the store shows the pool; null: nowhere. */
  readonly home: LevelRow | null;
  readonly wanted: WantedHold;
  readonly participants: readonly ParticipantRow[];
}

async function take(
  deps: CountDeps,
  tx: Transaction,
  { shop, pool, home, wanted, participants }: Taking,
): Promise<HoldView> {
  const nowMs = deps.clock.now();
  const id = uuidv7({ msecs: nowMs });
  const { sku, quantity, reference, autoConfirm } = wanted;
  const hex = id.replaceAll("-", "");
  const hold: HoldRow = {
    id,
    shop,
    groupId: pool.groupId,
    poolId: pool.id,
    sku,
    poolLocation: pool.groupId === null ? null : pool.poolLocationId,
    quantity,
    reference: sealReference(deps.vault, id, reference),
    autoConfirm,
    status: "held",
    reason: null,
    levelId: home?.levelId ?? null,
    moved: 0,
    moveState: home === null ? "none" : "take",
    told: false,
    correlationId: `hold:${id}`,
    traceparent: `00-${hex}-${hex.slice(-16)}-01`,
    createdAt: new Date(nowMs),
    expiresAt: new Date(nowMs + wanted.ttlSeconds * 1000),
    decidedAt: null,
    orderId: null,
    participants,
  };
  await insertHold(tx, hold);
  await movePool(tx, {
    poolId: pool.id,
    kind: "hold",
    delta: 0,
    heldDelta: quantity,
    source: `hold:${id}`,
    shop,
    correlationId: hold.correlationId,
    atMs: nowMs,
  });
  await deps.enqueue(tx, "expire-hold", [
    { payload: { shop, holdId: id }, group: shop, startAfterSeconds: wanted.ttlSeconds },
  ]);
  // A store that does not have the article has nothing to move: the others show less.
  if (home === null) await askParticipants(deps, tx, hold);
  await askToPublish(deps, tx, [pool.id], hold.correlationId);
  return viewOf(deps.vault, hold);
}
