import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultSettings } from "#test/twin/faults/fault-table.ts";
import type { Twin } from "#test/twin/types.ts";
import {
  at,
  type Client,
  clientFor,
  exchangeToken,
  first,
  NORTH,
  postGraphql,
  SOUTH,
  installedClient,
  startSmallTwin,
} from "./support.ts";

const SHOP = { query: "{ shop { id } }" };
let twin: Twin;
let token: string;
let client: Client;
let nowMs: number;

beforeEach(async () => {
  nowMs = Date.parse("2026-11-23T10:00:00Z");
  twin = await startSmallTwin({ now: () => nowMs });
  const { body } = await exchangeToken(twin);
  token = String(body["access_token"]);
  client = clientFor(twin, token);
});
afterEach(() => twin.close());

const set = (faults: Partial<FaultSettings>) => twin.operations.faults(faults);
const level = () => {
  const row = first(twin.operations.listStock({ shop: NORTH, limit: 1 }));
  return { ...row, ...first(row.levels) };
};

/** A raw request: status, headers and text, whatever they are. */
const raw = (query = SHOP.query, variables: Record<string, unknown> = {}) =>
  fetch(`${twin.url}/admin/api/2026-10/graphql.json`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-twin-shop": NORTH,
      "x-shopify-access-token": token,
    },
    body: JSON.stringify({ query, variables }),
  });

const SET_STOCK = `mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) { userErrors { code } } }`;

function stockInput(quantity: number, changeFromQuantity: number | null) {
  const { inventoryItemId, locationId } = level();
  const row = {
    inventoryItemId: `gid://shopify/InventoryItem/${inventoryItemId}`,
    locationId: `gid://shopify/Location/${locationId}`,
    quantity,
    changeFromQuantity,
  };
  return { name: "available", reason: "correction", quantities: [row] };
}

describe("a fault of reads", () => {
  it("searchLagMs: filters know a change later, reads by id at once", async () => {
    set({ searchLagMs: 5_000 });
    const { productId, sku } = twin.operations.createProduct({ shop: NORTH });
    const find = async () =>
      at<unknown[]>(
        await client("query($q: String!) { products(first: 1, query: $q) { nodes { id } } }", {
          q: `sku:${sku}`,
        }),
        "products",
        "nodes",
      );
    expect(await find()).toEqual([]);
    nowMs += 5_000;
    expect(await find()).toEqual([{ id: `gid://shopify/Product/${productId}` }]);
  });

  it("totalsLagMs: a product's total is old while its variant's quantity is new", async () => {
    set({ totalsLagMs: 10_000 });
    const { productId, variantId, sku, available } = level();
    const read = async () => {
      const answer = await client(
        "query($p: ID!, $v: ID!) { product(id: $p) { totalInventory } productVariant(id: $v) { inventoryQuantity sellableOnlineQuantity } }",
        { p: `gid://shopify/Product/${productId}`, v: `gid://shopify/ProductVariant/${variantId}` },
      );
      return [
        at<number>(answer, "product", "totalInventory"),
        at<number>(answer, "productVariant", "inventoryQuantity"),
        at<number>(answer, "productVariant", "sellableOnlineQuantity"),
      ] as const;
    };
    const before = await read();
    nowMs += 1_000;
    twin.operations.setStock({ shop: NORTH, sku, available: available + 5 });
    expect(await read()).toEqual([before[0], before[1] + 5, before[2]]);
    nowMs += 10_001;
    expect(await read()).toEqual([before[0] + 5, before[1] + 5, before[2] + 5]);
  });

  it("levelLagMs: a level read right after its webhook still shows the old value and stamp", async () => {
    set({ levelLagMs: 3_000 });
    const { sku, available } = level();
    nowMs += 60_000;
    const { inventoryLevelId } = twin.operations.setStock({ shop: NORTH, sku, available: 1_234 });
    const read = async () => {
      const answer = await client(
        'query($id: ID!) { inventoryLevel(id: $id) { updatedAt quantities(names: ["available"]) { quantity } } }',
        { id: inventoryLevelId },
      );
      const stamp = at<string>(answer, "inventoryLevel", "updatedAt");
      return [at(answer, "inventoryLevel", "quantities", 0, "quantity"), stamp];
    };
    expect((await read())[0]).toBe(available);
    nowMs += 3_000;
    expect(await read()).toEqual([1_234, "2026-11-23T10:01:00Z"]);
  });

  it("strayUpdates: a product's stamp moves though nothing about it changed", async () => {
    nowMs += 60_000;
    const since = new Date(nowMs).toISOString();
    const changed = async () =>
      at<unknown[]>(
        await client("query($q: String!) { products(first: 50, query: $q) { nodes { id } } }", {
          q: `updated_at:>='${since}'`,
        }),
        "products",
        "nodes",
      );
    twin.operations.createCustomer({ shop: NORTH });
    expect(await changed()).toEqual([]);
    set({ strayUpdates: 100 });
    twin.operations.createCustomer({ shop: NORTH });
    expect(await changed()).toHaveLength(1);
  });

  it("filterLeak: old rows appear in an updated_at window, in no other search", async () => {
    set({ filterLeak: 100 });
    const future = "updated_at:>'2030-01-01T00:00:00Z'";
    const answer = await client(
      'query($q: String!) { leaky: products(first: 50, query: $q) { nodes { id } } tight: products(first: 50, query: "title:nothing") { nodes { id } } }',
      { q: future },
    );
    expect(at(answer, "leaky", "nodes")).toHaveLength(10);
    expect(at(answer, "tight", "nodes")).toEqual([]);
  });
});

