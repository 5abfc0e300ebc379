import type { Clock, Transaction } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { decideOwnersWord } from "./decide-owners-word.ts";
import { type Member, membersOf, setPoolOwner } from "./group-store.ts";
import { askForReads, askToPublish, type HandOver } from "./hand-over.ts";
import { movedSince, movePool } from "./ledger-store.ts";
import { type LevelRow, levelsOfPools } from "./level-store.ts";
import { keepShare } from "./keep-share.ts";
import { linkStores } from "./link-stores.ts";
import { merchantsWord, refusalOfCount, refusalOfOwner } from "./own-the-pool.ts";
import { settleChange, settledAmong } from "./pool-change-store.ts";
import { keepPoolLocations, placeKey } from "./pool-location-store.ts";
import {
  ensurePools,
  lockPools,
  noteOwnersWord,
  poolKey,
  type PoolName,
  type PoolRow,
  withSiblings,
} from "./pool-store.ts";
import { defaultPoolLocation } from "./types.ts";

/** What setting pools takes. */
export interface SetPoolDeps {
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

type Word = JobPayload<"set-pool">;

/** How long a word of what is on hand waits between two looks at stores that were not read yet. */
const lookAgainSeconds = 1;

/**
 * Where a store has an article may be taken in at this very moment, by somebody who cannot see the
 * pool yet: neither knows of the other. By then that is done.
 */
const placeAgainSeconds = 5;

/**
 * Carries out what owners say of pools, in the transaction that completes the jobs: once each, in one
 * order for all workers. Stores that come to show a pool for the first time are read before anything
 * is written there.
 */
export async function setPools(
  deps: SetPoolDeps,
  tx: Transaction,
  batch: readonly Word[],
): Promise<void> {
  const settled = await settledAmong(
    tx,
    batch.map((word) => word.eventId),
  );
  const open = batch.filter((word) => !settled.has(word.eventId));
  const groupIds = [...new Set(open.map((word) => word.groupId))];
  const there = await keepPoolLocations(tx, groupIds);
  const isThere = (word: Word) => there.has(placeKey(word.groupId, nameOf(word).poolLocationId));
  for (const word of open) if (!isThere(word)) await settle(deps, tx, word, "dead", removedWords);
  const words = open.filter(isThere);
  const ids = await ensurePools(tx, words.map(nameOf));
  const members = await membersOf(tx, groupIds);
  // All locks at once, in one order; what was said first is carried out first. With those of the same
  // articles elsewhere: what a person decides about one of them counts for those that are new.
  await lockPools(tx, await withSiblings(tx, [...ids.values()]));
  for (const word of words) {
    const poolId = ids.get(poolKey(nameOf(word)));
    const pool = poolId === undefined ? undefined : (await lockPools(tx, [poolId])).get(poolId);
    if (pool === undefined) throw new Error("a pool was neither made nor found");
    await setPool(deps, tx, word, pool, members.get(word.groupId) ?? []);
  }
}

const removedWords = "The group has no such pool location any more. Nothing was changed.";

/** Which pool a word is about. */
function nameOf({ groupId, poolLocationId = defaultPoolLocation, sku }: Word): PoolName {
  return { groupId, poolLocationId, sku };
}

async function settle(
  { clock }: SetPoolDeps,
  tx: Transaction,
  word: Word,
  status: "applied" | "conflict" | "superseded" | "dead",
  reason: string | null,
): Promise<void> {
  return settleChange(tx, { ...word, status, reason, atMs: clock.now() });
}

async function setPool(
  deps: SetPoolDeps,
  tx: Transaction,
  word: Word,
  pool: PoolRow,
  members: readonly Member[],
): Promise<void> {
  const { groupId, shop, systemId } = word;
  const inGroup = members.some((member) => member.shop === shop);
  const byHand = systemId === merchantsWord;
  const refusal = !inGroup
    ? "The store has left the group. Nothing was changed."
    : byHand
      ? await refusalOfCount(tx, groupId)
      : await refusalOfOwner(tx, groupId, shop, systemId);
  if (refusal !== null) return settle(deps, tx, word, "dead", refusal);
  if (!byHand) await setPoolOwner(tx, groupId, systemId);
  const levels = await tie(deps, tx, pool, members);
  const observedAtMs = Date.parse(word.observedAt);
  const verdict = decideOwnersWord(
    { set: word.set, observedAtMs },
    {
      ownerAtMs: pool.ownerAt?.getTime() ?? null,
      movedSince: await movedSince(tx, pool.id, observedAtMs),
      committed: committedIn(levels),
    },
  );
  if (verdict.kind === "read_first") {
    const again = { payload: word, group: shop, startAfterSeconds: lookAgainSeconds };
    return deps.enqueue(tx, "set-pool", [again]);
  }
  if (verdict.kind !== "set") return settle(deps, tx, word, verdict.kind, verdict.why);
  await movePool(tx, {
    poolId: pool.id,
    kind: "set",
    delta: verdict.quantity - pool.quantity,
    heldDelta: 0,
    source: `change:${word.eventId}`,
    shop,
    note: byHand ? "Counted by hand." : null,
    correlationId: word.correlationId,
    atMs: deps.clock.now(),
  });
  await noteOwnersWord(tx, pool.id, observedAtMs);
  await keepShare(deps, tx, [pool.id]);
  await askToPublish(deps, tx, [pool.id], word.correlationId);
  return settle(deps, tx, word, "applied", null);
}

/** The levels of a pool, those of stores that have the article now included. */
async function tie(
  deps: SetPoolDeps,
  tx: Transaction,
  pool: PoolRow,
  members: readonly Member[],
): Promise<readonly LevelRow[]> {
  const known = (await levelsOfPools(tx, [pool.id])).get(pool.id) ?? [];
  const shops = new Set(known.map((level) => level.shop));
  const missing = members.filter(
    ({ shop, places }) => !shops.has(shop) && places.has(pool.poolLocationId),
  );
  if (missing.length === 0) return known;
  const { made, unplaced } = await linkStores(deps, tx, pool, missing);
  await deps.enqueue(
    tx,
    "link-store",
    unplaced.map((shop) => ({
      payload: { shop, groupId: pool.groupId ?? "", after: null, poolId: pool.id },
      group: shop,
      startAfterSeconds: placeAgainSeconds,
    })),
  );
  if (made.length === 0) return known;
  const levels = (await levelsOfPools(tx, [pool.id])).get(pool.id) ?? [];
  await askForReads(deps, tx, levels, null);
  return levels;
}

function committedIn(levels: readonly LevelRow[]): number | null {
  if (levels.some((level) => level.seen === null)) return null;
  return levels.reduce((sum, level) => sum + (level.committed ?? 0), 0);
}
