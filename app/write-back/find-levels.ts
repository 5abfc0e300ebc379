import type { Database } from "#app/db.server.ts";
import { parseLossless } from "#app/events/index.server.ts";
import { levelsOf, skusOf, statePurpose, type MirroredLevel } from "#app/mirror/index.server.ts";
import {
  ItemStockLevelsDocument,
  StockLevelsDocument,
  type StockLevelsQuery,
} from "#app/shopify/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import type { StockAttempt } from "./types.ts";
import type { Client, NamedResource, Target } from "./writer.ts";

/** A stock level, and where it is. */
export interface StockLevel extends Target {
  readonly place: StockAttempt["place"];
}

/** A write that has to know the level it means. */
export interface LevelWanted {
  /** Of the write. */
  readonly id: string;
  readonly resource: NamedResource;
}

/** So many levels, or articles with their levels, cost less than half of what one request may. */
const levelsPerRead = 100;
const itemsPerRead = 50;

/**
 * Levels as Shopify told of them last, by write; what is not known well enough is missing. Good
 * enough to write by, since Shopify compares before it writes, and to nothing else.
 */
export async function levelsFromMirror(
  deps: { readonly db: Database; readonly vault: Vault },
  shop: string,
  wanted: readonly LevelWanted[],
): Promise<Map<string, StockLevel>> {
  if (wanted.length === 0) return new Map();
  const ids = (type: string) =>
    wanted.filter(({ resource }) => resource.type === type).map(({ resource }) => resource.id);
  const rows = await levelsOf(deps.db, shop, ids("InventoryLevel"), ids("InventoryItem"));
  const levels = rows.flatMap((row) => mirrored(deps.vault, shop, row));
  const items = levels.map((level) => level.place.inventoryItemId);
  const skus = await skusOf(deps.db, shop, items);
  const byName = new Map(
    levels.flatMap((level) => {
      const { inventoryItemId, locationId } = level.place;
      const known = { ...level, sku: skus.get(inventoryItemId) ?? null };
      return [[level.id, known] as const, [`${inventoryItemId} ${locationId}`, known] as const];
    }),
  );
  return matched(wanted, ({ type, id, locationId }) =>
    // Without a place it means the only one, and only Shopify knows how many there are.
    byName.get(type === "InventoryLevel" ? id : `${id} ${locationId ?? ""}`),
  );
}

function mirrored(vault: Vault, shop: string, row: MirroredLevel): StockLevel[] {
  const text = vault.open(row.state, statePurpose(shop, "InventoryLevel", row.id)).toString("utf8");
  const state = parseLossless(text) as Readonly<Record<string, unknown>>;
  const { available, inventoryItemId, locationId } = state;
  if (
    typeof available !== "number" ||
    typeof inventoryItemId !== "string" ||
    typeof locationId !== "string"
  )
    return [];
  return [
    {
      id: row.id,
      sku: null,
      place: { inventoryItemId, locationId },
      fields: { available },
      changedAtMs: row.versionAt.getTime(),
    },
  ];
}

function matched<Found>(
  wanted: readonly LevelWanted[],
  find: (resource: NamedResource) => Found | undefined,
): Map<string, Found> {
  return new Map(
    wanted.flatMap(({ id, resource }) => {
      const found = find(resource);
      return found === undefined ? [] : [[id, found] as const];
    }),
  );
}

/**
 * Levels as Shopify has them now, by write. Missing: it keeps no stock there, or at several places
 * and none was named.
 * @throws errors of the Shopify client
 */
export async function levelsFromShopify(
  shopify: Client,
  shop: string,
  wanted: readonly LevelWanted[],
): Promise<Map<string, StockLevel>> {
  const levels = wanted.filter(({ resource }) => resource.type === "InventoryLevel");
  const byId = await readLevels(shopify, shop, idsOf(levels));
  const found = matched(levels, ({ id }) => byId.get(id));
  const items = wanted.filter(({ resource }) => resource.type === "InventoryItem");
  for (const locationId of new Set(items.map(({ resource }) => resource.locationId))) {
    const here = items.filter(({ resource }) => resource.locationId === locationId);
    const byItem = await readItems(shopify, shop, idsOf(here), locationId);
    for (const [id, level] of matched(here, ({ id: itemId }) => byItem.get(itemId)))
      found.set(id, level);
  }
  return found;
}

function idsOf(wanted: readonly LevelWanted[]): string[] {
  return [...new Set(wanted.map(({ resource }) => resource.id))];
}

async function readLevels(
  { graphql }: Client,
  shop: string,
  ids: readonly string[],
): Promise<Map<string, StockLevel>> {
  const found = new Map<string, StockLevel>();
  for (const some of chunksOf(ids, levelsPerRead)) {
    const { nodes } = await graphql(shop, StockLevelsDocument, { ids: some });
    for (const node of nodes) if (isLevel(node)) found.set(node.id, levelOf(node));
  }
  return found;
}

async function readItems(
  { graphql }: Client,
  shop: string,
  ids: readonly string[],
  locationId: string | undefined,
): Promise<Map<string, StockLevel>> {
  const found = new Map<string, StockLevel>();
  const byLocation = locationId !== undefined;
  for (const some of chunksOf(ids, itemsPerRead)) {
    const { nodes } = await graphql(shop, ItemStockLevelsDocument, {
      ids: some,
      byLocation,
      // The variable has to be a gid even where the query leaves it out.
      locationId: locationId ?? "gid://shopify/Location/0",
    });
    for (const node of nodes) {
      if (!node || !("id" in node)) continue;
      const levels = node.inventoryLevels?.nodes ?? [];
      const level = byLocation ? node.inventoryLevel : levels.length === 1 ? levels[0] : null;
      if (level) found.set(node.id, levelOf(level));
    }
  }
  return found;
}

type Node = StockLevelsQuery["nodes"][number];
type LevelNode = Exclude<NonNullable<Node>, Record<PropertyKey, never>>;

function isLevel(node: Node): node is LevelNode {
  return node !== null && "quantities" in node;
}

function levelOf(level: LevelNode): StockLevel {
  const states = new Map(level.quantities.map((state) => [state.name, state]));
  const available = states.get("available");
  return {
    id: level.id,
    sku: level.item.sku,
    place: { inventoryItemId: level.item.id, locationId: level.location.id },
    fields: {
      available: available?.quantity ?? null,
      onHand: states.get("on_hand")?.quantity ?? null,
    },
    changedAtMs: Date.parse(available?.updatedAt ?? level.updatedAt),
  };
}

/** Pieces of at most `size`, in order. Pure. */
export function chunksOf<Item>(items: readonly Item[], size: number): Item[][] {
  const pieces: Item[][] = [];
  for (let from = 0; from < items.length; from += size) pieces.push(items.slice(from, from + size));
  return pieces;
}
