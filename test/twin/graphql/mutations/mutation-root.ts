import { defineType } from "../context.ts";
import { flowTriggerReceive } from "./flow.ts";
import { inventoryActivate } from "./inventory-activate.ts";
import { inventoryAdjustQuantities } from "./inventory-adjust.ts";
import { inventoryMoveQuantities } from "./inventory-move.ts";
import { inventorySetQuantities } from "./inventory-set.ts";
import { metafieldsSet } from "./metafields.ts";
import {
  customerUpdate,
  fulfillmentOrderHold,
  fulfillmentOrderReleaseHold,
  orderUpdate,
} from "./orders.ts";
import { productUpdate, productVariantsBulkUpdate } from "./products.ts";
import { tagsAdd, tagsRemove } from "./tags.ts";
import {
  webhookSubscriptionCreate,
  webhookSubscriptionDelete,
  webhookSubscriptionUpdate,
} from "./webhooks.ts";

/** The mutations the twin can do; any other is refused by name. */
export const mutationRoot = defineType<unknown>("Mutation", {
  customerUpdate,
  flowTriggerReceive,
  fulfillmentOrderHold,
  fulfillmentOrderReleaseHold,
  inventoryActivate,
  inventoryAdjustQuantities,
  inventoryMoveQuantities,
  inventorySetQuantities,
  metafieldsSet,
  orderUpdate,
  productUpdate,
  productVariantsBulkUpdate,
  tagsAdd,
  tagsRemove,
  webhookSubscriptionCreate,
  webhookSubscriptionDelete,
  webhookSubscriptionUpdate,
});
