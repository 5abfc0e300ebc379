import type { PlanName } from "./plans.ts";

/**
 * What a store holds. Ids are decimal strings because some of them do not fit a JavaScript number;
 * times are epoch milliseconds; money is a decimal string with two places.
 */

export type Address = {
  firstName: string;
  lastName: string;
  address1: string;
  city: string;
  province: string;
  provinceCode: string;
  country: string;
  countryCode: string;
  zip: string;
  phone: string | null;
};

export type ShopRow = {
  kind: "Shop";
  id: string;
  domain: string;
  handle: string;
  name: string;
  ownerName: string;
  email: string;
  currency: string;
  timeZone: string;
  /** Unset: a development store with the bucket of the settings. */
  plan?: PlanName;
  address: Address;
  createdAt: number;
  updatedAt: number;
};

export type LocationRow = {
  kind: "Location";
  id: string;
  name: string;
  address: Address;
  active: boolean;
  createdAt: number;
  updatedAt: number;
};

export type ProductRow = {
  kind: "Product";
  id: string;
  title: string;
  handle: string;
  vendor: string;
  productType: string;
  descriptionHtml: string;
  status: "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";
  tags: string[];
  optionName: string;
  variantIds: string[];
  createdAt: number;
  updatedAt: number;
  publishedAt: number | null;
};

export type VariantRow = {
  kind: "ProductVariant";
  id: string;
  productId: string;
  inventoryItemId: string;
  title: string;
  sku: string;
  barcode: string;
  price: string;
  compareAtPrice: string | null;
  position: number;
  taxable: boolean;
  inventoryPolicy: "DENY" | "CONTINUE";
  createdAt: number;
  updatedAt: number;
};

export type InventoryItemRow = {
  kind: "InventoryItem";
  id: string;
  variantId: string;
  sku: string;
  tracked: boolean;
  requiresShipping: boolean;
  cost: string;
  grams: number;
  createdAt: number;
  updatedAt: number;
};

/** `on_hand` is not stored: it is the sum of all of these but `incoming`. */
export const STORED_QUANTITIES = [
  "available",
  "committed",
  "damaged",
  "incoming",
  "quality_control",
  "reserved",
  "safety_stock",
] as const;

export type StoredQuantity = (typeof STORED_QUANTITIES)[number];

export type InventoryLevelRow = {
  kind: "InventoryLevel";
  id: string;
  inventoryItemId: string;
  locationId: string;
  active: boolean;
  quantities: Record<StoredQuantity, number>;
  createdAt: number;
  /** Moves when `available` does; the other states change unseen, as in Shopify's REST row. */
  updatedAt: number;
};

export type CustomerRow = {
  kind: "Customer";
  id: string;
  firstName: string;
  lastName: string;
  email: string;
  phone: string | null;
  note: string | null;
  tags: string[];
  locale: string;
  taxExempt: boolean;
  address: Address;
  addressId: string;
  ordersCount: number;
  spentCents: number;
  lastOrderId: string | null;
  createdAt: number;
  updatedAt: number;
};

export type LineItemRow = {
  kind: "LineItem";
  id: string;
  productId: string;
  variantId: string;
  inventoryItemId: string;
  locationId: string;
  title: string;
  variantTitle: string;
  sku: string;
  vendor: string;
  grams: number;
  price: string;
  quantity: number;
  /** Less what was refunded. */
  currentQuantity: number;
  fulfilledQuantity: number;
};

/** PARTIALLY_PAID: an edit added more than was paid for. */
export type FinancialStatus = "PAID" | "PARTIALLY_PAID" | "PARTIALLY_REFUNDED" | "REFUNDED";

export type OrderRow = {
  kind: "Order";
  id: string;
  name: string;
  number: number;
  confirmationNumber: string;
  token: string;
  email: string | null;
  phone: string | null;
  note: string | null;
  poNumber: string | null;
  tags: string[];
  customAttributes: { key: string; value: string | null }[];
  customerId: string | null;
  shippingAddress: Address;
  shippingLineId: string;
  shippingPrice: string;
  currency: string;
  financialStatus: FinancialStatus;
  /** What the customer paid; set by the first edit, before that the order's total. */
  paid?: string;
  lineItems: LineItemRow[];
  fulfillmentOrderIds: string[];
  fulfillmentIds: string[];
  refundIds: string[];
  createdAt: number;
  processedAt: number;
  updatedAt: number;
  closedAt: number | null;
  cancelledAt: number | null;
};

