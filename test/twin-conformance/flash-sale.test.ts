import { afterEach, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import { NORTH, SOUTH, startSmallTwin } from "./support.ts";

let twin: Twin;

afterEach(() => twin.close());

async function played(): Promise<NonNullable<ReturnType<Twin["operations"]["flashSaleVerdict"]>>> {
  await expect
    .poll(() => twin.operations.flashSaleVerdict()?.running, { timeout: 20_000 })
    .toBeNull();
  const view = twin.operations.flashSaleVerdict();
  if (view === null) throw new Error("there was no sale");
  return view;
}

it("sells in every store what it shows and no more, and counts what was sold beyond what there is", async () => {
  twin = await startSmallTwin({ storeCount: 3, locationsPerStore: 1 });
  expect(twin.operations.flashSaleVerdict()).toBeNull();
  const sku = twin.operations.flashSale({ orders: 1, seconds: 0.01 }).sku;
  await played();
  for (const { shop } of twin.stores()) twin.operations.setStock({ shop, sku, available: 10 });
  twin.operations.flashSale({ sku, units: 12, orders: 90, seconds: 0.5, rough: false });
  const view = await played();
  expect(view).toMatchObject({ sku, units: 12, sold: 30, turnedAway: 60, oversold: 18 });
  expect(
    view.stores.map(({ showed, lowest, shows, sold }) => [showed, lowest, shows, sold]),
  ).toEqual(Array(3).fill([10, 0, 0, 10]));
});

it("makes Shopify's day a bad one only while it lasts, and can be stopped", async () => {
  twin = await startSmallTwin();
  twin.operations.faults({ drop: 1 });
  twin.operations.flashSale({ seconds: 60 });
  expect(twin.operations.faults()).toMatchObject({ drop: 5, reorder: 20 });
  const stopped = twin.operations.flashSale({ stop: true });
  expect([stopped.running, stopped.stores.map(({ shop }) => shop)]).toEqual([null, [NORTH, SOUTH]]);
  expect(twin.operations.faults()).toMatchObject({ drop: 1, reorder: 0 });
});

it("asks for an article that there is", async () => {
  twin = await startSmallTwin();
  expect(() => twin.operations.flashSale({ stop: true })).toThrow("there was no flash sale yet");
  expect(() => twin.operations.flashSale({ sku: "nothing" })).toThrow("no store has nothing");
});
