import type { MetafieldRow } from "../../state/model.ts";
import { requiredText, textArg, textsArg } from "../arguments.ts";
import { connection } from "../connections.ts";
import { type Args, defineType, type FieldFn, type GraphContext } from "../context.ts";
import { appNamespace } from "../app-identity.ts";
import { idFields, timeFields } from "./shared-fields.ts";

/** `metafield` and `metafields` of any row that can own some. */
export const metafieldOwnerFields: Record<string, FieldFn<{ kind: string; id: string }>> = {
  metafield: (owner, args, context) =>
    metafieldsOf(owner, context, textArg(args, "namespace") ?? "$app").find(
      (row) => row.key === requiredText(args, "key"),
    ) ?? null,
  metafields: (owner, args, context) =>
    connection({ rows: selected(owner, args, context), idOf: (row) => row.id }, args),
};

function selected(owner: { kind: string; id: string }, args: Args, context: GraphContext) {
  const keys = textsArg(args, "keys");
  const rows = metafieldsOf(owner, context, textArg(args, "namespace"));
  if (!keys) return rows;
  return rows.filter(
    (row) => keys.includes(`${row.namespace}.${row.key}`) || keys.includes(row.key),
  );
}

function metafieldsOf(
  owner: { kind: string; id: string },
  context: GraphContext,
  namespace: string | undefined,
): MetafieldRow[] {
  const wanted = namespace === undefined ? undefined : appNamespace(namespace, context.config);
  return [...context.store.metafields.values()].filter(
    (row) =>
      row.ownerKind === owner.kind &&
      row.ownerId === owner.id &&
      (wanted === undefined || row.namespace === wanted),
  );
}

const OWNER_TYPES: Record<string, string> = {
  Shop: "SHOP",
  Product: "PRODUCT",
  ProductVariant: "PRODUCTVARIANT",
  Customer: "CUSTOMER",
  Order: "ORDER",
  Location: "LOCATION",
  AppInstallation: "API_PERMISSION",
};

/** Kinds of rows that can own metafields. */
export function canOwnMetafields(kind: string): boolean {
  return OWNER_TYPES[kind] !== undefined;
}

export const metafieldTypes = [
  defineType<MetafieldRow>("Metafield", {
    ...idFields,
    ...timeFields,
    compareDigest: (row) => row.digest,
    definition: () => null,
    jsonValue: (row) => (isJsonType(row.type) ? (JSON.parse(row.value) as unknown) : row.value),
    owner: (row, _args, { store }) => ownerOf(row, store),
    ownerType: (row) => OWNER_TYPES[row.ownerKind],
    sizeInBytes: (row) => Buffer.byteLength(row.value),
  }),
];

function isJsonType(type: string): boolean {
  return (
    type === "json" || type.startsWith("number") || type === "boolean" || type.startsWith("list.")
  );
}

function ownerOf(row: MetafieldRow, store: GraphContext["store"]): unknown {
  if (row.ownerKind === "Shop") return store.shop;
  if (row.ownerKind === "AppInstallation") return { kind: "AppInstallation", id: row.ownerId };
  const tables: Record<string, Map<string, unknown>> = {
    Product: store.products,
    ProductVariant: store.variants,
    Customer: store.customers,
    Order: store.orders,
    Location: store.locations,
  };
  return tables[row.ownerKind]?.get(row.ownerId);
}