export type FulfillmentHoldRow = {
  kind: "FulfillmentHold";
  id: string;
  reason: string;
  reasonNotes: string | null;
  handle: string | null;
  externalId: string | null;
  createdAt: number;
};

export type FulfillmentOrderLineRow = {
  kind: "FulfillmentOrderLineItem";
  id: string;
  lineItemId: string;
  totalQuantity: number;
  remainingQuantity: number;
};

export type FulfillmentOrderRow = {
  kind: "FulfillmentOrder";
  id: string;
  orderId: string;
  locationId: string;
  status: "OPEN" | "ON_HOLD" | "IN_PROGRESS" | "CLOSED" | "CANCELLED";
  lines: FulfillmentOrderLineRow[];
  holds: FulfillmentHoldRow[];
  createdAt: number;
  updatedAt: number;
};

/** As fulfillments/update writes it. */
export const SHIPMENT_STATUSES = [
  "label_printed",
  "confirmed",
  "in_transit",
  "out_for_delivery",
  "attempted_delivery",
  "delivered",
  "failure",
] as const;

export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

export type FulfillmentRow = {
  kind: "Fulfillment";
  id: string;
  orderId: string;
  fulfillmentOrderId: string;
  locationId: string;
  name: string;
  trackingNumber: string;
  /** `Other` unless told. */
  trackingCompany?: string;
  /** Where the parcel is, by the carrier; unset as long as nobody said. */
  shipmentStatus?: ShipmentStatus;
  lines: { lineItemId: string; quantity: number }[];
  createdAt: number;
  updatedAt: number;
};

export type RefundRow = {
  kind: "Refund";
  id: string;
  orderId: string;
  note: string | null;
  restock: boolean;
  amount: string;
  transactionId: string;
  lines: { id: string; lineItemId: string; quantity: number; subtotal: string }[];
  createdAt: number;
  updatedAt: number;
};

export type MetafieldRow = {
  kind: "Metafield";
  id: string;
  ownerKind: string;
  ownerId: string;
  namespace: string;
  key: string;
  type: string;
  value: string;
  digest: string;
  createdAt: number;
  updatedAt: number;
};

/** Made through the API; those from the app's configuration file are not rows. */
export type SubscriptionRow = {
  kind: "WebhookSubscription";
  id: string;
  /** As in the topic header, for example `orders/create`. */
  topic: string;
  uri: string;
  format: "JSON" | "XML";
  includeFields: string[];
  filter: string | null;
  name: string | null;
  metafieldNamespaces: string[];
  consecutiveFailures: number;
  createdAt: number;
  updatedAt: number;
};

export type BulkOperationStatus =
  | "CREATED"
  | "RUNNING"
  | "CANCELING"
  | "CANCELED"
  | "COMPLETED"
  | "FAILED";

export type BulkOperationRow = {
  kind: "BulkOperation";
  id: string;
  query: string;
  groupObjects: boolean;
  status: BulkOperationStatus;
  errorCode: "ACCESS_DENIED" | "INTERNAL_SERVER_ERROR" | "TIMEOUT" | null;
  objectCount: number;
  rootObjectCount: number;
  /** The result, or what there is of it, under this name; null: there is none (yet). */
  fileName: string | null;
  fileSize: number | null;
  createdAt: number;
  /** Stays null when the operation failed, as in Shopify. */
  completedAt: number | null;
  /** When the result is no longer to be had; null: it is not over. */
  expiresAt: number | null;
};

export type Installation = {
  installed: boolean;
  scopes: string[];
  installedAt: number | null;
  /** Id of the AppInstallation. */
  id: string;
};

export type Store = {
  shop: ShopRow;
  /** Next id per kind of row, as a decimal string. */
  nextIds: Record<string, string>;
  nextOrderNumber: number;
  installation: Installation;
  locations: Map<string, LocationRow>;
  products: Map<string, ProductRow>;
  variants: Map<string, VariantRow>;
  inventoryItems: Map<string, InventoryItemRow>;
  inventoryLevels: Map<string, InventoryLevelRow>;
  customers: Map<string, CustomerRow>;
  orders: Map<string, OrderRow>;
  fulfillmentOrders: Map<string, FulfillmentOrderRow>;
  fulfillments: Map<string, FulfillmentRow>;
  refunds: Map<string, RefundRow>;
  metafields: Map<string, MetafieldRow>;
  subscriptions: Map<string, SubscriptionRow>;
  bulkOperations: Map<string, BulkOperationRow>;
};