describe("a fault of writes", () => {
  it("raceOnWrite: somebody sells right before the compare", async () => {
    const { available } = level();
    set({ raceOnWrite: 100 });
    const answer = await client(SET_STOCK, { input: stockInput(50, available), key: "race-1" });
    expect(at(answer, "inventorySetQuantities", "userErrors")).toEqual([
      { code: "CHANGE_FROM_QUANTITY_STALE" },
    ]);
    expect(level()).toMatchObject({ available: available - 1 });
  });

  it("mutationErrors: answers INTERNAL_SERVER_ERROR and writes nothing", async () => {
    const { available } = level();
    set({ mutationErrors: 100 });
    const { errors } = await client(SET_STOCK, { input: stockInput(50, available), key: "e-1" });
    expect(errors?.[0]?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
    expect(level().available).toBe(available);
    expect((await client(SHOP.query)).errors).toBeUndefined();
  });

  it("lostAnswers: has written, and the same key tells so later", async () => {
    const { available } = level();
    const variables = { input: stockInput(50, available), key: "lost-1" };
    set({ lostAnswers: 100 });
    await expect(raw(SET_STOCK, variables)).rejects.toThrow();
    expect(level().available).toBe(50);
    set({ lostAnswers: 0 });
    const again = await client(SET_STOCK, variables);
    expect(at(again, "inventorySetQuantities", "userErrors")).toEqual([]);
    expect(level().available).toBe(50);
  });

  it("mutationDelayMs: two with one key meet", async () => {
    const variables = { input: stockInput(50, null), key: "meet-1" };
    set({ mutationDelayMs: 100 });
    const answers = await Promise.all([client(SET_STOCK, variables), client(SET_STOCK, variables)]);
    const codes = answers.flatMap((answer) =>
      at<{ code: string }[]>(answer, "inventorySetQuantities", "userErrors"),
    );
    expect(codes).toEqual([{ code: "IDEMPOTENCY_CONCURRENT_REQUEST" }]);
  });
});

describe("a write that does not stay", () => {
  it("offByOne: was written, and one is missing", async () => {
    set({ offByOne: 100 });
    const answer = await client(SET_STOCK, { input: stockInput(99, null), key: "off-1" });
    expect(at(answer, "inventorySetQuantities", "userErrors")).toEqual([]);
    expect(level().available).toBe(98);
  });

  it("overtakenWrites: a later write is carried out before an earlier one", async () => {
    set({ overtakenWrites: 100 });
    const earlier = client(SET_STOCK, { input: stockInput(1, null), key: "earlier" });
    await new Promise((done) => setTimeout(done, 50));
    set({ overtakenWrites: 0 });
    await client(SET_STOCK, { input: stockInput(2, null), key: "later" });
    expect(level().available).toBe(2);
    await earlier;
    expect(level().available).toBe(1);
  });
});

describe("a limit or an outage", () => {
  it.each([
    ["standard", 100, 2_000, "Basic"],
    ["advanced", 200, 4_000, "Advanced"],
    ["plus", 1_000, 20_000, "Plus"],
    ["enterprise", 2_000, 40_000, "Enterprise"],
  ] as const)("plan %s: %d points a second", async (plan, restoreRate, maximumAvailable, shown) => {
    expect(twin.operations.plan({ shop: NORTH, plan })).toEqual({ restoreRate, maximumAvailable });
    const answer = await client("{ shop { plan { publicDisplayName } } }");
    expect(at(answer, "shop", "plan", "publicDisplayName")).toBe(shown);
    expect(answer.extensions?.cost.throttleStatus).toMatchObject({ restoreRate, maximumAvailable });
    const south = await installedClient(twin, SOUTH);
    const other = (await south(SHOP.query)).extensions?.cost.throttleStatus;
    expect(other).toMatchObject({ restoreRate: 100, maximumAvailable: 2_000 });
  });

  it("budgetCut: the bucket is smaller and fills slower", async () => {
    set({ budgetCut: 90 });
    const answer = await client(SHOP.query);
    expect(answer.extensions?.cost.throttleStatus).toMatchObject({
      restoreRate: 10,
      maximumAvailable: 1_000,
    });
  });

  it("throttled: THROTTLED on 200 without Retry-After, or on 429", async () => {
    set({ throttled: 100 });
    const answer = await postGraphql(twin, token, SHOP);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("retry-after")).toBeNull();
    expect(answer.body).toMatchObject({
      errors: [{ message: "Throttled", extensions: { code: "THROTTLED" } }],
      extensions: { cost: { actualQueryCost: null } },
    });
    set({ throttledAs429: 100 });
    expect((await postGraphql(twin, token, SHOP)).status).toBe(429);
  });

  it("http429 and http503: say when to come again", async () => {
    set({ http429: 100 });
    const tooMany = await raw();
    expect([tooMany.status, tooMany.headers.get("retry-after")]).toEqual([429, "2.0"]);
    set({ http429: 0, http503: 100, retryAfterSeconds: 7 });
    const unavailable = await raw();
    expect([unavailable.status, unavailable.headers.get("retry-after")]).toEqual([503, "7"]);
  });

  it("http5xx: has no usable body", async () => {
    set({ http5xx: 100 });
    const answer = await raw();
    expect([500, 502, 504]).toContain(answer.status);
    expect(answer.headers.get("content-type")).toContain("text/html");
  });

  it("queryErrors: INTERNAL_SERVER_ERROR on reads, not on writes", async () => {
    set({ queryErrors: 100 });
    expect((await client(SHOP.query)).errors?.[0]?.extensions.code).toBe("INTERNAL_SERVER_ERROR");
    const write = await client(SET_STOCK, { input: stockInput(9, null), key: "q-1" });
    expect(write.errors).toBeUndefined();
  });

  it("slowShare: answers late", async () => {
    set({ slowShare: 100, slowMs: 120 });
    const startedMs = performance.now();
    await client(SHOP.query);
    expect(performance.now() - startedMs).toBeGreaterThan(110);
  });

  it("frozen: the API answers 402", async () => {
    set({ frozen: true });
    expect((await raw()).status).toBe(402);
  });

  it("names a field that is no fault, and a value out of its bounds", () => {
    expect(() => twin.operations.faults({ drop: 101 })).toThrow(/faults: drop:/);
    expect(() => twin.operations.faults({ nonsense: 1 } as Partial<FaultSettings>)).toThrow(
      /faults: input/,
    );
    expect(() => twin.operations.playFault({ id: "nonsense" })).toThrow(/no documented fault/);
    expect(() => twin.operations.playFault({ id: "lim-bulk" })).toThrow(/needs no switch: always/);
  });

  it("plays documented faults by their ids, and tells which are on", () => {
    twin.operations.playFault({ id: "lim-throttled-200" });
    expect(twin.operations.faults()).toMatchObject({ throttled: 5, throttledAs429: 20 });
    const on = () => twin.operations.faultProfile().filter((entry) => entry.on);
    expect(on().map((entry) => entry.id)).toEqual(["lim-throttled-200"]);
    twin.operations.playFault({ id: "lim-throttled-200", on: false });
    expect(on()).toEqual([]);
  });
});
