import { GraphQLError } from "graphql";
import type { InventoryLevelRow, Store } from "./model.ts";

/** Shopify's ids of one kind grow in steps like this one. */
const STEP = 32768n;

const FIRST_ID: Record<string, bigint> = {
  Customer: 7_104_552_960_000n,
  Fulfillment: 5_219_300_704_256n,
  FulfillmentOrder: 6_120_447_148_032n,
  InventoryItem: 46_801_234_526_208n,
  InventoryLevel: 104_875_000_041n,
  LineItem: 14_210_533_425_152n,
  Location: 61_833_478_144n,
  Metafield: 22_105_633_882_112n,
  Order: 5_530_771_685_376n,
  Product: 8_214_920_855_552n,
  ProductVariant: 44_712_901_345_280n,
  Refund: 880_412_721_152n,
};

const OTHER_FIRST_ID = 1_014_212_591_616n;

/** Kinds that get ids beyond 2^53 in stores that ask for them: readers must not use floats. */
const BIG_KINDS = new Set(["InventoryLevel", "Order"]);
const BIG_OFFSET = 9_100_000_000_000_000_000n;

/** Keeps the ids of different stores apart, as they are in Shopify. */
const STORE_OFFSET = 1_000_000_007n * STEP;

/** Ids for a new store; ids of one kind only ever grow. */
export function startIds(storeIndex: number, bigIds: boolean): Record<string, string> {
  const ids: Record<string, string> = {};
  for (const [kind, first] of Object.entries(FIRST_ID)) {
    const big = bigIds && BIG_KINDS.has(kind) ? BIG_OFFSET : 0n;
    ids[kind] = String(first + big + BigInt(storeIndex) * STORE_OFFSET);
  }
  ids["*"] = String(OTHER_FIRST_ID + BigInt(storeIndex) * STORE_OFFSET);
  return ids;
}

/** The next id of a kind, larger than every one before. */
export function takeId(store: Store, kind: string): string {
  const key = store.nextIds[kind] === undefined ? "*" : kind;
  const id = store.nextIds[key] ?? String(OTHER_FIRST_ID);
  store.nextIds[key] = String(BigInt(id) + STEP);
  return id;
}

/** `gid://shopify/Product/1`. */
export function gid(kind: string, id: string): string {
  return `gid://shopify/${kind}/${id}`;
}

/** Levels carry their item in the id, as in Shopify. */
export function levelGid(level: InventoryLevelRow): string {
  return `${gid("InventoryLevel", level.id)}?inventory_item_id=${level.inventoryItemId}`;
}

export type ParsedGid = { kind: string; id: string; query: URLSearchParams };

/**
 * Takes a global id apart.
 * @throws GraphQLError in Shopify's words when it is none.
 */
export function parseGid(text: string): ParsedGid {
  const match = /^gid:\/\/shopify\/([A-Za-z]+)\/([0-9A-Za-z-]+)(?:\?(.*))?$/.exec(text);
  if (!match?.[1] || !match[2]) {
    throw new GraphQLError(`Invalid global id '${text}'`, {
      extensions: { code: "argumentLiteralsIncompatible", typeName: "CoercionError" },
    });
  }
  return { kind: match[1], id: match[2], query: new URLSearchParams(match[3] ?? "") };
}

/** The plain id when `text` is a global id of that kind, else undefined. */
export function idOfKind(text: string, kind: string): string | undefined {
  const parsed = parseGid(text);
  return parsed.kind === kind ? parsed.id : undefined;
}
