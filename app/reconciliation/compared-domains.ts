import type { DocumentNode } from "graphql";
import type { DataDomain } from "#app/data-domains.ts";
import {
  customerAsWebhook,
  fulfillmentAsWebhook,
  levelAsWebhook,
  orderAsWebhook,
  productAsWebhook,
  type ReadResource,
  variantAsWebhook,
} from "#app/polling/index.server.ts";
import {
  BulkCustomersDocument,
  type BulkCustomersQuery,
  BulkFulfillmentsDocument,
  type BulkFulfillmentsQuery,
  BulkInventoryDocument,
  type BulkInventoryQuery,
  BulkOrdersDocument,
  type BulkOrdersQuery,
  BulkProductsDocument,
  type BulkProductsQuery,
  BulkVariantsDocument,
  type BulkVariantsQuery,
} from "#app/shopify/index.server.ts";

/** A record as Shopify has it. */
export interface ShopifyRecord {
  readonly id: string;
  /** By what systems know it; null: only by its gid. */
  readonly sku: string | null;
  readonly itemId: string | null;
  readonly locationId: string | null;
  readonly quantity: number | null;
  readonly read: ReadResource;
}

/** How one kind of data is compared. */
export interface ComparedDomain {
  readonly type: string;
  readonly query: DocumentNode;
  /** Systems know the records by SKU: one without a SKU is not missing there. */
  readonly bySku: boolean;
  /**
   * Whether a record that Shopify did not list may be gone. Orders older than 60 days are not listed
   * to apps without a special permission, and live on.
   */
  readonly listsAll: boolean;
  /** What a line of the bulk result says; lines of parents say nothing by themselves. */
  recordsOf(line: Readonly<Record<string, unknown>>): readonly ShopifyRecord[];
}

type Node<Edges extends { readonly edges: readonly { readonly node: unknown }[] }> =
  Edges["edges"][number]["node"];
type Level = Node<Node<BulkInventoryQuery["inventoryItems"]>["inventoryLevels"]>;
type Line = Readonly<Record<string, unknown>>;

const plain = (id: string, read: ReadResource): ShopifyRecord => ({
  id,
  sku: null,
  itemId: null,
  locationId: null,
  quantity: null,
  read,
});

/** A stock level; nothing for an article whose stock Shopify does not count. Pure. */
export function levelRecord(level: Level): readonly ShopifyRecord[] {
  if (!level.item.tracked) return [];
  const read = levelAsWebhook(level);
  const available = read.body["available"];
  return [
    {
      id: level.id,
      sku: level.item.sku === null || level.item.sku === "" ? null : level.item.sku,
      itemId: level.item.id,
      locationId: level.location.id,
      quantity: typeof available === "number" ? available : null,
      read,
    },
  ];
}

const as = <Shape>(line: Line) => line as unknown as Shape;

/** The kinds of data that can be compared in full. */
export const comparedDomains: Readonly<Partial<Record<DataDomain, ComparedDomain>>> = {
  inventory: {
    type: "InventoryLevel",
    query: BulkInventoryDocument,
    bySku: true,
    listsAll: true,
    recordsOf: (line) => ("quantities" in line ? levelRecord(as<Level>(line)) : []),
  },
  products: {
    type: "Product",
    query: BulkProductsDocument,
    bySku: false,
    listsAll: true,
    recordsOf: (line) => {
      const product = as<Node<BulkProductsQuery["products"]>>(line);
      return [plain(product.id, productAsWebhook(product, []))];
    },
  },
  pricing: {
    type: "ProductVariant",
    query: BulkVariantsDocument,
    bySku: true,
    listsAll: true,
    recordsOf: (line) => {
      const variant = as<Node<BulkVariantsQuery["productVariants"]>>(line);
      const sku = variant.sku === null || variant.sku === "" ? null : variant.sku;
      const record = plain(variant.id, variantAsWebhook(variant));
      return [{ ...record, sku, itemId: variant.inventoryItem.id }];
    },
  },
  orders: {
    type: "Order",
    query: BulkOrdersDocument,
    bySku: false,
    listsAll: false,
    recordsOf: (line) => {
      const order = as<Node<BulkOrdersQuery["orders"]>>(line);
      return [plain(order.id, orderAsWebhook(order))];
    },
  },
  customers: {
    type: "Customer",
    query: BulkCustomersDocument,
    bySku: false,
    listsAll: true,
    recordsOf: (line) => {
      const customer = as<Node<BulkCustomersQuery["customers"]>>(line);
      return [plain(customer.id, customerAsWebhook(customer))];
    },
  },
  fulfillments: {
    type: "Fulfillment",
    query: BulkFulfillmentsDocument,
    bySku: false,
    listsAll: false,
    recordsOf: (line) =>
      as<Node<BulkFulfillmentsQuery["orders"]>>(line).fulfillments.map((fulfillment) =>
        plain(fulfillment.id, fulfillmentAsWebhook(fulfillment)),
      ),
  },
};

/** How a kind of data is compared. @throws for one that cannot be. */
export function comparedDomain(domain: DataDomain): ComparedDomain {
  const compared = comparedDomains[domain];
  if (!compared) throw new Error(`Converge cannot compare ${domain}`);
  return compared;
}
