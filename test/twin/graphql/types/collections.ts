import { createHash } from "node:crypto";
import type { GraphQLResolveInfo } from "graphql";
import type { ProductRow, Store } from "../../state/model.ts";
import { connection } from "../connections.ts";
import { type Args, defineType, type GraphContext } from "../context.ts";
import { byId, byWords, search, type SearchSpec } from "../search.ts";
import { productSort, sortFrom } from "./products.ts";
import { exactCount, idFields } from "./shared-fields.ts";

/** A smart collection: the products of one type. */
type CollectionRow = { kind: "Collection"; id: string; title: string };

/** The twin's stores have one collection for each product type, which fills itself. */
export function collectionsOf(store: Store): CollectionRow[] {
  const types = new Set([...store.products.values()].map((row) => row.productType));
  return [...types].map((title) => ({ kind: "Collection", id: idOf(store, title), title }));
}

/** Of its own in each store, and the same whatever else there is. */
function idOf(store: Store, title: string): string {
  const hash = createHash("sha256").update(`${store.shop.domain} ${title}`).digest();
  return String(hash.readUIntBE(0, 6));
}

const collectionSearch: SearchSpec<CollectionRow> = {
  words: (row) => row.title,
  fields: {
    id: byId((row) => row.id),
    title: byWords((row) => row.title),
  },
};

/** `collections` of the query root. */
export function collections(args: Args, context: GraphContext, info: GraphQLResolveInfo) {
  const rows = search(collectionsOf(context.store), collectionSearch, args, context, info);
  const keys = { TITLE: (row: CollectionRow) => row.title };
  return connection({ rows, idOf: (row) => row.id, ...sortFrom(keys, args) }, args);
}

function productsOf(store: Store, { title }: CollectionRow): ProductRow[] {
  return [...store.products.values()].filter((row) => row.productType === title);
}

export const collectionTypes = [
  defineType<CollectionRow>("Collection", {
    ...idFields,
    handle: (row) => row.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-"),
    products: (row, args, context) =>
      connection(
        {
          rows: productsOf(context.store, row),
          idOf: (product) => product.id,
          ...productSort(args, context),
        },
        args,
      ),
    productsCount: (row, _args, { store }) => exactCount(productsOf(store, row).length, null),
  }),
];
