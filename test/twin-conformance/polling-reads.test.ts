import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connection, PAGING_WINDOW } from "#test/twin/graphql/connections.ts";
import type { Twin } from "#test/twin/types.ts";
import {
  ALL_SCOPES,
  at,
  type Client,
  type GraphqlBody,
  installedClient,
  NORTH,
  startSmallTwin,
} from "./support.ts";

const DAY_MS = 86_400_000;

let twin: Twin;
let client: Client;
let nowMs = Date.parse("2026-11-23T10:00:00Z");

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs, accessTokenSeconds: 400 * 86_400 });
  client = await installedClient(twin);
});
afterAll(() => twin.close());

const plain = (id: string) => id.split("/").at(-1)?.split("?")[0] ?? "";
const iso = (ms: number) => new Date(ms).toISOString();
const ids = (body: GraphqlBody, ...path: (string | number)[]) =>
  at<{ id: string }[]>(body, ...path, "nodes").map((node) => plain(node.id));

/** Changed since, as a poll asks: from included, to excluded. */
const slice = (fromMs: number, toMs: number) =>
  `updated_at:>='${iso(fromMs)}' updated_at:<'${iso(toMs)}'`;

describe("what changed between two moments", () => {
  it("is found in every list that can be asked", async () => {
    nowMs += 60_000;
    const fromMs = nowMs;
    const { orderId, sku } = twin.operations.sell({ shop: NORTH, quantity: 1 });
    const { productId } = twin.operations.editProduct({ shop: NORTH, sku, price: "12.34" });
    const { customerId } = twin.operations.updateCustomer({ shop: NORTH, note: "polled" });
    twin.operations.editInventoryItem({ shop: NORTH, sku, cost: "3.21" });
    nowMs += 5_000;
    const toMs = nowMs;
    twin.operations.updateCustomer({ shop: NORTH, note: "too late" });
    const answer = await client(
      `query($q: String!) {
        orders(first: 50, query: $q, sortKey: UPDATED_AT) { nodes { id } }
        products(first: 50, query: $q, sortKey: UPDATED_AT) { nodes { id } }
        productVariants(first: 50, query: $q, sortKey: ID) { nodes { id sku } }
        customers(first: 50, query: $q, sortKey: UPDATED_AT) { nodes { id } }
        fulfillmentOrders(first: 50, query: $q, sortKey: UPDATED_AT, includeClosed: true) { nodes { id } }
        inventoryItems(first: 50, query: $q) { nodes { id sku } }
      }`,
      { q: slice(fromMs, toMs) },
    );
    expect(answer.errors).toBeUndefined();
    expect(answer.extensions?.search).toBeUndefined();
    expect(ids(answer, "orders")).toEqual([orderId]);
    expect(ids(answer, "products")).toEqual([productId]);
    expect(ids(answer, "customers")).toEqual([customerId]);
    expect(ids(answer, "fulfillmentOrders")).toHaveLength(1);
    for (const list of ["productVariants", "inventoryItems"]) {
      expect(at<{ sku: string }[]>(answer, list, "nodes").map((row) => row.sku)).toEqual([sku]);
    }
    expect(
      (await client("{ productVariants(first: 1, sortKey: UPDATED_AT) { nodes { id } } }"))
        .errors?.[0]?.message,
    ).toContain("UPDATED_AT");
  });

  it("is found in a location's stock, with the levels that were switched off when asked for", async () => {
    nowMs += 60_000;
    const fromMs = nowMs;
    const [row] = twin.operations.listStock({ shop: NORTH, limit: 1 });
    const [level] = row?.levels ?? [];
    if (!row || !level) throw new Error("The twin has no stock.");
    const { sku } = row;
    const { locationId } = level;
    const change = twin.operations.setStock({ shop: NORTH, sku, locationId, available: 3 });
    const found = (includeInactive: boolean) =>
      client(
        `query($id: ID!, $q: String!, $includeInactive: Boolean!) { location(id: $id) {
          inventoryLevels(first: 50, query: $q, includeInactive: $includeInactive) { nodes {
            id updatedAt quantities(names: ["available"]) { quantity updatedAt }
          } }
        } }`,
        {
          id: `gid://shopify/Location/${locationId}`,
          q: slice(fromMs, fromMs + 1_000),
          includeInactive,
        },
      );
    const stamp = iso(fromMs).replace(".000", "");
    expect(at(await found(false), "location", "inventoryLevels", "nodes")).toEqual([
      {
        id: change.inventoryLevelId,
        updatedAt: stamp,
        quantities: [{ quantity: 3, updatedAt: stamp }],
      },
    ]);
    twin.operations.disconnectStock({ shop: NORTH, sku, locationId });
    expect(at(await found(false), "location", "inventoryLevels", "nodes")).toEqual([]);
    expect(at<unknown[]>(await found(true), "location", "inventoryLevels", "nodes")).toHaveLength(
      1,
    );
  });

  it("comes in pages that neither lose nor repeat rows of one stamp over a page's edge", async () => {
    nowMs += 60_000;
    const fromMs = nowMs;
    const made = Array.from(
      { length: 7 },
      () => twin.operations.createProduct({ shop: NORTH }).productId,
    );
    const found: string[] = [];
    for (let after: string | null = null; ; ) {
      const answer: GraphqlBody = await client(
        `query($q: String!, $after: String) { products(first: 2, after: $after, query: $q, sortKey: UPDATED_AT) {
          nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }`,
        { q: slice(fromMs, fromMs + 1_000), after },
      );
      found.push(...ids(answer, "products"));
      if (!at<boolean>(answer, "products", "pageInfo", "hasNextPage")) break;
      after = at<string>(answer, "products", "pageInfo", "endCursor");
    }
    expect(found).toEqual(made);
  });

  it("is not to be had of locations: the filter is ignored, and only a warning says so", async () => {
    const answer = await client(
      `query($q: String!) { locations(first: 5, query: $q) { nodes { id } } }`,
      { q: slice(nowMs, nowMs + 1_000) },
    );
    expect(ids(answer, "locations")).toHaveLength(2);
    expect(answer.extensions?.search?.[0]?.warnings.map((each) => each.code)).toEqual([
      "invalid_field",
      "invalid_field",
    ]);
  });
});

