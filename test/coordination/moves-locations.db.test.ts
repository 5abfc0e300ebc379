import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  linkAllStores,
  listPoolLocations,
  mapLocations,
  placeHold,
  releaseHold,
} from "#app/coordination/index.server.ts";
import { defaultPoolLocation, whereMost } from "#app/coordination/types.ts";
import { ItemStockLevelsDocument } from "#app/shopify/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/** A store shows what it shares at another of its locations; no unit is sold at both. */

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
let places: readonly string[];
const caller = { shop: SOUTH, actor: "user:2" };

beforeAll(async () => {
  rig = await createPoolRig({ locationsPerStore: 2 });
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared();
  await choose(whereMost);
  places = (await levels()).map(({ location }) => location.id);
  stock(0, 30);
  stock(1, 5);
  await tell();
  await rig.hint(NORTH, sku);
  await rig.say(sku, { available: 10 });
  await rig.settle();
});

const choose = (shownAt: string) =>
  mapLocations(rig.deps, caller, [{ poolLocation: defaultPoolLocation, shownAt }]);
const levels = async () => {
  const ids = [rig.levelOf(SOUTH, sku).itemId];
  const variables = { ids, locationId: "gid://shopify/Location/1", byLocation: false };
  const { nodes } = await rig.shopify.graphql(SOUTH, ItemStockLevelsDocument, variables);
  return nodes.flatMap((node) =>
    node !== null && "inventoryLevels" in node ? node.inventoryLevels.nodes : [],
  );
};
const stock = (place: number, available: number) =>
  rig.twin.operations.setStock({ shop: SOUTH, sku, locationId: places[place] ?? "", available });
const sell = (place: number, quantity: number) =>
  rig.twin.operations.sell({ shop: SOUTH, sku, locationId: places[place] ?? "", quantity });
const tail = (gid: string) => gid.split("/").at(-1)?.split("?")[0] ?? "";
/** The webhooks of both levels. */
const tell = async () => {
  for (const { id, location, quantities } of await levels()) {
    const available = quantities.find(({ name }) => name === "available")?.quantity ?? 0;
    const item = tail(rig.levelOf(SOUTH, sku).itemId);
    await rig.bench.receive({
      shop: SOUTH,
      topic: "inventory_levels/update",
      body: `{"inventory_item_id":${item},"location_id":${tail(location.id)},"available":${String(available)},"updated_at":"${new Date().toISOString()}","admin_graphql_api_id":"${id}"}`,
    });
  }
};
const shown = async () => {
  const there = new Map(
    (await levels()).map(({ location, quantities }) => [
      location.id,
      quantities.find(({ name }) => name === "available")?.quantity,
    ]),
  );
  return [(await rig.quantities(NORTH, sku)).available, ...places.map((place) => there.get(place))];
};
const quantity = async () => {
  const pool = await rig.pool(sku);
  expect(pool?.quantity).toBe(pool?.sum);
  return pool?.quantity;
};

describe("the location at which a store shows what it shares", () => {
  it("is where it has most, until somebody chooses; then the old one goes to zero", async () => {
    expect(await shown()).toEqual([10, 10, 5]);
    expect(await choose(places[1] ?? "")).toEqual({ outcome: "mapped" });
    expect(await listPoolLocations(rig, SOUTH)).toEqual([
      { id: defaultPoolLocation, name: "Outdoor", shownAt: places[1] },
    ]);
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([10, [10, 0, 10]]);
    sell(1, 3);
    await tell();
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([7, [7, 0, 7]]);
    // What arrives at the old place is its own.
    stock(0, 4);
    await tell();
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([7, [7, 4, 7]]);
  });

  it("changes without losing a sale of the last moment, whoever dies meanwhile", async () => {
    for (let step = 1; ; step += 1) {
      const [from, to] = step % 2 === 1 ? [0, 1] : [1, 0];
      await rig.say(sku, { available: 10 });
      await rig.settle();
      await choose(places[to] ?? "");
      sell(from, 2);
      const { died } = rig.dieAfter(step);
      for (let round = 0; round < 3 && !died(); round += 1) await rig.step();
      expect(died()).toBe(true);
      await rig.settle();
      rig.restore();
      await tell();
      await rig.settle();
      const there = step % 2 === 1 ? [0, 8] : [8, 0];
      expect([step, await quantity(), await shown()]).toEqual([step, 8, [8, ...there]]);
      if (step === 6) break;
    }
  });

  it("stays for an article while units of it are held there, and changes after that", async () => {
    const wanted = { sku, quantity: 2, participants: [], ttlSeconds: 600, reference: "Order" };
    const placed = await placeHold(rig.deps, SOUTH, { ...wanted, autoConfirm: false });
    await rig.settle();
    await choose(places[1] ?? "");
    await rig.settle();
    expect(await shown()).toEqual([8, 8, 5]);
    await releaseHold(rig.deps, SOUTH, placed.outcome === "held" ? placed.hold.id : "", "Done.");
    await rig.settle();
    await linkAllStores(rig.deps);
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([10, [10, 0, 10]]);
  });
});
