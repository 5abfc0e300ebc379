import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  addPoolLocation,
  countDoubts,
  keepApart,
  linkAllStores,
  linkByRule,
  listHolds,
  listLinks,
  listPools,
  mapLocations,
  placeHold,
  pooledLevels,
  readPoolChange,
  releaseHold,
  removePoolLocation,
  tieArticle,
} from "#app/coordination/index.server.ts";
import { defaultPoolLocation, whereMost } from "#app/coordination/types.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createTwoPlaceRig, type TwoPlaceRig } from "./two-places.ts";

/**
 * A group that keeps stock at two pool locations: the default one, at the first place of each store,
 * and West, at the second.
 */

let rig: TwoPlaceRig["rig"];
let west: string;
let sku: string;

const north = { shop: NORTH, actor: "user:1" };
const south = { shop: SOUTH, actor: "user:2" };
const places = [defaultPoolLocation, "west"] as const;

beforeAll(async () => {
  ({ rig, west } = await createTwoPlaceRig());
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared();
  for (const caller of [north, south]) await show(caller, 0, 1);
  await rig.settle();
  for (const place of [0, 1])
    for (const { shop } of [north, south]) {
      rig.edit(shop, sku, 30 + place, place);
      await rig.hint(shop, sku, undefined, place);
    }
  await rig.settle();
});

/** At which of its places a store shows the default pool location and West; null: nowhere. */
async function show(caller: typeof north, first: number | "most" | null, second: number | null) {
  const of = (at: number | "most" | null) =>
    at === null ? null : at === "most" ? whereMost : rig.levelOf(caller.shop, sku, at).locationId;
  const items = [
    { poolLocation: defaultPoolLocation, shownAt: of(first) },
    { poolLocation: west, shownAt: of(second) },
  ];
  expect(await mapLocations(rig.deps, caller, items)).toEqual({ outcome: "mapped" });
}
const say = (available: number, at: (typeof places)[number]) =>
  rig.say(sku, { available }, new Date().toISOString(), at === "west" ? west : undefined);
const share = async (first: number, second: number) => {
  await say(first, defaultPoolLocation);
  await say(second, "west");
  await rig.settle();
};
const tell = async () => {
  for (const { shop } of [north, south])
    for (const place of [0, 1]) await rig.hint(shop, sku, undefined, place);
  await rig.settle();
};
/** What each store shows at each of its places. */
const shown = async () => ({
  north: await available(NORTH),
  south: await available(SOUTH),
});
const available = async (shop: string) => [
  (await rig.quantities(shop, sku, 0)).available,
  (await rig.quantities(shop, sku, 1)).available,
];
/** What there is at the default pool location and at West, each the sum of its ledger. */
const quantities = async () => {
  const pools = [await rig.pool(sku), await rig.pool(sku, west)];
  for (const pool of pools) expect(pool?.quantity).toBe(pool?.sum);
  return pools.map((pool) => pool?.quantity);
};

