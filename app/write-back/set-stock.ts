import {
  InventoryLevelDocument,
  ItemLevelsDocument,
  SetInventoryDocument,
  type Shopify,
} from "#app/shopify/index.server.ts";
import type { CurrentStock } from "./decide-write.ts";
import type { Attempt } from "./types.ts";

type Client = Pick<Shopify, "graphql">;

/** A stock level as it was just read, with what a write has to name. */
export interface ReadLevel extends CurrentStock {
  readonly id: string;
  readonly inventoryItemId: string;
  readonly locationId: string;
  readonly sku: string | null;
}

/** Which stock: a level, or an article at a place (or at the only place it is kept). */
export interface StockPlace {
  readonly type: string;
  readonly id: string;
  readonly locationId?: string | undefined;
}

/** Reads a stock level; null when Shopify has none there. @throws errors of the Shopify client */
export async function readLevel(
  shopify: Client,
  shop: string,
  place: StockPlace,
): Promise<ReadLevel | null> {
  const id = place.type === "InventoryItem" ? await levelIdOf(shopify, shop, place) : place.id;
  if (id === null) return null;
  const { inventoryLevel: level } = await shopify.graphql(shop, InventoryLevelDocument, { id });
  if (!level) return null;
  const states = new Map(level.quantities.map((state) => [state.name, state]));
  return {
    id: level.id,
    inventoryItemId: level.item.id,
    locationId: level.location.id,
    sku: level.item.sku,
    available: states.get("available")?.quantity ?? null,
    onHand: states.get("on_hand")?.quantity ?? null,
    availableAtMs: Date.parse(states.get("available")?.updatedAt ?? level.updatedAt),
  };
}

/** Null when the article is not kept there, or when it is kept at several places and none was named. */
async function levelIdOf(
  { graphql }: Client,
  shop: string,
  { id, locationId }: StockPlace,
): Promise<string | null> {
  const byLocation = locationId !== undefined;
  // The variable has to be a gid even where the query leaves it out.
  const variables = { id, byLocation, locationId: locationId ?? "gid://shopify/Location/0" };
  const { inventoryItem: item } = await graphql(shop, ItemLevelsDocument, variables);
  if (byLocation) return item?.inventoryLevel?.id ?? null;
  const [level, ...others] = item?.inventoryLevels?.nodes ?? [];
  return others.length === 0 ? (level?.id ?? null) : null;
}

/** How Shopify took a write. */
export type SetOutcome =
  | { readonly kind: "applied" }
  /** What was expected is not there any more: nothing was written. */
  | { readonly kind: "stale" }
  /** The key is used up by a try that failed: nothing was written, a new key is needed. */
  | { readonly kind: "failed_before" }
  /** The same request is being carried out right now. */
  | { readonly kind: "under_way" }
  | { readonly kind: "refused"; readonly why: string };

/**
 * Sends one write. Sent again with the same key and attempt within 24 hours it happens once.
 * @throws errors of the Shopify client: whether it happened is then not known.
 */
export async function setStock(
  { graphql }: Client,
  shop: string,
  level: Pick<ReadLevel, "inventoryItemId" | "locationId">,
  attempt: Attempt,
  key: string,
): Promise<SetOutcome> {
  const { inventorySetQuantities: answer } = await graphql(shop, SetInventoryDocument, {
    key,
    input: {
      name: attempt.name,
      reason: "correction",
      quantities: [
        {
          inventoryItemId: level.inventoryItemId,
          locationId: level.locationId,
          quantity: attempt.quantity,
          changeFromQuantity: attempt.expected,
        },
      ],
    },
  });
  const [error] = answer?.userErrors ?? [];
  return error ? outcomeOf(error) : { kind: "applied" };
}

function outcomeOf(error: {
  readonly code?: string | null;
  readonly field?: readonly string[] | null;
  readonly message: string;
}): SetOutcome {
  switch (error.code) {
    case "CHANGE_FROM_QUANTITY_STALE":
    case "COMPARE_QUANTITY_STALE":
      return { kind: "stale" };
    case "IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED":
      return { kind: "failed_before" };
    case "IDEMPOTENCY_CONCURRENT_REQUEST":
      return { kind: "under_way" };
    default: {
      const field = error.field?.join(".");
      return { kind: "refused", why: field ? `${field}: ${error.message}` : error.message };
    }
  }
}
