import type { Database } from "#app/db.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import {
  CollectionProductsDocument,
  type CollectionProductsQuery,
  type Graphql,
  type Shopify,
  withPriority,
} from "#app/shopify/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { collectionsToRead, knownCollections, writeCollection } from "./collection-store.ts";
import type { HandOver } from "./hand-over.ts";

/** What reading collections takes. */
export interface CollectionDeps {
  readonly db: Database;
  readonly shopify: Pick<Shopify, "graphql">;
  readonly enqueue: HandOver;
}

/**
 * Reads what is in a collection that a buffer rule names, and has the group's pools follow where that
 * is not what it was. A store that has no such collection has nothing in it. Shopify pages through
 * 25,000 products at most; those beyond are as if they were not in it.
 */
export async function readCollection(
  deps: CollectionDeps,
  { shop, groupId, collectionId }: JobPayload<"read-collection">,
): Promise<void> {
  if (!(await getShop(deps.db, shop))) return;
  const graphql = withPriority(deps.shopify.graphql, "polling");
  const productIds = (await productsOf(graphql, shop, collectionId)) ?? [];
  await deps.db.transaction(async (tx) => {
    if (!(await writeCollection(tx, { shop, collectionId }, productIds))) return;
    const follow = { payload: { groupId, after: null }, group: groupId };
    await deps.enqueue(tx, "follow-buffers", [follow]);
  });
}

/** Null: the store has no such collection. */
async function productsOf(graphql: Graphql, shop: string, id: string): Promise<string[] | null> {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const page: CollectionProductsQuery = await graphql(shop, CollectionProductsDocument, {
      id,
      after,
    });
    if (page.collection === null) return null;
    const { nodes, pageInfo } = page.collection.products;
    ids.push(...nodes.map((product) => product.id));
    after = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return ids;
}

/** How long somebody who previews rules waits for Shopify. */
const patienceMs = 3_000;

/** Why nobody knows what is in a collection. */
type Untold = "no_such_collection" | "shopify_is_silent";

/**
 * Reads those of some collections that were never read, in each of some stores, so that a preview can
 * tell what rules about them lead to. Returns those of which it cannot, and why.
 */
export async function learnCollections(
  { db, shopify }: Pick<CollectionDeps, "db" | "shopify">,
  shops: readonly string[],
  collectionIds: readonly string[],
): Promise<Map<string, Untold>> {
  const known = await knownCollections(db, shops, collectionIds);
  const unread = collectionIds.filter((id) => !known.has(id));
  const patient: Graphql = (shop, document, variables, options) =>
    shopify.graphql(shop, document, variables, { patienceMs, timeoutMs: patienceMs, ...options });
  const untold = new Map<string, Untold>();
  for (const collectionId of unread) {
    const found = await Promise.allSettled(
      shops.map(async (shop) => {
        const productIds = await productsOf(patient, shop, collectionId);
        if (productIds === null) return false;
        await db.transaction((tx) => writeCollection(tx, { shop, collectionId }, productIds));
        return true;
      }),
    );
    if (found.some((one) => one.status === "fulfilled" && one.value)) continue;
    const isSilent = found.some((one) => one.status === "rejected");
    untold.set(collectionId, isSilent ? "shopify_is_silent" : "no_such_collection");
  }
  return untold;
}

/**
 * Has every collection that a rule names read again, in each store of the rule's group. The groups are
 * brought to their rules as well: an article may have come to a store, or have left it.
 */
export async function readAllCollections(
  deps: Pick<CollectionDeps, "db" | "enqueue">,
): Promise<void> {
  await deps.db.transaction(async (tx) => {
    const named = await collectionsToRead(tx, null);
    await deps.enqueue(
      tx,
      "read-collection",
      named.map((payload) => ({ payload, group: payload.shop })),
    );
    await deps.enqueue(
      tx,
      "follow-buffers",
      [...new Set(named.map(({ groupId }) => groupId))].map((groupId) => ({
        payload: { groupId, after: null },
        group: groupId,
      })),
    );
  });
}