describe("stock at two pool locations", () => {
  it("is what its owner says of each, and sold at one is gone there in every store", async () => {
    await share(12, 5);
    expect(await shown()).toEqual({ north: [12, 5], south: [12, 5] });
    rig.sell(NORTH, sku, 2, 1);
    rig.sell(SOUTH, sku, 3, 0);
    await tell();
    expect([await quantities(), await shown()]).toEqual([[9, 3], { north: [9, 3], south: [9, 3] }]);
    const { items } = await listPools(rig.db, NORTH, { limit: 9, after: null, search: sku });
    expect(items.map(({ poolLocationId, quantity }) => [poolLocationId, quantity])).toEqual([
      [defaultPoolLocation, 9],
      [west, 3],
    ]);
  });

  it("is counted on hand without the open orders of the other place", async () => {
    await share(10, 10);
    rig.sell(NORTH, sku, 4, 1);
    await tell();
    const open = async (place: number) =>
      (await rig.quantities(NORTH, sku, place)).committed +
      (await rig.quantities(SOUTH, sku, place)).committed;
    await rig.say(sku, { onHand: 20 }, new Date().toISOString(), west);
    await rig.settle();
    expect(await quantities()).toEqual([10, 20 - (await open(1))]);
  });

  it("is not touched in a store that shows it nowhere, and none is asked to show it", async () => {
    await show(south, 0, null);
    await share(7, 4);
    await tell();
    expect(await shown()).toEqual({ north: [7, 4], south: [7, 31] });
    const level = rig.levelOf(SOUTH, sku, 1);
    const told = [{ levelId: level.id, sku, locationId: level.locationId }];
    expect(await pooledLevels(rig.db, SOUTH, told)).toEqual(new Map());
    await linkAllStores(rig.deps);
    const waiting = rig.bench.jobs.filter(({ name }) => name === "link-store");
    expect(waiting.filter(({ payload }) => (payload as { shop: string }).shop === SOUTH)).toEqual(
      [],
    );
    await rig.settle();
  });

  it("of the default one makes way where West takes the place with most", async () => {
    await show(south, "most", null);
    rig.edit(SOUTH, sku, 90, 1);
    await rig.hint(SOUTH, sku, undefined, 1);
    await share(6, 2);
    expect(await available(SOUTH)).toEqual([30, 6]);
    await show(south, "most", 1);
    await rig.settle();
    expect([await quantities(), await available(SOUTH)]).toEqual([
      [6, 2],
      [6, 2],
    ]);
  });

  it("is found missing at its own place only, and a level counts for the pool it shows", async () => {
    await share(6, 2);
    const [first, second] = [0, 1].map((place) => rig.levelOf(SOUTH, sku, place));
    await rig.db.query("DELETE FROM pool_levels WHERE shop = $1 AND level_id = $2", [
      SOUTH,
      second?.id,
    ]);
    const told = [first, second].flatMap((level) =>
      level ? [{ levelId: level.id, sku, locationId: level.locationId }] : [],
    );
    const pooled = await pooledLevels(rig.db, SOUTH, told);
    expect(pooled.get(first?.id ?? "")).toMatchObject({
      poolId: (await rig.pool(sku))?.id,
      shared: true,
      missingIn: null,
    });
    expect(pooled.get(second?.id ?? "")).toMatchObject({
      poolId: (await rig.pool(sku, west))?.id,
      missingIn: rig.groupId,
    });
  });

  it("of a pool location that was removed meanwhile is not set, and says so", async () => {
    const added = await addPoolLocation(rig.deps, north, "Short-lived");
    const id = added.outcome === "done" ? added.location.id : "";
    const word = await rig.say(sku, { available: 3 }, new Date().toISOString(), id);
    await rig.bench.run();
    expect(await removePoolLocation(rig.deps, south, id)).toMatchObject({ outcome: "done" });
    await rig.settle();
    const change = await readPoolChange(rig.db, NORTH, word);
    expect(change).toMatchObject({ status: "dead" });
    expect(change?.reason).toContain("no such pool location");
    expect(await rig.pool(sku, id)).toBeUndefined();
  });
});

