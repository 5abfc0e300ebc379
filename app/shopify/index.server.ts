/**
 * The only speaker of Shopify's API: sessions, tokens, GraphQL, and what embedding asks for.
 * Promise: a token is never stored in the clear and never refreshed twice; a request waits as long
 * as Shopify says, and fails with an error that says what to do.
 * Several processes together never take more from a shop's API budget than is there, nor the part
 * that is kept for more urgent work.
 * Tables: sessions, api_budgets.
 */
export { createShopify, type Shopify, type ShopifyOptions } from "./create-shopify.ts";
export {
  BulkResultError,
  type BulkOperations,
  type BulkProgress,
} from "./bulk-operations.ts";
export {
  ShopifyError,
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifySearchIgnoredError,
  ShopifyThrottledError,
  ShopifyTooExpensiveError,
  ShopifyUnavailableError,
} from "./errors.ts";
export { type Graphql, withPriority } from "./graphql-client.ts";
export type { Priority } from "./priorities.ts";
export type { AnswerFacts } from "./answer-facts.ts";
export {
  CreateSubscriptionDocument,
  ChangedPlacesDocument,
  CountCustomersDocument,
  CountOrdersDocument,
  CountProductsDocument,
  BulkCustomersDocument,
  BulkFulfillmentsDocument,
  BulkInventoryDocument,
  BulkOrdersDocument,
  BulkProductsDocument,
  BulkVariantsDocument,
  CustomerDocument,
  CustomerMetafieldDocument,
  DeleteSubscriptionDocument,
  FlowTriggerDocument,
  FulfillmentDocument,
  HoldFulfillmentOrderDocument,
  InventoryLevelDocument,
  ItemStockLevelsDocument,
  InventoryLevelsDocument,
  LocationPageDocument,
  MoveInventoryDocument,
  OrderDocument,
  OrderToHoldDocument,
  PolledCustomersDocument,
  PolledLevelsDocument,
  PolledOrdersDocument,
  PolledProductsDocument,
  ProductDocument,
  ProductVariantDocument,
  ProductVariantPageDocument,
  ReleaseFulfillmentHoldDocument,
  SetInventoryDocument,
  SetMetafieldDocument,
  ShopDetailsDocument,
  StockLevelsDocument,
  UpdateCustomerDocument,
  UpdateOrderDocument,
  UpdateProductDocument,
  UpdateTrackingDocument,
  UpdateVariantDocument,
  WebhookSubscriptionPageDocument,
  type WebhookSubscriptionPageQuery,
  type WebhookSubscriptionTopic as SubscriptionTopic,
  type CustomerMetafieldQuery,
  type BulkCustomersQuery,
  type BulkFulfillmentsQuery,
  type BulkInventoryQuery,
  type BulkOrdersQuery,
  type BulkProductsQuery,
  type BulkVariantsQuery,
  type CustomerQuery,
  type FulfillmentQuery,
  type InventoryLevelQuery,
  type InventoryLevelsQuery,
  type OrderQuery,
  type OrderToHoldQuery,
  type PolledOrdersQuery,
  type PolledProductsQuery,
  type ProductQuery,
  type ProductStatus,
  type ProductVariantQuery,
  type StockLevelsQuery,
} from "./generated/operations.ts";
