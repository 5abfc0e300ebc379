import { v7 as uuidv7 } from "uuid";
import { chooseLevel, type KnownLevel } from "./choose-level.ts";
import { type CountDeps, countLevels } from "./count-levels.ts";
import { movePool } from "./ledger-store.ts";
import { levelsNamed, linkLevel, noteCount } from "./level-store.ts";
import { levelsOfArticle } from "./link-stores.ts";
import { insertOwnPool, lockPools } from "./pool-store.ts";

/** How long somebody who places a hold waits for Shopify. */
const patienceMs = 3_000;

/**
 * The pool that follows what a lone store has of an article, counted now. Shopify being silent, what it
 * told last has to do: the move to reserved finds what is really there. Null: the store has no such
 * article, or several.
 */
export async function ownPoolFor(
  deps: CountDeps,
  shop: string,
  sku: string,
  locationId: string | null,
): Promise<string | null> {
  const known = await levelsOfArticle(deps, deps.db, shop, sku);
  const level = known === null ? null : chooseLevel(known, locationId);
  if (level === null) return null;
  const poolId = await ensureOwnPool(deps, shop, sku, level);
  const graphql: CountDeps["shopify"]["graphql"] = (store, document, variables, options) =>
    deps.shopify.graphql(store, document, variables, {
      patienceMs,
      timeoutMs: patienceMs,
      ...options,
    });
  const { levelId } = level;
  const [failed] = await countLevels({ ...deps, shopify: { graphql } }, [
    { shop, poolId, levelId },
  ]);
  if (failed) await takeAsTold(deps, shop, poolId, level);
  return poolId;
}

async function ensureOwnPool(
  deps: CountDeps,
  shop: string,
  sku: string,
  level: KnownLevel,
): Promise<string> {
  const { levelId } = level;
  const find = async () => (await levelsNamed(deps.db, shop, [levelId]))[0]?.poolId;
  const there = await find();
  if (there !== undefined) return there;
  const id = uuidv7({ msecs: deps.clock.now() });
  const { itemId, locationId } = level;
  const mine = await deps.db.transaction(async (tx) => {
    if (!(await linkLevel(tx, { shop, levelId, itemId, locationId, poolId: id }))) return false;
    await insertOwnPool(tx, { id, shop, sku });
    return true;
  });
  const found = mine ? id : await find();
  if (found === undefined) throw new Error("a pool was neither made nor found");
  return found;
}

/** What Shopify told last stands in for a count that was never made. */
async function takeAsTold(
  deps: CountDeps,
  shop: string,
  poolId: string,
  { levelId, available }: KnownLevel,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    await lockPools(tx, [poolId]);
    const [level] = await levelsNamed(tx, shop, [levelId]);
    if (level === undefined || level.seen !== null) return;
    await noteCount(tx, level, { available, committed: null, onHand: null, readAtMs: 0 });
    await movePool(tx, {
      poolId,
      kind: "edit",
      delta: available,
      heldDelta: 0,
      source: `told:${levelId}`,
      shop,
      note: "As Shopify told it last.",
      correlationId: null,
      atMs: deps.clock.now(),
    });
  });
}
