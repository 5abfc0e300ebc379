import { editItem, type ItemEdit } from "../../commerce/products.ts";
import { disconnectLevel, whyNotDisconnect } from "../../commerce/stock.ts";
import { idOfKind, parseGid } from "../../state/ids.ts";
import { fromCents, toCents } from "../../state/money.ts";
import { objectArg, requiredText, textArg } from "../arguments.ts";
import type { FieldFn } from "../context.ts";

/** inventoryItemUpdate: SKU, cost, tracking and shipping; other fields are accepted and not kept. */
export const inventoryItemUpdate: FieldFn<unknown> = (_source, args, context) => {
  const id = idOfKind(requiredText(args, "id"), "InventoryItem");
  const item = context.store.inventoryItems.get(id ?? "");
  if (!item) {
    const message = "The product couldn't be updated because it does not exist.";
    return { inventoryItem: null, userErrors: [{ field: ["id"], message }] };
  }
  const input = objectArg(args, "input");
  const edit: ItemEdit = {};
  const sku = textArg(input, "sku");
  if (sku !== undefined) edit.sku = sku;
  const { cost } = input;
  if (typeof cost === "string" || typeof cost === "number") {
    edit.cost = fromCents(toCents(String(cost)));
  }
  if (typeof input["tracked"] === "boolean") edit.tracked = input["tracked"];
  if (typeof input["requiresShipping"] === "boolean") {
    edit.requiresShipping = input["requiresShipping"];
  }
  context.perform((change) => editItem(change, item, edit));
  return { inventoryItem: item, userErrors: [] };
};

/** inventoryDeactivate: not at the last location. It takes no idempotency key. */
export const inventoryDeactivate: FieldFn<unknown> = (_source, args, context) => {
  const { store } = context;
  const { kind, id } = parseGid(requiredText(args, "inventoryLevelId"));
  const level = kind === "InventoryLevel" ? store.inventoryLevels.get(id) : undefined;
  const refuse = (message: string) => ({ userErrors: [{ field: null, message }] });
  if (!level) {
    return refuse("The product couldn't be unstocked because the product was deleted.");
  }
  if (!level.active) return { userErrors: [] };
  const reason = whyNotDisconnect(store, level);
  if (reason !== null) return refuse(reason);
  context.perform((change) => disconnectLevel(change, level));
  return { userErrors: [] };
};
