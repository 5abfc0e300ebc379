import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  at,
  type Client,
  first,
  installedClient,
  NORTH,
  SOUTH,
  startSmallTwin,
} from "./support.ts";

let twin: Twin;
let client: Client;
let nowMs = Date.parse("2026-11-23T10:00:00Z");

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs });
  client = await installedClient(twin);
});
afterAll(() => twin.close());

type Page = {
  nodes: { id: string; updatedAt: string }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string;
    endCursor: string;
  };
};

const PRODUCTS = `query Products($first: Int, $last: Int, $after: String, $before: String,
    $sortKey: ProductSortKeys, $reverse: Boolean, $query: String) {
  products(first: $first, last: $last, after: $after, before: $before, sortKey: $sortKey,
      reverse: $reverse, query: $query) {
    nodes { id updatedAt }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`;

const page = async (variables: Record<string, unknown>) =>
  at<Page>(await client(PRODUCTS, variables), "products");

async function allIds(variables: Record<string, unknown>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: string | null = null; ; ) {
    const { nodes, pageInfo } = await page({ first: 3, after, ...variables });
    ids.push(...nodes.map((node) => node.id));
    if (!pageInfo.hasNextPage) return ids;
    after = pageInfo.endCursor;
  }
}

describe("paging", () => {
  it("visits every row once, in either direction", async () => {
    const forward = await allIds({});
    expect(forward).toHaveLength(10);
    expect(new Set(forward).size).toBe(10);
    expect(await allIds({ reverse: true })).toEqual(forward.toReversed());
    const end = await page({ last: 4 });
    expect(end.nodes.map((node) => node.id)).toEqual(forward.slice(-4));
    expect(end.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    const before = await page({ last: 4, before: end.pageInfo.startCursor });
    expect(before.nodes.map((node) => node.id)).toEqual(forward.slice(2, 6));
    expect(before.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  it("keeps its place while rows are added and removed", async () => {
    const top = await page({ first: 5 });
    const { productId } = twin.operations.createProduct({ shop: NORTH });
    const gone = top.nodes[4]?.id.split("/").at(-1) ?? "";
    twin.operations.deleteProduct({ shop: NORTH, productId: gone });
    const second = await page({ first: 50, after: top.pageInfo.endCursor });
    expect(second.nodes).toHaveLength(6);
    expect(second.nodes.at(-1)?.id).toBe(`gid://shopify/Product/${productId}`);
  });

  it.each([
    ["neither first nor last", {}, "you must provide one of first or last"],
    ["both", { first: 1, last: 1 }, "providing both first and last is not supported"],
    ["more than 250", { first: 251 }, "first cannot exceed 250"],
    [
      "a made up cursor",
      { first: 1, after: "bogus" },
      "Invalid cursor for current pagination sort.",
    ],
  ])("refuses %s", async (_name, variables, message) => {
    const { errors, data } = await client(PRODUCTS, variables);
    expect(data).toBeNull();
    expect(errors).toEqual([
      expect.objectContaining({
        message,
        path: ["products"],
        extensions: { code: "BAD_REQUEST" },
      }),
    ]);
  });

  it("refuses a cursor of another sort key", async () => {
    const { pageInfo } = await page({ first: 1, sortKey: "UPDATED_AT" });
    const { errors } = await client(PRODUCTS, { first: 1, after: pageInfo.endCursor });
    expect(errors?.[0]?.message).toBe("Invalid cursor for current pagination sort.");
  });
});

describe("search", () => {
  it("filters by updated_at and sorts by it", async () => {
    nowMs += 2_000;
    twin.operations.editProduct({ shop: NORTH, title: "Newest Thing" });
    const { nodes } = await page({ first: 50, sortKey: "UPDATED_AT", reverse: true });
    const stamps = nodes.map((node) => node.updatedAt);
    expect(stamps).toEqual(stamps.toSorted().toReversed());
    const since = stamps[1] ?? "";
    const found = await page({ first: 50, query: `updated_at:>'${since}'` });
    expect(found.nodes.map((node) => node.id)).toEqual([nodes[0]?.id]);
    const inclusive = await page({ first: 50, query: `updated_at:>='${since}'` });
    expect(inclusive.nodes.length).toBeGreaterThan(1);
  });

  it("finds by sku and id, joined with AND, OR and NOT", async () => {
    const stock = twin.operations.listStock({ shop: NORTH });
    const [one, two] = [first(stock), first(stock.slice(4))];
    const ids = async (query: string) => {
      const { nodes } = await page({ first: 50, query });
      return nodes.map((node) => node.id.split("/").at(-1));
    };
    expect(await ids(`sku:${one.sku}`)).toEqual([one.productId]);
    expect(await ids(`sku:${one.sku} OR sku:'${two.sku}'`)).toEqual([one.productId, two.productId]);
    expect(await ids(`id:${one.productId} AND sku:${two.sku}`)).toEqual([]);
    expect(await ids(`(sku:${one.sku} OR sku:${two.sku}) NOT id:${one.productId}`)).toEqual([
      two.productId,
    ]);
    expect(await ids(`id:>${one.productId} id:<=${two.productId}`)).toEqual([two.productId]);
  });

  it("ignores a filter it does not know, and only warns", async () => {
    const answer = await client(PRODUCTS, { first: 50, query: "made_up:1" });
    expect(at<unknown[]>(answer, "products", "nodes").length).toBeGreaterThan(5);
    expect(answer.extensions?.search).toEqual([
      {
        path: ["products"],
        query: "made_up:1",
        parsed: { field: "made_up", match_all: "1" },
        warnings: [
          {
            field: "made_up",
            message: "Invalid search field for this query.",
            code: "invalid_field",
          },
        ],
      },
    ]);
  });

  it("names a filter that Shopify has and the twin has not", async () => {
    const { errors } = await client(PRODUCTS, { first: 1, query: "bundles:true" });
    expect(errors?.[0]?.message).toContain('does not know the filter "bundles"');
  });
});

describe("fields", () => {
  it("gives stock levels Shopify's ids and states", async () => {
    const answer = await client(`{
      locations(first: 1) { nodes { id inventoryLevels(first: 1) { nodes {
        id item { id sku } quantities(names: ["available", "on_hand", "committed"]) {
          name quantity updatedAt
        }
      } } } }
    }`);
    const level = at<{
      id: string;
      item: { id: string };
      quantities: { name: string; quantity: number; updatedAt: string | null }[];
    }>(answer, "locations", "nodes", 0, "inventoryLevels", "nodes", 0);
    const itemId = level.item.id.split("/").at(-1) ?? "";
    expect(level.id).toMatch(
      new RegExp(`^gid://shopify/InventoryLevel/\\d+\\?inventory_item_id=${itemId}$`),
    );
    const [available, onHand, committed] = level.quantities;
    expect(onHand?.quantity).toBe((available?.quantity ?? 0) + (committed?.quantity ?? 0));
    expect(available?.updatedAt).toMatch(/Z$/);
    expect(onHand?.updatedAt).toBeNull();
    const byId = await client(
      "query($id: ID!) { inventoryLevel(id: $id) { id } node(id: $id) { id } }",
      {
        id: level.id,
      },
    );
    expect(byId.data).toEqual({ inventoryLevel: { id: level.id }, node: { id: level.id } });
  });

  it("has ids beyond 2^53 in the second store", async () => {
    const south = await installedClient(twin, SOUTH);
    const answer = await south("{ orders(first: 1) { nodes { id legacyResourceId } } }");
    const order = at<{ id: string; legacyResourceId: string }>(answer, "orders", "nodes", 0);
    expect(BigInt(order.legacyResourceId)).toBeGreaterThan(2n ** 53n);
    expect(order.id).toBe(`gid://shopify/Order/${order.legacyResourceId}`);
  });

  it("answers null for an id that does not exist and refuses what is no id", async () => {
    const query = "query($id: ID!) { product(id: $id) { id } node(id: $id) { id } }";
    const missing = await client(query, { id: "gid://shopify/Product/1" });
    expect(missing.data).toEqual({ product: null, node: null });
    const bad = await client(query, { id: "17" });
    expect(bad.errors?.[0]?.message).toBe("Invalid global id '17'");
  });

  it("never makes data up: null where allowed, else an error that names the field", async () => {
    const nullable = await client("{ products(first: 1) { nodes { id templateSuffix } } }");
    expect(at(nullable, "products", "nodes", 0, "templateSuffix")).toBeNull();
    const required = await client("{ products(first: 1) { nodes { id defaultCursor } } }");
    expect(required.errors?.[0]?.message).toContain("Product.defaultCursor");
    const root = await client('{ productByIdentifier(identifier: { handle: "x" }) { id } }');
    expect(root.errors?.[0]?.message).toContain("QueryRoot.productByIdentifier");
  });

  it("answers for orders, customers, fulfillment orders, the shop and the installation", async () => {
    const answer = await client(`{
      orders(first: 2, sortKey: UPDATED_AT, reverse: true) { nodes {
        id name updatedAt displayFinancialStatus displayFulfillmentStatus tags note
        totalPriceSet { shopMoney { amount currencyCode } }
        customer { id displayName } lineItems(first: 2) { nodes { id sku quantity } }
        fulfillmentOrders(first: 2) { nodes { id status assignedLocation { name } } }
        fulfillments(first: 2) { id status } refunds(first: 1) { id }
      } }
      customers(first: 2, sortKey: UPDATED_AT) { nodes {
        id email numberOfOrders amountSpent { amount } defaultEmailAddress { emailAddress }
      } }
      fulfillmentOrders(first: 3, includeClosed: true) { nodes {
        id status updatedAt fulfillmentHolds { id } lineItems(first: 2) { nodes { id remainingQuantity sku } }
      } }
      shop { id name myshopifyDomain currencyCode ianaTimezone plan { partnerDevelopment } }
      currentAppInstallation { id accessScopes { handle } app { title } }
      productsCount { count precision }
      inventoryItems(first: 1, query: "updated_at:>2020-01-01") { nodes { id tracked variant { sku } } }
      productVariants(first: 1, sortKey: SKU) { nodes { id price inventoryQuantity product { id } } }
      webhookSubscriptions(first: 5) { nodes { id } }
    }`);
    expect(answer.errors).toBeUndefined();
    expect(at(answer, "shop", "myshopifyDomain")).toBe(NORTH);
    expect(at(answer, "productsCount")).toEqual({ count: 10, precision: "EXACT" });
    expect(at<unknown[]>(answer, "webhookSubscriptions", "nodes")).toEqual([]);
  });
});

describe("search lag", () => {
  it("hides what was just written from searches, not from reads by id", async () => {
    const slow = await startSmallTwin({ searchLagMs: 60_000 });
    try {
      const slowClient = await installedClient(slow);
      const { productId, sku } = slow.operations.createProduct({ shop: NORTH });
      const answer = await slowClient(
        `query($q: String!, $id: ID!) {
          products(first: 1, query: $q) { nodes { id } } product(id: $id) { id }
        }`,
        { q: `sku:${sku}`, id: `gid://shopify/Product/${productId}` },
      );
      expect(at(answer, "products", "nodes")).toEqual([]);
      expect(at(answer, "product", "id")).toBe(`gid://shopify/Product/${productId}`);
    } finally {
      await slow.close();
    }
  });
});
