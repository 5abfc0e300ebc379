import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  type Client,
  clientFor,
  exchangeToken,
  installedClient,
  NORTH,
  postGraphql,
  postJson,
  startSmallTwin,
} from "./support.ts";

let twin: Twin;
let client: Client;
let token: string;
let nowMs = Date.parse("2026-11-23T10:00:00Z");

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs });
  const { body } = await exchangeToken(twin);
  token = String(body["access_token"]);
  client = clientFor(twin, token);
});
afterAll(() => twin.close());

describe("validation against the real schema", () => {
  it.each([
    [
      "an unknown field",
      "{ products(first: 1) { nodes { nonsense } } }",
      {
        message: "Field 'nonsense' doesn't exist on type 'Product'",
        extensions: { code: "undefinedField", typeName: "Product", fieldName: "nonsense" },
      },
    ],
    [
      "an unknown argument",
      "{ products(first: 1, nonsense: 2) { nodes { id } } }",
      {
        message: "Field 'products' doesn't accept argument 'nonsense'",
        extensions: {
          code: "argumentNotAccepted",
          name: "products",
          typeName: "Field",
          argumentName: "nonsense",
        },
      },
    ],
    [
      "a missing argument",
      "{ product { id } }",
      {
        message: "Field 'product' is missing required arguments: id",
        extensions: {
          code: "missingRequiredArguments",
          className: "Field",
          name: "product",
          arguments: "id",
        },
      },
    ],
    [
      "an idempotent directive without a key",
      'mutation { inventoryActivate(inventoryItemId: "gid://shopify/InventoryItem/1", locationId: "gid://shopify/Location/1") @idempotent { userErrors { message } } }',
      {
        message: "Directive 'idempotent' is missing required arguments: key",
        extensions: {
          code: "missingRequiredArguments",
          className: "Directive",
          name: "idempotent",
          arguments: "key",
        },
      },
    ],
    [
      "an unknown directive",
      "{ shop @nonsense { id } }",
      {
        message: "Directive @nonsense is not defined",
        extensions: { code: "undefinedDirective", directiveName: "nonsense" },
      },
    ],
    [
      "an unused variable",
      "query Q($x: Int) { shop { id } }",
      {
        message: "Variable $x is declared by Q but not used",
        extensions: { code: "variableNotUsed", variableName: "x" },
      },
    ],
    [
      "a field of an older version",
      'mutation { inventorySetQuantities(input: { name: "available", reason: "correction", ignoreCompareQuantity: true, quantities: [] }) { userErrors { message } } }',
      {
        message:
          "InputObject 'InventorySetQuantitiesInput' doesn't accept argument 'ignoreCompareQuantity'",
        extensions: {
          code: "argumentNotAccepted",
          name: "InventorySetQuantitiesInput",
          typeName: "InputObject",
          argumentName: "ignoreCompareQuantity",
        },
      },
    ],
  ])("refuses %s", async (_name, query, expected) => {
    const { errors, data } = await client(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]).toMatchObject(expected);
  });

  it.each([
    [{}, "Variable $p of type ProductUpdateInput! was provided invalid value"],
    [
      { p: { nonsense: 1 } },
      "Variable $p of type ProductUpdateInput! was provided invalid value for nonsense (Field is not defined on ProductUpdateInput)",
    ],
  ])("refuses the variables %j", async (variables, message) => {
    const query =
      "mutation M($p: ProductUpdateInput!) { productUpdate(product: $p) { userErrors { message } } }";
    const { errors } = await client(query, variables);
    expect(errors?.[0]).toMatchObject({ message, extensions: { code: "INVALID_VARIABLE" } });
  });

  it("refuses arrays of more than 250", async () => {
    const ids = Array.from({ length: 251 }, (_, index) => `gid://shopify/Product/${index + 1}`);
    const { errors } = await client("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", { ids });
    expect(errors?.[0]).toMatchObject({
      message: "The input array size of 251 is greater than the maximum allowed of 250.",
      path: ["nodes"],
      extensions: { code: "MAX_INPUT_SIZE_EXCEEDED" },
    });
  });
});

describe("the HTTP side", () => {
  it("wants a query", async () => {
    const answer = await postGraphql(twin, token, {});
    expect(answer.status).toBe(400);
  });

  it("knows no other stores and no future versions", async () => {
    const headers = { "x-shopify-access-token": token };
    const path = "/admin/api/2026-10/graphql.json";
    const query = { query: "{ shop { id } }" };
    const store = await postJson(twin, path, query, {
      ...headers,
      "x-twin-shop": "x.myshopify.com",
    });
    expect(store.status).toBe(404);
    const future = await postJson(twin, "/admin/api/2031-01/graphql.json", query, headers);
    expect(future.status).toBe(404);
    const good = await postJson(twin, path, query, headers);
    expect(good.headers.get("x-shopify-api-version")).toBe("2026-10");
    expect(good.headers.get("x-request-id")).toBeTruthy();
  });
});