describe("the search index", () => {
  it("knows a change by its old stamp until it has caught up; reads by id know it at once", async () => {
    const lagging = await startSmallTwin({ now: () => nowMs, searchLagMs: 10_000 });
    try {
      const laggingClient = await installedClient(lagging);
      nowMs += 60_000;
      const fromMs = nowMs;
      const { productId } = lagging.operations.editProduct({ shop: NORTH, title: "Indexed late" });
      const poll = async () => {
        const answer = await laggingClient(
          `query($q: String!, $id: ID!) {
            products(first: 50, query: $q) { nodes { id } } product(id: $id) { title }
          }`,
          { q: slice(fromMs, fromMs + 1_000), id: `gid://shopify/Product/${productId}` },
        );
        expect(at(answer, "product", "title")).toBe("Indexed late");
        return ids(answer, "products");
      };
      expect(await poll()).toEqual([]);
      nowMs += 10_000;
      expect(await poll()).toEqual([productId]);
    } finally {
      await lagging.close();
    }
  });
});

describe("limits of lists", () => {
  const rows = Array.from({ length: PAGING_WINDOW + 10 }, (_, index) => ({
    id: String(index + 1),
  }));
  const idOf = (row: { id: string }) => row.id;

  it("ends paging after 25,000 objects", () => {
    const cursor = connection({ rows, idOf }, { last: 1 }).pageInfo.endCursor;
    const last = connection({ rows, idOf }, { last: 2 });
    expect(last.nodes.map(idOf)).toEqual(["24999", "25000"]);
    expect(connection({ rows, idOf }, { first: 1, after: cursor })).toMatchObject({
      nodes: [],
      pageInfo: { hasNextPage: false },
    });
  });

  it("stops counting at the limit, and says so", async () => {
    const answer = await client(
      "{ few: productsCount(limit: 3) { count precision } all: productsCount { count precision } }",
    );
    expect(at(answer, "few")).toEqual({ count: 3, precision: "AT_LEAST" });
    expect(at(answer, "all")).toMatchObject({ precision: "EXACT" });
  });

  it("keeps orders of more than 60 days from apps without read_all_orders", async () => {
    const { orderId } = twin.operations.sell({ shop: NORTH });
    const query = `query($id: ID!) {
      orders(first: 250) { nodes { id } } ordersCount { count } order(id: $id) { id } node(id: $id) { id }
    }`;
    const variables = { id: `gid://shopify/Order/${orderId}` };
    expect(ids(await client(query, variables), "orders")).toContain(orderId);
    nowMs += 61 * DAY_MS;
    const blind = await client(query, variables);
    expect(blind.data).toEqual({
      orders: { nodes: [] },
      ordersCount: { count: 0 },
      order: null,
      node: null,
    });
    twin.operations.setScopes({ shop: NORTH, scopes: [...ALL_SCOPES, "read_all_orders"] });
    expect(ids(await client(query, variables), "orders")).toContain(orderId);
  });
});

describe("metafields of customers", () => {
  it("are read by namespace and key, and compared before they are set", async () => {
    const { customerId } = twin.operations.createCustomer({ shop: NORTH });
    const ownerId = `gid://shopify/Customer/${customerId}`;
    const read = async () =>
      at<{ value: string; compareDigest: string } | null>(
        await client(
          `query($id: ID!) { customer(id: $id) {
            metafield(namespace: "loyalty", key: "points") { value compareDigest } } }`,
          { id: ownerId },
        ),
        "customer",
        "metafield",
      );
    const set = async (value: string, compareDigest: string | null) =>
      at<{ code: string }[]>(
        await client(
          `mutation($metafields: [MetafieldsSetInput!]!) { metafieldsSet(metafields: $metafields) {
            userErrors { code } } }`,
          {
            metafields: [
              {
                ownerId,
                namespace: "loyalty",
                key: "points",
                type: "number_integer",
                value,
                compareDigest,
              },
            ],
          },
        ),
        "metafieldsSet",
        "userErrors",
      ).map((error) => error.code);
    expect(await read()).toBeNull();
    expect(await set("10", null)).toEqual([]);
    const first = await read();
    expect(first?.value).toBe("10");
    expect(await set("11", null)).toEqual(["STALE_OBJECT"]);
    expect(await set("11", first?.compareDigest ?? "")).toEqual([]);
    expect(await set("12", first?.compareDigest ?? "")).toEqual(["STALE_OBJECT"]);
    expect((await read())?.value).toBe("11");
  });
});
