import { afterEach, beforeEach, expect, test } from "vitest";
import type { AccessTokens } from "#app/shopify/access-tokens.ts";
import type { CostBudget } from "#app/shopify/cost-budget.ts";
import { createGraphqlClient } from "#app/shopify/graphql-client.ts";
import {
  InventoryLevelDocument,
  LocationPageDocument,
  SetInventoryDocument,
  ShopDetailsDocument,
  ShopifyQueryError,
  ShopifyReconnectNeededError,
  ShopifyRefusedError,
  ShopifySearchIgnoredError,
  ShopifyThrottledError,
  ShopifyTooExpensiveError,
  ShopifyUnavailableError,
  UpdateOrderDocument,
} from "#app/shopify/index.server.ts";
import { createShopifyFetch } from "#app/shopify/shopify-fetch.ts";
import { type FakeAnswer, type FakeShopify, startFakeShopify } from "./fake-shopify.ts";
import { manualClock, north, rejection } from "./set-up.ts";

let shopify: FakeShopify;
beforeEach(async () => {
  shopify = await startFakeShopify();
});
afterEach(() => shopify.close());

const details = {
  shop: {
    name: "North",
    currencyCode: "EUR",
    ianaTimezone: "Europe/Berlin",
    plan: { publicDisplayName: "Basic" },
  },
};
const status = { maximumAvailable: 2000, currentlyAvailable: 2, restoreRate: 100 };
const throttled: FakeAnswer = {
  body: {
    errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
    extensions: {
      cost: { requestedQueryCost: 752, actualQueryCost: null, throttleStatus: status },
    },
  },
};

/**
 * A client whose tokens come from a list: the first is the stored one, each replacement the next. Its
 * budget answers with these waits, and then lets everything pass.
 */
function client(tokens: string[], budgetWaits: number[] = []) {
  const asked: string[] = [];
  const budget: CostBudget = {
    async reserve(_shop, points, priority) {
      asked.push(`${priority}: ${String(points)}`);
      return budgetWaits.shift() ?? 0;
    },
    settle: (_shop, reserved, cost, refused) =>
      void asked.push(
        `settled ${String(reserved)} for ${String(cost.actualQueryCost ?? 0)}${refused ? ", refused" : ""}`,
      ),
    pause: (_shop, ms) => void asked.push(`pause: ${String(ms)}`),
  };
  const clock = manualClock();
  const givenUp: string[] = [];
  const source: AccessTokens = {
    get: async () => tokens[0] ?? "",
    replace: async (_shop, rejected) => tokens[tokens.indexOf(rejected) + 1] ?? "",
    async giveUp(_shop, rejected) {
      givenUp.push(rejected);
    },
  };
  const graphql = createGraphqlClient({
    send: createShopifyFetch(shopify.url),
    tokens: source,
    budget,
    clock,
    apiVersion: "2026-10",
    random: () => 0,
    wait: (ms) => clock.wait(ms),
  });
  return { graphql, clock, givenUp, asked };
}

