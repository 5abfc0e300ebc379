import { afterAll, beforeAll, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import { endedBulk, startBulk } from "./bulk-support.ts";
import { at, type Client, installedClient, startSmallTwin } from "./support.ts";

const VARIANTS = 4_000;
const LOCATIONS = 3;

let twin: Twin;
let client: Client;

beforeAll(async () => {
  twin = await startSmallTwin({
    skusPerStore: VARIANTS,
    locationsPerStore: LOCATIONS,
    storeCount: 1,
  });
  client = await installedClient(twin);
});
afterAll(() => twin.close());

it("has one store with as many variants and locations as were asked for, all SKUs different", () => {
  const stores = twin.stores();
  expect(stores.map(({ locations }) => locations.length)).toEqual([LOCATIONS]);
  expect(stores[0]?.counts.variants).toBe(VARIANTS);
  const rows = twin.operations.listStock({ shop: stores[0]?.shop ?? "", limit: VARIANTS });
  expect(new Set(rows.map((row) => row.sku)).size).toBe(VARIANTS);
});

it("is read as a whole by a bulk query, while others are answered", async () => {
  const { id } = await startBulk(
    client,
    `{ productVariants { edges { node { id sku inventoryItem { id
      inventoryLevels { edges { node { id quantities(names: ["available"]) { quantity } } } } } } } } }`,
  );
  const answer = await client("{ productVariants(first: 250) { nodes { id } } }");
  expect(at<unknown[]>(answer, "productVariants", "nodes")).toHaveLength(250);
  expect(await endedBulk(client, id)).toMatchObject({
    status: "COMPLETED",
    rootObjectCount: String(VARIANTS),
    objectCount: String(VARIANTS * (1 + LOCATIONS)),
  });
});
