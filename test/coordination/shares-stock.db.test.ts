import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listPools, readPoolChange } from "#app/coordination/index.server.ts";
import { learnLocations } from "#app/mirror/index.server.ts";
import { processEvents } from "#app/processing/index.server.ts";
import { loadInventory } from "#app/routes/app.inventory._index/inventory.presenter.server.ts";
import { readTimeline } from "#app/timeline/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 4, south: 31 });
  await rig.tellBoth(sku);
});

const shown = async () => [
  (await rig.quantities(NORTH, sku)).available,
  (await rig.quantities(SOUTH, sku)).available,
];
const quantity = async () => {
  const pool = await rig.pool(sku);
  expect(pool?.quantity).toBe(pool?.sum);
  return pool?.quantity;
};
const share = async (available: number) => {
  const id = await rig.say(sku, { available });
  await rig.settle();
  return id;
};

describe("stock that stores share", () => {
  it("is what its owner says, in every store", async () => {
    const id = await share(12);
    expect(await shown()).toEqual([12, 12]);
    expect(await readPoolChange(rig.db, NORTH, id)).toMatchObject({ status: "applied" });
    await rig.tellBoth(sku);
    expect([await quantity(), await shown()]).toEqual([12, [12, 12]]);
    await share(9);
    expect([await quantity(), await shown()]).toEqual([9, [9, 9]]);
    const { items } = await listPools(rig.db, NORTH, { limit: 1, after: null, search: sku });
    for (const { shop, onHand } of items[0]?.stores ?? []) {
      const { available, reserved, committed } = await rig.quantities(shop, sku);
      expect([shop, onHand]).toEqual([shop, available + reserved + committed]);
    }
  });

  it("is listed with the name of the location where the store that looks shows it", async () => {
    await share(12);
    const { locationId } = rig.levelOf(NORTH, sku);
    await learnLocations(rig.db, NORTH, [{ id: locationId, name: "Old Port Shop" }]);
    const page = await loadInventory(rig.deps, NORTH, { search: sku, after: null });
    const here = page.rows[0]?.stores.find((store) => store.shop === NORTH);
    expect(page.places[here?.locationId ?? ""]).toBe("Old Port Shop");
    // Another store's locations have no names here.
    expect(Object.keys(page.places)).toEqual([locationId]);
  });

  it("is shown where a store told of it at the very moment of the owner's first word", async () => {
    const fresh = rig.nextShared({ north: 9, south: 9 });
    await rig.say(fresh, { available: 3 });
    await rig.bench.run();
    await rig.hint(NORTH, fresh);
    const told = rig.bench.take();
    await rig.db.transaction(async (tx) => {
      await processEvents(rig.bench.deps, tx, told);
      expect(rig.bench.jobs.map((job) => job.name)).toContain("set-pool");
      await rig.settle();
    });
    await rig.settle();
    expect((await rig.quantities(NORTH, fresh)).available).toBe(9);
    rig.due("link-store");
    await rig.settle();
    expect((await rig.quantities(NORTH, fresh)).available).toBe(3);
    // It looks once more, and not for ever.
    expect(rig.bench.jobs.map((job) => job.name)).not.toContain("link-store");
  });

  it("has one story, told in each of its stores over all of them", async () => {
    await share(10);
    rig.sell(SOUTH, sku, 3);
    await rig.hint(SOUTH, sku);
    await rig.settle();
    const story = await readTimeline(rig, NORTH, rig.levelOf(NORTH, sku).id);
    expect(story).toContainEqual(
      expect.objectContaining({
        kind: "pool.sale",
        shop: SOUTH,
        summary: "Units were sold: 10 → 7.",
      }),
    );
    const heardInSouth = story.filter(
      ({ kind, shop }) => kind.startsWith("event.") && shop === SOUTH,
    );
    expect(heardInSouth.length).toBeGreaterThan(0);
    // An event is opened in its own store only.
    expect(heardInSouth.every(({ eventId }) => eventId === null)).toBe(true);
    const instants = story.map(({ at }) => Date.parse(at));
    expect(instants).toEqual([...instants].sort((a, b) => a - b));
  });

  it("sold in one store is gone in the others, however it is told", async () => {
    await share(10);
    rig.sell(NORTH, sku, 2);
    await rig.hint(NORTH, sku);
    await rig.hint(NORTH, sku);
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([8, [8, 8]]);
    // Told late, with a number of before: a hint is no count.
    await rig.hint(NORTH, sku, 9);
    await rig.tellBoth(sku);
    expect([await quantity(), await shown()]).toEqual([8, [8, 8]]);
  });

  it("sold in both stores at once is counted in both, before anything is written over it", async () => {
    await share(10);
    rig.sell(NORTH, sku, 3);
    rig.sell(SOUTH, sku, 4);
    // Only one of them is told: the write to the other finds the sale.
    await rig.hint(NORTH, sku);
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([3, [3, 3]]);
  });

  it("sold while the owner's word is on its way stays sold", async () => {
    await share(10);
    rig.sell(SOUTH, sku, 4);
    await share(7);
    expect([await quantity(), await shown()]).toEqual([3, [3, 3]]);
    const late = await rig.say(sku, { available: 50 }, new Date(Date.now() - 60_000).toISOString());
    await rig.settle();
    expect(await readPoolChange(rig.db, NORTH, late)).toMatchObject({ status: "superseded" });
    rig.sell(SOUTH, sku);
    const before = new Date().toISOString();
    await rig.hint(SOUTH, sku);
    await rig.settle();
    const conflict = await rig.say(sku, { available: 50 }, before);
    await rig.settle();
    expect(await readPoolChange(rig.db, NORTH, conflict)).toMatchObject({ status: "conflict" });
    expect([await quantity(), await shown()]).toEqual([2, [2, 2]]);
  });

  it("counted on hand leaves the units of open orders alone", async () => {
    await rig.say(sku, { onHand: 20 });
    await rig.settle();
    const open =
      (await rig.quantities(NORTH, sku)).committed + (await rig.quantities(SOUTH, sku)).committed;
    expect(await shown()).toEqual([20 - open, 20 - open]);
    rig.sell(NORTH, sku, 2);
    await rig.hint(NORTH, sku);
    await rig.settle();
    await rig.say(sku, { onHand: 25 });
    await rig.settle();
    expect(await shown()).toEqual([23 - open, 23 - open]);
  });

  it("edited by hand in a store is put back, and what is missing is missing everywhere", async () => {
    await share(10);
    rig.edit(NORTH, sku, 25);
    await rig.tellBoth(sku);
    expect([await quantity(), await shown()]).toEqual([10, [10, 10]]);
    rig.edit(SOUTH, sku, 6);
    await rig.tellBoth(sku);
    expect([await quantity(), await shown()]).toEqual([6, [6, 6]]);
  });

  it("is lowered at once, and raised only when every store was read since", async () => {
    await share(10);
    rig.putAround((ask, shop) => {
      if (shop === SOUTH) throw new Error("the store does not answer");
      return ask();
    });
    await rig.say(sku, { available: 15 });
    for (let round = 0; round < 12; round += 1) await rig.step();
    // South may have sold what is new: North waits for it.
    expect((await rig.quantities(NORTH, sku)).available).toBe(10);
    await rig.say(sku, { available: 5 });
    for (let round = 0; round < 12; round += 1) await rig.step();
    expect((await rig.quantities(NORTH, sku)).available).toBe(5);
    rig.putAround((ask) => ask());
    rig.sell(SOUTH, sku, 2);
    await rig.settle();
    expect([await quantity(), await shown()]).toEqual([3, [3, 3]]);
  });

  it("is raised without a store that has removed the app", async () => {
    await share(5);
    await rig.db.query("UPDATE shops SET uninstalled_at = now() WHERE shop = $1", [SOUTH]);
    await share(9);
    expect(await shown()).toEqual([9, 5]);
    await rig.db.query("UPDATE shops SET uninstalled_at = NULL WHERE shop = $1", [SOUTH]);
    await share(10);
    expect(await shown()).toEqual([10, 10]);
  });

  it("is shown by a store as soon as it is known to have the article", async () => {
    const { rows } = await rig.db.query<{ item: string }>(
      "DELETE FROM sku_links WHERE shop = $1 AND sku = $2 RETURNING inventory_item_id AS item",
      [SOUTH, sku],
    );
    await share(10);
    expect(await shown()).toEqual([10, 31]);
    const tail = rows[0]?.item.split("/").at(-1) ?? "";
    const body = `{"id":${tail},"sku":"${sku}","updated_at":"${new Date().toISOString()}"}`;
    await rig.bench.receive({ shop: SOUTH, topic: "inventory_items/update", body });
    await rig.settle();
    rig.sell(SOUTH, sku);
    await rig.hint(SOUTH, sku);
    await rig.settle();
    // What it had sold before was its own.
    expect([await quantity(), await shown()]).toEqual([10, [10, 10]]);
  });

  it("never counts a write whose answer was lost as a sale", async () => {
    await share(10);
    let lost = 0;
    rig.putAround(async (ask, _shop, text) => {
      const answer = await ask();
      if (text.includes("SetInventory") && lost < 2) {
        lost += 1;
        throw new Error("the answer was lost");
      }
      return answer;
    });
    await share(6);
    expect(lost).toBe(2);
    await rig.tellBoth(sku);
    expect([await quantity(), await shown()]).toEqual([6, [6, 6]]);
  });
});