/** A token the fake accepts. */
async function goodToken(): Promise<string> {
  const answer = await fetch(`${shopify.url}/admin/oauth/access_token`, {
    method: "POST",
    body: "{}",
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Answers in this order, and with the last one from then on. */
function answers(...list: FakeAnswer[]) {
  let next = 0;
  shopify.onGraphql(() => list[Math.min(next++, list.length - 1)] ?? {});
}

test("a typed document goes to the shop's endpoint of the pinned version", async () => {
  answers({ body: { data: details } });
  const { graphql } = client([await goodToken()]);
  const { shop } = await graphql(north, ShopDetailsDocument, {});
  expect(shop.ianaTimezone).toBe("Europe/Berlin");
  const request = shopify.seen.at(-1);
  expect(request?.path).toBe("/admin/api/2026-10/graphql.json");
  expect(request?.headers["x-twin-shop"]).toBe(north);
  expect(request?.fields).toMatchObject({ operationName: "ShopDetails", variables: {} });
});

test("variables go along, so that pages can follow each other", async () => {
  answers({ body: { data: { locations: { nodes: [] } } } });
  const { graphql } = client([await goodToken()]);
  await graphql(north, LocationPageDocument, { after: "cursor" });
  expect(shopify.seen.at(-1)?.fields.variables).toEqual({ after: "cursor" });
});

test("THROTTLED waits until the missing points are back, as often as it takes", async () => {
  answers(throttled, throttled, { body: { data: details } });
  const { graphql, clock } = client([await goodToken()]);
  await graphql(north, ShopDetailsDocument, {});
  expect(clock.waits).toEqual([7500, 7500]);
});

test("THROTTLED beyond the caller's patience is the caller's to wait for", async () => {
  answers(throttled);
  const { graphql, clock } = client([await goodToken()]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}, { patienceMs: 10_000 }));
  expect(error).toBeInstanceOf(ShopifyThrottledError);
  expect(error).toMatchObject({ shop: north, retryAfterMs: 7500 });
  expect(clock.waits).toEqual([7500]);
});

test.each([429, 503])("%i waits Retry-After seconds", async (code) => {
  answers(
    { status: code, headers: { "retry-after": "2.0" }, body: "slow down" },
    { body: { data: details } },
  );
  const { graphql, clock } = client([await goodToken()]);
  await graphql(north, ShopDetailsDocument, {});
  expect(clock.waits).toEqual([2000]);
});

test("what a request may cost is taken from the budget first, and what it did not need goes back", async () => {
  const cost = { requestedQueryCost: 10, actualQueryCost: 4, throttleStatus: status };
  answers({ body: { data: details, extensions: { cost } } });
  const { graphql, clock, asked } = client([await goodToken()], [300, 200]);
  await graphql(north, ShopDetailsDocument, {}, { priority: "reconciliation" });
  expect(clock.waits).toEqual([300, 200]);
  await graphql(north, ShopDetailsDocument, {});
  expect(asked).toEqual([
    "reconciliation: 100",
    "reconciliation: 100",
    "reconciliation: 100",
    "settled 100 for 4",
    "write-back: 10",
    "settled 10 for 4",
  ]);
});

test("a budget that stays too small for longer than the caller's patience is the caller's to wait for", async () => {
  const { graphql } = client([await goodToken()], [30_000]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toMatchObject({ name: "ShopifyThrottledError", retryAfterMs: 30_000 });
  expect(shopify.seen.filter(({ path }) => path.endsWith("graphql.json"))).toEqual([]);
});

test("what Shopify refused cost nothing, and what it wants of one process all hear of", async () => {
  answers(
    throttled,
    { status: 429, headers: { "retry-after": "2.0" } },
    { body: { data: details } },
  );
  const { graphql, asked } = client([await goodToken()]);
  await graphql(north, ShopDetailsDocument, {});
  expect(asked).toEqual([
    "write-back: 100",
    "settled 100 for 0, refused",
    "write-back: 752",
    "pause: 2000",
    "write-back: 752",
  ]);
});

const ownFailure = (code: string): FakeAnswer => ({
  body: { errors: [{ message: "x", extensions: { code } }] },
});

test.each([
  ["INTERNAL_SERVER_ERROR", ownFailure("INTERNAL_SERVER_ERROR")],
  ["TIMEOUT", ownFailure("TIMEOUT")],
  ["502", { status: 502, body: "<html>" }],
])("%s: a query is asked again, a little later each time", async (_name, answer) => {
  answers(answer, answer, { body: { data: details } });
  const { graphql, clock } = client([await goodToken()]);
  expect(await graphql(north, ShopDetailsDocument, {})).toEqual(details);
  expect(clock.waits).toEqual([250, 500]);
});

test("a failure that stays is the caller's after three times", async () => {
  answers(ownFailure("TIMEOUT"));
  const { graphql } = client([await goodToken()]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifyUnavailableError);
  expect(shopify.seen.filter(({ path }) => path.endsWith("graphql.json"))).toHaveLength(3);
});

test("a write with a key is sent again with the same key; one without never is", async () => {
  const set = { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors: [] } };
  answers(ownFailure("INTERNAL_SERVER_ERROR"), { body: { data: set } });
  const { graphql } = client([await goodToken()]);
  const input = { name: "available", reason: "correction", quantities: [] };
  await graphql(north, SetInventoryDocument, { input, key: "one" });
  const sent = shopify.seen.filter(({ path }) => path.endsWith("graphql.json"));
  expect(sent.map(({ fields }) => fields.variables)).toEqual([
    { input, key: "one" },
    { input, key: "one" },
  ]);

  answers(ownFailure("INTERNAL_SERVER_ERROR"));
  const write = graphql(north, UpdateOrderDocument, { input: { id: "gid://shopify/Order/1" } });
  expect(await rejection(write)).toBeInstanceOf(ShopifyUnavailableError);
  expect(shopify.seen.filter(({ path }) => path.endsWith("graphql.json"))).toHaveLength(3);
});

test("a query over the limit of one query says what to do about it", async () => {
  answers(ownFailure("MAX_COST_EXCEEDED"));
  const { graphql } = client([await goodToken()]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifyTooExpensiveError);
  expect(error).toBeInstanceOf(ShopifyQueryError);
  expect(String(error)).toContain("smaller pages");
});

test("a rejected token is replaced once and the request repeated", async () => {
  answers({ body: { data: details } });
  const { graphql } = client(["shpat_old", await goodToken()]);
  await expect(graphql(north, ShopDetailsDocument, {})).resolves.toEqual(details);
});

test("a token that is rejected although it is new is given up", async () => {
  const { graphql, givenUp } = client(["shpat_old", "shpat_new", "shpat_newer"]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifyReconnectNeededError);
  expect(givenUp).toEqual(["shpat_new"]);
  expect(shopify.seen).toHaveLength(2);
});

test("a search term Shopify ignored is an error, not an unfiltered answer", async () => {
  const search = [
    {
      path: ["orders"],
      query: "updatet_at:>1",
      warnings: [{ field: "updatet_at", code: "invalid_field" }],
    },
  ];
  answers({ body: { data: details, extensions: { search } } });
  const { graphql } = client([await goodToken()]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifySearchIgnoredError);
  expect(String(error)).toContain("updatet_at");
});

test("a search that was understood has an empty list of warnings", async () => {
  answers({ body: { data: details, extensions: { search: [{ query: "sku:1", warnings: [] }] } } });
  const { graphql } = client([await goodToken()]);
  await expect(graphql(north, ShopDetailsDocument, {})).resolves.toEqual(details);
});

test("GraphQL errors keep their codes, and nothing the request carried", async () => {
  answers({
    body: {
      data: { inventoryLevel: null },
      errors: [
        {
          message: "Access denied",
          path: ["inventoryLevel"],
          extensions: { code: "ACCESS_DENIED" },
        },
      ],
    },
  });
  const { graphql } = client([await goodToken()]);
  const error = await rejection(graphql(north, InventoryLevelDocument, { id: "gid://secret/1" }));
  expect(error).toBeInstanceOf(ShopifyQueryError);
  expect(error).toMatchObject({
    problems: [{ code: "ACCESS_DENIED", message: "Access denied", path: "inventoryLevel" }],
  });
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("gid://secret");
  expect((error as Error).cause).toBeUndefined();
});

test.each([
  ["402: frozen", { status: 402 }, ShopifyRefusedError],
  ["403: no scope", { status: 403 }, ShopifyRefusedError],
  ["404: unknown", { status: 404, body: "<html>" }, ShopifyRefusedError],
  ["423: locked", { status: 423 }, ShopifyRefusedError],
  ["302: a token never follows", { status: 302, headers: { location: "/x" } }, ShopifyRefusedError],
  [
    "a page instead of JSON",
    { body: "<html>", headers: { "content-type": "text/html" } },
    ShopifyUnavailableError,
  ],
  ["broken JSON", { body: '{"data":' }, ShopifyUnavailableError],
  ["errors of another shape", { body: { errors: [7, null] } }, ShopifyQueryError],
] as const)("%s becomes one kind of error, at once", async (_name, answer, kind) => {
  answers(answer);
  const { graphql, clock } = client([await goodToken()]);
  expect(await rejection(graphql(north, ShopDetailsDocument, {}))).toBeInstanceOf(kind);
  expect(clock.waits).toEqual([]);
  expect(shopify.seen.filter(({ path }) => path.endsWith("graphql.json"))).toHaveLength(1);
});

test("an answer that does not come in time is not waited for, and not asked for again", async () => {
  const { promise: never, resolve } = Promise.withResolvers<FakeAnswer>();
  shopify.onGraphql(() => never);
  const { graphql } = client([await goodToken()]);
  const error = await rejection(graphql(north, ShopDetailsDocument, {}, { timeoutMs: 50 }));
  resolve({});
  expect(error).toBeInstanceOf(ShopifyUnavailableError);
  expect(String(error)).toContain("within 50 ms");
});

test("a Shopify that cannot be reached is unavailable", async () => {
  const { graphql } = client(["any"]);
  await shopify.close();
  const error = await rejection(graphql(north, ShopDetailsDocument, {}));
  expect(error).toBeInstanceOf(ShopifyUnavailableError);
  expect(String(error)).toContain("ECONNREFUSED");
});