describe("a location that gets another pool location in mid-sale", () => {
  it("keeps the books when two change round, whoever dies at any step", async () => {
    for (let step = 1; step <= 12; step += 1) {
      await show(south, 0, 1);
      await rig.settle();
      await share(10, 20);
      await tell();
      expect([step, await available(SOUTH)]).toEqual([step, [10, 20]]);
      await show(south, 1, 0);
      // At the old places, until they have left: so much of the old pools.
      rig.sell(SOUTH, sku, 2, 0);
      rig.sell(SOUTH, sku, 3, 1);
      rig.dieAfter(step);
      for (let round = 0; round < 3; round += 1) await rig.step();
      rig.restore();
      await rig.settle();
      await tell();
      expect([step, await quantities(), await shown()]).toEqual([
        step,
        [8, 17],
        { north: [8, 17], south: [17, 8] },
      ]);
      rig.sell(SOUTH, sku, 1, 0);
      await tell();
      expect([step, await quantities()]).toEqual([step, [8, 16]]);
    }
  }, 180_000);

  it("takes the place of the other as soon as that has left, with nobody telling", async () => {
    await share(10, 20);
    await show(south, 1, 0);
    await rig.settle();
    expect([await quantities(), await available(SOUTH)]).toEqual([
      [10, 20],
      [20, 10],
    ]);
  });

  it("is lowered to nothing when the store shows the pool location nowhere any more", async () => {
    await share(10, 20);
    await show(south, 0, null);
    rig.sell(SOUTH, sku, 5, 1);
    await rig.settle();
    await tell();
    expect([await quantities(), await shown()]).toEqual([
      [10, 15],
      { north: [10, 15], south: [10, 0] },
    ]);
    // From then on it is the store's own.
    rig.edit(SOUTH, sku, 4, 1);
    await tell();
    expect([await quantities(), await available(SOUTH)]).toEqual([
      [10, 15],
      [10, 4],
    ]);
  });

  it("is not removed while a sale there is counted, and loses none", async () => {
    const added = await addPoolLocation(rig.deps, north, `Yard of ${sku}`);
    const id = added.outcome === "done" ? added.location.id : "";
    const item = { poolLocation: id, shownAt: rig.levelOf(SOUTH, sku, 1).locationId };
    await show(south, 0, null);
    await rig.settle();
    await mapLocations(rig.deps, south, [item]);
    await rig.say(sku, { available: 6 }, new Date().toISOString(), id);
    await rig.settle();
    const remove = async () => (await removePoolLocation(rig.deps, north, id)).outcome;
    await rig.say(sku, { available: 0 }, new Date().toISOString(), id);
    await rig.bench.run();
    await mapLocations(rig.deps, south, [{ ...item, shownAt: null }]);
    rig.sell(SOUTH, sku, 1, 1);
    const outcomes: string[] = [];
    for (let round = 0; round < 30 && rig.bench.jobs.length > 0; round += 1) {
      const [removed] = await Promise.all([remove(), rig.step()]);
      outcomes.push(removed);
      if (removed === "done") break;
    }
    // The sale was counted before the last store had left: a unit is owed, and somebody has to look.
    expect(outcomes).not.toContain("done");
    expect(await rig.pool(sku, id)).toMatchObject({ quantity: -1, sum: -1 });
    await rig.say(sku, { available: 0 }, new Date().toISOString(), id);
    await rig.settle();
    expect(await remove()).toBe("done");
    expect(await rig.pool(sku, id)).toBeUndefined();
  });
});

describe("a hold where stock is kept at two pool locations", () => {
  const wanted = (quantity: number, more: object = {}) => ({
    groupId: rig.groupId,
    sku,
    quantity,
    participants: [rig.warehouse.id],
    ttlSeconds: 600,
    reference: "#1001",
    autoConfirm: true,
    ...more,
  });
  const hold = async (quantity: number, more: object = {}) => {
    const placed = await placeHold(rig.deps, SOUTH, wanted(quantity, more));
    await rig.settle();
    return placed.outcome === "held" ? placed.hold.poolLocation : placed;
  };

  it("is placed where all of it is, or where it was asked for, and tells its participants", async () => {
    await share(3, 8);
    expect(await hold(2, { poolLocation: defaultPoolLocation })).toBe(defaultPoolLocation);
    expect(await shown()).toEqual({ north: [1, 8], south: [1, 8] });
    expect(await hold(4)).toBe(west);
    expect(await shown()).toEqual({ north: [1, 4], south: [1, 4] });
    expect((await rig.quantities(SOUTH, sku, 1)).reserved).toBe(4);
    expect(await hold(5)).toEqual({ outcome: "not_enough", free: 4 });
    expect(await hold(2, { poolLocation: defaultPoolLocation })).toEqual({
      outcome: "not_enough",
      free: 1,
    });
    const guessed = await hold(1, { poolLocation: "ploc_guessed" });
    expect(guessed).toMatchObject({ outcome: "wrong", field: "poolLocation" });
    expect(JSON.stringify(guessed)).toContain(west);
    const { items } = await listHolds(
      rig,
      { shop: SOUTH, groupId: rig.groupId },
      { limit: 9, sku },
    );
    expect(items.map(({ poolLocation, quantity }) => [poolLocation, quantity])).toEqual([
      [west, 4],
      [defaultPoolLocation, 2],
    ]);
  });

  it("is one of two that want the last units at one place; the other gets the other place's", async () => {
    await share(5, 5);
    const placed = await Promise.all([0, 1, 2].map(() => placeHold(rig.deps, SOUTH, wanted(5))));
    const held = placed.flatMap((one) => (one.outcome === "held" ? [one.hold.poolLocation] : []));
    expect(held.sort()).toEqual([defaultPoolLocation, west].sort());
    await rig.settle();
    expect(await shown()).toEqual({ north: [0, 0], south: [0, 0] });
  });

  it("keeps its place until it is over, and is shown elsewhere after that", async () => {
    await share(3, 8);
    const placed = await placeHold(rig.deps, SOUTH, wanted(4, { poolLocation: west }));
    await rig.settle();
    await show(south, 0, null);
    await rig.settle();
    expect(await available(SOUTH)).toEqual([3, 4]);
    const id = placed.outcome === "held" ? placed.hold.id : "";
    await releaseHold(rig.deps, SOUTH, id, "Done.");
    await rig.settle();
    await linkAllStores(rig.deps);
    await rig.settle();
    expect([await quantities(), await available(SOUTH)]).toEqual([
      [3, 8],
      [3, 0],
    ]);
  });
});

