/** Requests and readings the inventory tests share. */
import type { Twin } from "#test/twin/types.ts";
import { at, type Client, first, type GraphqlBody, NORTH } from "./support.ts";

const GROUP =
  "inventoryAdjustmentGroup { id reason referenceDocumentUri changes { name delta quantityAfterChange ledgerDocumentUri item { id } location { id } } }";
const ERRORS = "userErrors { field message code }";
export const SET = `mutation Set($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { ${GROUP} ${ERRORS} }
}`;
export const ADJUST = `mutation Adjust($input: InventoryAdjustQuantitiesInput!, $key: String!) {
  inventoryAdjustQuantities(input: $input) @idempotent(key: $key) { ${GROUP} ${ERRORS} }
}`;
export const MOVE = `mutation Move($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) { ${GROUP} ${ERRORS} }
}`;
const LEVEL = `query Level($item: ID!, $location: ID!) {
  inventoryItem(id: $item) { inventoryLevel(locationId: $location) { updatedAt
    quantities(names: ["available", "on_hand", "committed", "reserved", "damaged", "incoming"]) { name quantity }
  } }
}`;

type Change = {
  name: string;
  delta: number;
  quantityAfterChange: number | null;
  ledgerDocumentUri: string | null;
};
type UserError = { field: string[] | null; message: string; code: string };

export const group = (body: GraphqlBody, root: string) =>
  at<{ changes: Change[] } | null>(body, root, "inventoryAdjustmentGroup");
export const deltas = (body: GraphqlBody, root: string) =>
  group(body, root)?.changes.map(({ name, delta }) => [name, delta]);
export const userErrors = (body: GraphqlBody, root: string) =>
  at<UserError[]>(body, root, "userErrors");

export type Ids = { inventoryItemId: string; locationId: string };

/** An item of its own for each test: ids of one of its levels, with that much available. */
export function makePlace(twin: Twin, available = 20): { sku: string; ids: Ids } {
  const { sku } = twin.operations.createProduct({ shop: NORTH, available });
  const row = first(twin.operations.listStock({ shop: NORTH, search: sku }));
  const { locationId } = first(row.levels);
  return {
    sku,
    ids: {
      inventoryItemId: `gid://shopify/InventoryItem/${row.inventoryItemId}`,
      locationId: `gid://shopify/Location/${locationId}`,
    },
  };
}

/** Every state of a level, by name. */
export async function readQuantities(client: Client, where: Ids): Promise<Record<string, number>> {
  const body = await client(LEVEL, { item: where.inventoryItemId, location: where.locationId });
  const path = ["inventoryItem", "inventoryLevel", "quantities"];
  const rows = at<{ name: string; quantity: number }[]>(body, ...path);
  return Object.fromEntries(rows.map(({ name, quantity }) => [name, quantity]));
}
