import type { FaultSettings } from "../faults/fault-table.ts";
import type { BucketLimits } from "../state/plans.ts";
import type { Random } from "../state/random.ts";
import type { Store } from "../state/model.ts";
import { loadAdminSchema } from "./admin-schema.ts";
import type { GraphContext } from "./context.ts";
import { type CostBucket, createCostBucket } from "./cost-bucket.ts";
import type { GraphqlEngine } from "./endpoint.ts";
import { createFieldResolver } from "./field-resolver.ts";
import { inventoryAdjustmentTypes } from "./mutations/inventory-rules.ts";
import { mutationRoot } from "./mutations/mutation-root.ts";
import { bulkOperationTypes } from "./types/bulk-operations.ts";
import { collectionTypes } from "./types/collections.ts";
import { customerTypes } from "./types/customers.ts";
import { fulfillmentOrderTypes } from "./types/fulfillment-orders.ts";
import { inventoryTypes } from "./types/inventory.ts";
import { metafieldTypes } from "./types/metafields.ts";
import { orderTypes } from "./types/orders.ts";
import { productTypes } from "./types/products.ts";
import { queryRoot } from "./types/query-root.ts";
import { shopTypes } from "./types/shop.ts";

export type EngineOptions = {
  now: () => number;
  limitsOf: (store: Store) => BucketLimits;
  faults: FaultSettings;
  random: Random;
  contextFor: (store: Store) => GraphContext;
};

/** The Admin API over the twin's stores: one cost bucket per store. */
export function createEngine(options: EngineOptions): GraphqlEngine {
  const admin = loadAdminSchema();
  const buckets = new Map<string, CostBucket>();
  const fieldResolver = createFieldResolver(admin, [
    queryRoot,
    mutationRoot,
    ...bulkOperationTypes,
    ...collectionTypes,
    ...customerTypes,
    ...fulfillmentOrderTypes,
    ...inventoryAdjustmentTypes,
    ...inventoryTypes,
    ...metafieldTypes,
    ...orderTypes,
    ...productTypes,
    ...shopTypes,
  ]);
  return {
    admin,
    fieldResolver,
    contextFor: options.contextFor,
    faults: options.faults,
    random: options.random,
    bucketOf(store) {
      const known = buckets.get(store.shop.domain);
      if (known) return known;
      const bucket = createCostBucket(() => options.limitsOf(store), options.now);
      buckets.set(store.shop.domain, bucket);
      return bucket;
    },
  };
}
