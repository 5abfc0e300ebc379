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
import { lockPools, type PoolRow } from "./pool-store.ts";
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
 * Ties an article of a store to a pool of its group, by hand: the store is read, and then shows what
 * the pool says. It takes the place of what was tied before.
 */
export async function tieArticle(
  deps: TieDeps,
  caller: Caller,
  poolId: string,
  itemId: string,
): Promise<Tied> {
  const { shop } = caller;
  return deciding(deps, caller, poolId, async (tx, pool, level) => {
    const [article] = await articlesOfItems(tx, [{ shop, itemId }]);
    if (article === undefined) return refused("This store has no such article any more.");
    if (level?.itemId === itemId) return { outcome: "done" };
    const busy = level === null ? null : await whyBusy(tx, level);
    if (busy !== null) return refused(busy);
    if (level !== null) await unlinkLevel(tx, shop, level.levelId);
    const members = (await membersOf(tx, [pool.groupId ?? ""])).get(pool.groupId ?? "") ?? [];
    const member = members.find((one) => one.shop === shop);
    const levelId = member && (await tieItem(deps, tx, pool.id, member, itemId));
    if (levelId === undefined || levelId === null) throw new TieRefused(elsewhere);
    const tied = { state: "tied", reason: null, itemId } as const;
    await noteChoice(tx, pool.id, shop, tied, deps.clock.now());
    const mine = (await levelsOfPools(tx, [pool.id])).get(pool.id) ?? [];
    await askForReads(
      deps,
      tx,
      mine.filter((one) => one.shop === shop),
      null,
    );
    return record(tx, caller, "pool-link.tied", pool, { itemId });
  });
}

const elsewhere =
  "Converge knows of no stock of this article that is free: it is nowhere in stock, or tied to another article of the group. Unlink it there first.";

/**
 * Takes a store's article out of a pool, for good: what the store shows stays as it is, and is its
 * own from then on.
 */
export async function keepApart(deps: TieDeps, caller: Caller, poolId: string): Promise<Tied> {
  return deciding(deps, caller, poolId, async (tx, pool, level) => {
    const busy = level === null ? null : await whyBusy(tx, level);
    if (busy !== null) return refused(busy);
    if (level !== null) await unlinkLevel(tx, caller.shop, level.levelId);
    const apart = { state: "apart", reason: null, itemId: null } as const;
    await noteChoice(tx, pool.id, caller.shop, apart, deps.clock.now());
    return record(tx, caller, "pool-link.apart", pool, {});
  });
}

/** Forgets what a person decided: SKU and barcode say it again, at once. */
export async function linkByRule(deps: TieDeps, caller: Caller, poolId: string): Promise<Tied> {
  const { shop } = caller;
  return deciding(deps, caller, poolId, async (tx, pool) => {
    await dropChoice(tx, pool.id, shop);
    const payload = { shop, groupId: pool.groupId ?? "", after: null, poolId: pool.id };
    await deps.enqueue(tx, "link-store", [{ payload, group: shop }]);
    return record(tx, caller, "pool-link.by-rule", pool, {});
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

/** Decides with the pool locked, so that whoever links, counts or writes meanwhile waits. */
async function deciding(
  deps: TieDeps,
  { shop }: Caller,
  poolId: string,
  decide: (tx: Transaction, pool: PoolRow, level: LevelRow | null) => Promise<Tied>,
): Promise<Tied> {
  try {
    return await deps.db.transaction(async (tx): Promise<Tied> => {
      const pool = (await lockPools(tx, [poolId])).get(poolId);
      const group = await groupOf(tx, shop);
      if (pool === undefined || group === null || pool.groupId !== group.id)
        return { outcome: "gone" };
      const levels = (await levelsOfPools(tx, [pool.id])).get(pool.id) ?? [];
      return decide(tx, pool, levels.find((level) => level.shop === shop) ?? null);
    });
  } catch (error) {
    if (error instanceof TieRefused) return refused(error.message);
    throw error;
  }
}

/** Why a level cannot leave its pool now; null: it can. */
async function whyBusy(tx: Transaction, level: LevelRow): Promise<string | null> {
  if (level.pendingId !== null)
    return "A change of its stock is on its way to Shopify. Try again in a moment.";
  const holds = await movesAt(tx, level.shop, level.levelId);
  return holds === 0
    ? null
    : "Units of it are held in this store. Release or finish these holds first.";
}

async function record(
  tx: Transaction,
  { shop, actor }: Caller,
  action: string,
  pool: PoolRow,
  detail: Readonly<Record<string, string>>,
): Promise<Tied> {
  await recordAudit(tx, {
    shop,
    actor,
    action,
    subject: pool.id,
    detail: { sku: pool.sku, ...detail },
  });
  return { outcome: "done" };
}
