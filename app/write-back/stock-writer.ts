import {
  InventoryLevelDocument,
  ItemLevelsDocument,
  SetInventoryDocument,
} from "#app/shopify/index.server.ts";
import { checkStock, decideStock } from "./decide-stock.ts";
import {
  refusal,
  type Client,
  type NamedResource,
  type SetOutcome,
  type Target,
  type Writer,
} from "./writer.ts";

interface StockTarget extends Target {
  readonly inventoryItemId: string;
  readonly locationId: string;
}

/**
 * Writes stock by compare-and-set. The resource is a level, or an article at a place (or at the only
 * place it is kept).
 */
export const stockWriter: Writer<StockTarget> = {
  comparesAndSets: true,
  checkSet: checkStock,
  decide: decideStock,
  read: async (shopify, shop, resource) => {
    const id =
      resource.type === "InventoryItem" ? await levelIdOf(shopify, shop, resource) : resource.id;
    if (id === null) return null;
    const { inventoryLevel: level } = await shopify.graphql(shop, InventoryLevelDocument, { id });
    if (!level) return null;
    const states = new Map(level.quantities.map((state) => [state.name, state]));
    const available = states.get("available");
    return {
      id: level.id,
      inventoryItemId: level.item.id,
      locationId: level.location.id,
      sku: level.item.sku,
      fields: {
        available: available?.quantity ?? null,
        onHand: states.get("on_hand")?.quantity ?? null,
      },
      changedAtMs: Date.parse(available?.updatedAt ?? level.updatedAt),
    };
  },
  send: async ({ graphql }, shop, level, attempt, key) => {
    const [[name, quantity] = ["available", 0]] = Object.entries(attempt.set);
    const { inventorySetQuantities: answer } = await graphql(shop, SetInventoryDocument, {
      key,
      input: {
        name: name === "onHand" ? "on_hand" : "available",
        reason: "correction",
        quantities: [
          {
            inventoryItemId: level.inventoryItemId,
            locationId: level.locationId,
            quantity: Number(quantity),
            changeFromQuantity: Number(attempt.expected[name]),
          },
        ],
      },
    });
    const [error] = answer?.userErrors ?? [];
    return error ? outcomeOf(error) : { kind: "applied" };
  },
};

/** Null when the article is not kept there, or when it is kept at several places and none was named. */
async function levelIdOf(
  { graphql }: Client,
  shop: string,
  { id, locationId }: NamedResource,
): Promise<string | null> {
  const byLocation = locationId !== undefined;
  // The variable has to be a gid even where the query leaves it out.
  const variables = { id, byLocation, locationId: locationId ?? "gid://shopify/Location/0" };
  const { inventoryItem: item } = await graphql(shop, ItemLevelsDocument, variables);
  if (byLocation) return item?.inventoryLevel?.id ?? null;
  const [level, ...others] = item?.inventoryLevels?.nodes ?? [];
  return others.length === 0 ? (level?.id ?? null) : null;
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
    default:
      return refusal(error);
  }
}