describe("access scopes", () => {
  it("denies what was not granted, field by field", async () => {
    const poor = await startSmallTwin({ scopes: ["read_products"] });
    try {
      const poorClient = await installedClient(poor);
      const { data, errors } = await poorClient(
        '{ shop { name } products(first: 1) { nodes { id } } order(id: "gid://shopify/Order/1") { id } }',
      );
      expect(errors).toEqual([
        {
          message:
            "Access denied for order field. Required access: `read_orders` access scope, `read_marketplace_orders` access scope or `read_quick_sale` access scope.",
          locations: [{ line: 1, column: 53 }],
          path: ["order"],
          extensions: {
            code: "ACCESS_DENIED",
            documentation: "https://shopify.dev/api/usage/access-scopes",
            requiredAccess:
              "`read_orders` access scope, `read_marketplace_orders` access scope or `read_quick_sale` access scope.",
          },
        },
      ]);
      expect(data).toMatchObject({ shop: { name: "Northwind Outfitters" }, order: null });
      poor.operations.setScopes({ shop: NORTH, scopes: ["read_orders"] });
      const later = await poorClient("{ orders(first: 1) { nodes { id } } }");
      expect(later.errors).toBeUndefined();
    } finally {
      await poor.close();
    }
  });

  it("wants the write scope of the resource for tags and metafields", async () => {
    const poor = await startSmallTwin({ scopes: ["read_products", "write_orders"] });
    try {
      const poorClient = await installedClient(poor);
      const id = poor.operations.listStock({ shop: NORTH, limit: 1 })[0]?.productId ?? "";
      const { errors } = await poorClient(
        'mutation M($id: ID!) { tagsAdd(id: $id, tags: ["x"]) { userErrors { message } } }',
        { id: `gid://shopify/Product/${id}` },
      );
      expect(errors?.[0]?.extensions).toMatchObject({
        code: "ACCESS_DENIED",
        requiredAccess: "`write_products` access scope.",
      });
    } finally {
      await poor.close();
    }
  });
});

describe("cost", () => {
  it.each([
    ["{ products(first: 0) { nodes { id } } }", 2],
    ["{ products(first: 1) { nodes { id } } }", 3],
    ["{ products(first: 10) { nodes { id title } } }", 6],
    ["{ products(first: 250) { nodes { id } pageInfo { hasNextPage } } }", 13],
    [
      'query Q { product(id: "gid://shopify/Product/1") { variants(first: 250) { nodes { inventoryItem { id tracked } } } } }',
      25,
    ],
    ["{ productsCount { count precision } }", 10],
    ["{ currentAppInstallation { accessScopes { handle } } }", 2],
    [
      'mutation { productUpdate(product: { id: "gid://shopify/Product/1" }) { product { id } userErrors { message } } }',
      10,
    ],
  ])("charges %s as Shopify does", async (query, cost) => {
    const { extensions } = await client(query);
    expect(extensions?.cost.requestedQueryCost).toBe(cost);
  });

  it("gives back what was not needed and refills with time", async () => {
    nowMs += 60_000;
    const { extensions } = await client("{ products(first: 250) { nodes { id } } }");
    const { requestedQueryCost, actualQueryCost, throttleStatus } = extensions?.cost ?? {};
    expect(requestedQueryCost).toBe(13);
    expect(actualQueryCost).toBe(6);
    expect(throttleStatus).toEqual({
      maximumAvailable: 2000,
      currentlyAvailable: 1994,
      restoreRate: 100,
    });
  });

  it("refuses a single query beyond 1000 points", async () => {
    const query = `{ products(first: 250) { nodes { variants(first: 250) { nodes { inventoryItem {
      inventoryLevels(first: 250) { nodes { location { id } } } } } } } } }`;
    const { errors, data } = await client(query);
    expect(data).toBeUndefined();
    expect(errors?.[0]?.extensions).toMatchObject({ code: "MAX_COST_EXCEEDED", maxCost: 1000 });
  });

  it("throttles with HTTP 200 when the bucket is empty", async () => {
    const small = await startSmallTwin({
      costBucket: { maximumAvailable: 20, restoreRate: 10 },
      now: () => nowMs,
    });
    try {
      const smallClient = await installedClient(small);
      const query = "{ products(first: 250) { nodes { id variants(first: 1) { nodes { id } } } } }";
      const { errors, data, extensions } = await smallClient(query);
      expect(data).toBeUndefined();
      expect(errors).toEqual([
        {
          message: "Throttled",
          extensions: {
            code: "THROTTLED",
            documentation: "https://shopify.dev/api/usage/rate-limits",
          },
        },
      ]);
      expect(extensions?.cost).toMatchObject({
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 20, currentlyAvailable: 20, restoreRate: 10 },
      });
      for (const expected of [10, 0]) {
        const answer = await smallClient("{ productsCount { count } }");
        expect(answer.extensions?.cost.throttleStatus.currentlyAvailable).toBe(expected);
      }
      expect((await smallClient("{ productsCount { count } }")).errors?.[0]?.message).toBe(
        "Throttled",
      );
      nowMs += 1_000;
      expect((await smallClient("{ productsCount { count } }")).errors).toBeUndefined();
    } finally {
      await small.close();
    }
  });
});
