import type { SkuLinkRow } from "#app/mirror/index.server.ts";
import {
  type AnswerFacts,
  LocationPageDocument,
  PolledCustomersDocument,
  PolledLevelsDocument,
  PolledOrdersDocument,
  type PolledOrdersQuery,
  PolledProductsDocument,
  type PolledProductsQuery,
  type Shopify,
} from "#app/shopify/index.server.ts";
import {
  customerAsWebhook,
  fulfillmentAsWebhook,
  levelAsWebhook,
  orderAsWebhook,
  productAsWebhook,
  type ReadResource,
} from "./as-webhook.ts";
import { readResource } from "./read-resource.ts";
import type { Feed } from "./types.ts";

/** Asks Shopify, and hears what each answer says beside its data. */
export interface PassClient {
  readonly graphql: Shopify["graphql"];
  readonly onAnswer: (facts: AnswerFacts) => void;
}

/** A resource as a pass read it. */
export interface PolledRow extends ReadResource {
  readonly resource: { readonly type: string; readonly id: string };
  /** The topic that tells of a resource's birth, where it is another. */
  readonly birthTopic?: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Which SKUs it tells of. */
  readonly skus?: readonly SkuLinkRow[];
}

/** One page of what a feed found. */
export interface FeedPage {
  readonly rows: readonly PolledRow[];
  /** Of the last node, whatever rows it made; null on an empty page. */
  readonly lastId: string | null;
  /** Where the next page begins; null: there is none. */
  readonly next: string | null;
}

/** Which page. `scope`: a place's id for stock, else empty. */
export interface PageRequest {
  readonly shop: string;
  readonly scope: string;
  readonly query: string;
  readonly after: string | null;
}

type ReadPage = (client: PassClient, request: PageRequest) => Promise<FeedPage>;

const readers: Readonly<Record<Feed, ReadPage>> = {
  inventory: async (client, { shop, scope, query, after }) => {
    const variables = { locationId: scope, query, after };
    const { location } = await client.graphql(shop, PolledLevelsDocument, variables, client);
    // A place that was deleted in mid-pass has no levels left to tell of.
    if (!location) return { rows: [], lastId: null, next: null };
    return pageOf(location.inventoryLevels, (level) => [
      {
        ...levelAsWebhook(level),
        resource: { type: "InventoryLevel", id: level.id },
        createdAt: level.createdAt,
        skus: level.item.sku
          ? [
              {
                inventoryItemId: level.item.id,
                variantId: null,
                productId: null,
                sku: level.item.sku,
              },
            ]
          : [],
      },
    ]);
  },
  orders: async (client, { shop, query, after }) => {
    const { orders } = await client.graphql(shop, PolledOrdersDocument, { query, after }, client);
    return pageOf(orders, rowsOfOrder);
  },
  products: async (client, { shop, query, after }) => {
    const variables = { query, after };
    const { products } = await client.graphql(shop, PolledProductsDocument, variables, client);
    const page = pageOf(products, (product) => [product]);
    const rows: PolledRow[] = [];
    for (const product of page.rows) rows.push(await rowOfProduct(client, shop, product));
    return { ...page, rows };
  },
  customers: async (client, { shop, query, after }) => {
    const variables = { query, after };
    const { customers } = await client.graphql(shop, PolledCustomersDocument, variables, client);
    return pageOf(customers, (customer) => [
      {
        ...customerAsWebhook(customer),
        birthTopic: "customers/create",
        resource: { type: "Customer", id: customer.id },
        createdAt: customer.createdAt,
      },
    ]);
  },
};

/**
 * Reads one page of a feed.
 * @throws every error of the Shopify client.
 */
export function readPage(feed: Feed, client: PassClient, request: PageRequest): Promise<FeedPage> {
  return readers[feed](client, request);
}

/** What a feed is asked for at a time. */
export interface Scope {
  /** Empty: everything. */
  readonly id: string;
  readonly name: string;
}

/**
 * What a feed has to be asked for one by one: the places of a store, closed ones included (their
 * levels still exist), or everything at once.
 */
export async function readScopes(feed: Feed, client: PassClient, shop: string): Promise<Scope[]> {
  if (feed !== "inventory") return [{ id: "", name: "" }];
  const scopes: Scope[] = [];
  for (let after: string | null = null; ; ) {
    const page: LocationPage = await client.graphql(shop, LocationPageDocument, { after }, client);
    const { nodes, pageInfo } = page.locations;
    scopes.push(...nodes.map(({ id, name }) => ({ id, name })));
    if (!pageInfo.hasNextPage || !pageInfo.endCursor) return scopes;
    after = pageInfo.endCursor;
  }
}

interface LocationPage {
  readonly locations: Connection<Scope>;
}

interface Connection<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

function pageOf<Node extends { readonly id: string }, Row>(
  { nodes, pageInfo }: Connection<Node>,
  toRows: (node: Node) => readonly Row[],
): { rows: Row[]; lastId: string | null; next: string | null } {
  return {
    rows: nodes.flatMap(toRows),
    lastId: nodes.at(-1)?.id ?? null,
    next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null,
  };
}

function rowsOfOrder(order: PolledOrdersQuery["orders"]["nodes"][number]): PolledRow[] {
  return [
    {
      ...orderAsWebhook(order),
      birthTopic: "orders/create",
      resource: { type: "Order", id: order.id },
      createdAt: order.createdAt,
    },
    ...order.fulfillments.map((fulfillment) => ({
      ...fulfillmentAsWebhook(fulfillment),
      birthTopic: "fulfillments/create",
      resource: { type: "Fulfillment", id: fulfillment.id },
      createdAt: fulfillment.createdAt,
    })),
  ];
}

async function rowOfProduct(
  client: PassClient,
  shop: string,
  product: PolledProductsQuery["products"]["nodes"][number],
): Promise<PolledRow> {
  const row = {
    birthTopic: "products/create",
    resource: { type: "Product", id: product.id },
    createdAt: product.createdAt,
    skus: product.variants.nodes.flatMap((variant) =>
      variant.sku || variant.barcode
        ? [
            {
              inventoryItemId: variant.inventoryItem.id,
              variantId: variant.id,
              productId: product.id,
              sku: variant.sku ?? "",
              barcode: variant.barcode ?? "",
            },
          ]
        : [],
    ),
  };
  const inPage = { ...productAsWebhook(product, product.variants.nodes), ...row };
  if (!product.variants.pageInfo.hasNextPage) return inPage;
  // Too many variants for one page: read whole. Gone meanwhile: the deletion is for others to tell.
  const graphql: Shopify["graphql"] = (...[to, document, variables, options]) =>
    client.graphql(to, document, variables, { ...options, onAnswer: client.onAnswer });
  const whole = await readResource({ graphql }, shop, row.resource, Date.parse(product.updatedAt));
  return whole?.topic === inPage.topic ? { ...whole, ...row } : inPage;
}
