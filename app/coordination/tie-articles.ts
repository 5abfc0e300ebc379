import type { Clock, Database, Transaction } from "#app/db.server.ts";
import { articlesLike, articlesOfItems } from "#app/mirror/index.server.ts";
import { recordAudit } from "#app/observability/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { groupOf, membersOf } from "./group-store.ts";
import { askForReads, type HandOver } from "./hand-over.ts";
import { movesAt } from "./hold-store.ts";
import { type LevelRow, levelsOfPools, unlinkLevel } from "./level-store.ts";
import { dropChoice, noteChoice } from "./link-choice-store.ts";
import { tieItem } from "./link-stores.ts";
import { nameArticles } from "./name-articles.ts";
import { lockPools, type PoolRow, withSiblings } from "./pool-store.ts";
import type { LinkedArticle } from "./types.ts";

/** What tying by hand takes. */
export interface TieDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly enqueue: HandOver;
}

/** Who asks for it, and in which store. */
interface Caller {
  readonly shop: string;
  readonly actor: string;
}

/** What became of it. `gone`: the store's group has no such pool. */
export type Tied =
  | { readonly outcome: "done" }
  | { readonly outcome: "gone" }
  | { readonly outcome: "refused"; readonly why: string };

const refused = (why: string): Tied => ({ outcome: "refused", why });

/**
 * Ties an article of a store to an article of its group, by hand: the store is read, and then shows
 * what the pools of it say, of each pool location at the place the store has for it. It takes the place
 * of what was tied before.
 */
export async function tieArticle(
  deps: TieDeps,
  caller: Caller,
  poolId: string,
  itemId: string,
): Promise<Tied> {
  const { shop } = caller;
  return deciding(deps, caller, poolId, async (tx, pools, levels) => {
    const [article] = await articlesOfItems(tx, [{ shop, itemId }]);
    if (article === undefined) return refused("This store has no such article any more.");
    const others = levels.filter((level) => level.itemId !== itemId);
    if (levels.length > 0 && others.length === 0) return { outcome: "done" };
    const busy = await whyBusy(tx, others);
    if (busy !== null) return refused(busy);
    for (const level of others) await unlinkLevel(tx, shop, level.levelId);
    await tieAll(deps, tx, shop, pools, itemId);
    const tied = { state: "tied", reason: null, itemId } as const;
    for (const pool of pools) await noteChoice(tx, pool.id, shop, tied, deps.clock.now());
    await askForReads(deps, tx, await levelsIn(tx, shop, pools), null);
    return record(tx, caller, "pool-link.tied", poolId, pools, { itemId });
  });
}

/** Ties an item to each of an article's pools that the store is to show. @throws TieRefused: to none */
async function tieAll(
  deps: TieDeps,
  tx: Transaction,
  shop: string,
  pools: readonly PoolRow[],
  itemId: string,
): Promise<void> {
  const groupId = pools[0]?.groupId ?? "";
  const members = (await membersOf(tx, [groupId])).get(groupId) ?? [];
  const member = members.find((one) => one.shop === shop);
  if (member === undefined) throw new TieRefused(elsewhere);
  for (const pool of pools) await tieItem(deps, tx, pool, member, itemId);
  if ((await levelsIn(tx, shop, pools)).length === 0) throw new TieRefused(elsewhere);
}

/** Where a store shows some locked pools. */
async function levelsIn(
  tx: Transaction,
  shop: string,
  pools: readonly PoolRow[],
): Promise<LevelRow[]> {
  const levels = await levelsOfPools(
    tx,
    pools.map((pool) => pool.id),
  );
  return [...levels.values()].flat().filter((level) => level.shop === shop);
}

const elsewhere =
  "Converge knows of no stock of this article that is free: it is nowhere in stock, or tied to another article of the group. Unlink it there first.";

/**
 * Takes a store's article out of its pools, for good: what the store shows stays as it is, and is its
 * own from then on.
 */
export async function keepApart(deps: TieDeps, caller: Caller, poolId: string): Promise<Tied> {
  const { shop } = caller;
  return deciding(deps, caller, poolId, async (tx, pools, levels) => {
    const busy = await whyBusy(tx, levels);
    if (busy !== null) return refused(busy);
    for (const level of levels) await unlinkLevel(tx, shop, level.levelId);
    const apart = { state: "apart", reason: null, itemId: null } as const;
    for (const pool of pools) await noteChoice(tx, pool.id, shop, apart, deps.clock.now());
    return record(tx, caller, "pool-link.apart", poolId, pools, {});
  });
}

/** Forgets what a person decided: SKU and barcode say it again, at once. */
export async function linkByRule(deps: TieDeps, caller: Caller, poolId: string): Promise<Tied> {
  const { shop } = caller;
  return deciding(deps, caller, poolId, async (tx, pools) => {
    for (const pool of pools) await dropChoice(tx, pool.id, shop);
    await deps.enqueue(
      tx,
      "link-store",
      pools.map((pool) => ({
        payload: { shop, groupId: pool.groupId ?? "", after: null, poolId: pool.id },
        group: shop,
      })),
    );
    return record(tx, caller, "pool-link.by-rule", poolId, pools, {});
  });
}

/** Articles of a store that carry what a person typed, as SKU or as barcode. */
export async function findArticles(
  deps: Pick<TieDeps, "db" | "vault">,
  shop: string,
  text: string,
): Promise<LinkedArticle[]> {
  const found = await articlesLike(deps.db, shop, { skus: [text], barcodes: [text] });
  return nameArticles(deps, shop, found);
}

/** Thrown to undo what a decision has begun. */
class TieRefused extends Error {
  override readonly name = "TieRefused";
}

/**
 * Decides about the article of a pool, at all pool locations, with its pools locked, so that whoever
 * links, counts or writes meanwhile waits.
 */
async function deciding(
  deps: TieDeps,
  { shop }: Caller,
  poolId: string,
  decide: (
    tx: Transaction,
    pools: readonly PoolRow[],
    levels: readonly LevelRow[],
  ) => Promise<Tied>,
): Promise<Tied> {
  try {
    return await deps.db.transaction(async (tx): Promise<Tied> => {
      await lockPools(tx, await withSiblings(tx, [poolId]));
      // Whoever makes another pool of the article holds these, too: it is there by now.
      const pools = [...(await lockPools(tx, await withSiblings(tx, [poolId]))).values()];
      const group = await groupOf(tx, shop);
      if (pools.length === 0 || group === null || pools[0]?.groupId !== group.id)
        return { outcome: "gone" };
      return decide(tx, pools, await levelsIn(tx, shop, pools));
    });
  } catch (error) {
    if (error instanceof TieRefused) return refused(error.message);
    throw error;
  }
}

/** Why some levels cannot leave their pools now; null: they can. */
async function whyBusy(tx: Transaction, levels: readonly LevelRow[]): Promise<string | null> {
  for (const level of levels) {
    if (level.pendingId !== null)
      return "A change of its stock is on its way to Shopify. Try again in a moment.";
    if ((await movesAt(tx, level.shop, level.levelId)) > 0)
      return "Units of it are held in this store. Release or finish these holds first.";
  }
  return null;
}

async function record(
  tx: Transaction,
  { shop, actor }: Caller,
  action: string,
  poolId: string,
  pools: readonly PoolRow[],
  detail: Readonly<Record<string, string>>,
): Promise<Tied> {
  await recordAudit(tx, {
    shop,
    actor,
    action,
    subject: poolId,
    detail: { sku: pools[0]?.sku ?? "", ...detail },
  });
  return { outcome: "done" };
}