describe("which article of a store is meant", () => {
  const listed = async (state: "doubt" | "linked" | "apart" | "absent") =>
    (
      (await listLinks(rig, SOUTH, { state, limit: 9, after: null, search: sku }))?.items ?? []
    ).filter((one) => one.sku === sku);

  it("is asked once and decided once, for every pool location", async () => {
    const learn = (shop: string, barcode: string) =>
      rig.db.transaction((tx) => {
        const { itemId } = rig.levelOf(shop, sku);
        const link = { inventoryItemId: itemId, variantId: null, productId: null, sku, barcode };
        return linkSkus(tx, shop, [link]);
      });
    await learn(NORTH, "40001");
    await learn(SOUTH, "49999");
    const doubts = await countDoubts(rig.db, SOUTH);
    await share(6, 3);
    expect(await shown()).toEqual({ north: [6, 3], south: [30, 31] });
    expect([await countDoubts(rig.db, SOUTH), (await listed("doubt")).length]).toEqual([
      doubts + 1,
      1,
    ]);
    const [{ poolId } = { poolId: "" }] = await listed("doubt");
    const { itemId } = rig.levelOf(SOUTH, sku);
    expect(await tieArticle(rig.deps, south, poolId, itemId)).toEqual({ outcome: "done" });
    await rig.settle();
    expect([await shown(), await countDoubts(rig.db, SOUTH)]).toEqual([
      { north: [6, 3], south: [6, 3] },
      doubts,
    ]);
    const [linked, ...others] = await listed("linked");
    expect([linked?.others, others]).toEqual([
      [expect.objectContaining({ shop: NORTH, barcode: "40001" })],
      [],
    ]);
    expect(await keepApart(rig.deps, south, poolId)).toEqual({ outcome: "done" });
    await share(5, 2);
    expect(await shown()).toEqual({ north: [5, 2], south: [6, 3] });
    expect([(await listed("apart")).length, await listed("absent")]).toEqual([1, []]);
    await learn(SOUTH, "40001");
    await linkByRule(rig.deps, south, poolId);
    await rig.settle();
    expect(await shown()).toEqual({ north: [5, 2], south: [5, 2] });
  });

  it("is decided for a pool location that gets stock only later", async () => {
    await say(6, defaultPoolLocation);
    await rig.settle();
    const [{ poolId } = { poolId: "" }] = await listed("linked");
    await keepApart(rig.deps, south, poolId);
    await say(4, "west");
    await rig.settle();
    expect(await shown()).toEqual({ north: [6, 4], south: [6, 31] });
  });
});
