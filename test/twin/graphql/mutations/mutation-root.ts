import { defineType } from "../context.ts";
import { bulkOperationCancel, bulkOperationRunQuery } from "./bulk-operations.ts";
import { customerDelete, orderDelete, productDelete } from "./deletions.ts";
import { flowTriggerReceive } from "./flow.ts";
import { fulfillmentTrackingInfoUpdate } from "./fulfillments.ts";
import { inventoryActivate } from "./inventory-activate.ts";
import { inventoryAdjustQuantities } from "./inventory-adjust.ts";
import { inventoryDeactivate, inventoryItemUpdate } from "./inventory-items.ts";
import { inventoryMoveQuantities } from "./inventory-move.ts";
import { inventorySetQuantities } from "./inventory-set.ts";
import {
  locationActivate,
  locationAdd,
  locationDeactivate,
  locationDelete,
  locationEdit,
} from "./locations.ts";
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
  bulkOperationCancel,
  bulkOperationRunQuery,
  customerDelete,
  customerUpdate,
  flowTriggerReceive,
  fulfillmentOrderHold,
  fulfillmentOrderReleaseHold,
  fulfillmentTrackingInfoUpdate,
  inventoryActivate,
  inventoryAdjustQuantities,
  inventoryDeactivate,
  inventoryItemUpdate,
  inventoryMoveQuantities,
  inventorySetQuantities,
  locationActivate,
  locationAdd,
  locationDeactivate,
  locationDelete,
  locationEdit,
  metafieldsSet,
  orderDelete,
  orderUpdate,
  productDelete,
  productUpdate,
  productVariantsBulkUpdate,
  tagsAdd,
  tagsRemove,
  webhookSubscriptionCreate,
  webhookSubscriptionDelete,
  webhookSubscriptionUpdate,
});
