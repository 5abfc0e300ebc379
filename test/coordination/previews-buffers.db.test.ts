import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mapLocations, previewBuffers, replaceBuffers } from "#app/coordination/index.server.ts";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createTwoPlaceRig, type TwoPlaceRig } from "./two-places.ts";

/**
 * What rules would lead to for articles that are kept at two pool locations: the default one, at the
 * first place of each store, and West, at the second.
 */

let rig: TwoPlaceRig["rig"];
let west: string;
let sku: string;

const north = { shop: NORTH, actor: "user:1" };
const south = { shop: SOUTH, actor: "user:2" };

beforeAll(async () => {
  ({ rig, west } = await createTwoPlaceRig());
});
afterAll(() => rig.close());
beforeEach(newArticle);

/** Goes on with one that no test has had yet, which both stores have at both places. */
async function newArticle() {
  sku = rig.nextShared();
  for (const caller of [north, south]) await show(caller, true);
  for (const { shop } of [north, south])
    for (const place of [0, 1]) {
      rig.edit(shop, sku, 30, place);
      await rig.hint(shop, sku, undefined, place);
    }
  await rig.settle();
}

/** Has a store show the default pool location at its first place, and West at its second or nowhere. */
async function show(caller: typeof north, alsoWest: boolean) {
  const at = (place: number) => rig.levelOf(caller.shop, sku, place).locationId;
  const items = [
    { poolLocation: defaultPoolLocation, shownAt: at(0) },
    { poolLocation: west, shownAt: alsoWest ? at(1) : null },
  ];
  expect(await mapLocations(rig.deps, caller, items)).toEqual({ outcome: "mapped" });
}

/** The owner's word of the article at both pool locations. */
const share = async (first: number, second: number) => {
  const now = new Date().toISOString();
  await rig.say(sku, { available: first }, now);
  await rig.say(sku, { available: second }, now, west);
  await rig.settle();
};
const rulesOf = (rules: readonly object[]) =>
  rules.map((rule) => ({ groupId: rig.groupId, mode: "fixed", value: 0, ...rule }));
const preview = async (...rules: object[]) => {
  const previewed = await previewBuffers(rig.deps, NORTH, rulesOf(rules));
  if (!previewed.ok) throw new Error(JSON.stringify(previewed.errors));
  return previewed.preview;
};
const keep = async (...rules: object[]) => {
  expect((await replaceBuffers(rig.deps, north, rulesOf(rules))).ok).toBe(true);
  await rig.settle();
};

describe("an article at two pool locations", () => {
  it("is one article, with the units that are kept back at both", async () => {
    await share(12, 5);
    expect(await preview({ sku, value: 2 })).toEqual({
      articles: 1,
      unavailable: 0,
      available: 0,
      keptBack: 4,
    });
    // Of a pool of which stores keep different figures back, the most counts.
    const { locationId } = rig.levelOf(SOUTH, sku, 1);
    const more = { sku, shop: SOUTH, locationId, value: 3 };
    expect(await preview({ sku, value: 2 }, more)).toMatchObject({ articles: 1, keptBack: 5 });
    expect(await preview({ sku, value: 0 })).toMatchObject({ articles: 0, keptBack: 0 });
  });

  it("is unavailable only where a store has none left at any of its places", async () => {
    await share(12, 5);
    expect(await preview({ sku, value: 5 })).toMatchObject({ articles: 1, unavailable: 0 });
    expect(await preview({ sku, value: 12 })).toMatchObject({ articles: 1, unavailable: 1 });
    expect(await preview({ sku, shop: SOUTH, value: 12 })).toMatchObject({ unavailable: 1 });
    const at = (place: number) => rig.levelOf(SOUTH, sku, place).locationId;
    const nothingAt = (place: number) => ({
      sku,
      shop: SOUTH,
      locationId: at(place),
      value: 12,
    });
    expect(await preview(nothingAt(0))).toMatchObject({ articles: 1, unavailable: 0 });
    expect(await preview(nothingAt(1))).toMatchObject({ articles: 1, unavailable: 0 });
    expect(await preview(nothingAt(0), nothingAt(1))).toMatchObject({
      articles: 1,
      unavailable: 1,
    });
  });

  it("is unavailable in the store that shows only one of them, and in none that sold none before", async () => {
    await share(3, 9);
    await show(south, false);
    await rig.settle();
    expect(await preview({ sku, value: 5 })).toMatchObject({ articles: 1, unavailable: 1 });
    expect(await preview({ sku, shop: NORTH, value: 5 })).toMatchObject({ unavailable: 0 });
    await share(0, 9);
    expect(await preview({ sku, value: 5 })).toMatchObject({ articles: 1, unavailable: 0 });
  });

  it("is not sold at a place that is being left", async () => {
    await share(3, 9);
    await show(south, false);
    // Nothing has been done about it yet: West is still shown there.
    const { rows } = await rig.db.query<{ shop: string }>(
      `UPDATE pool_levels SET leaving = true WHERE shop = $1 AND level_id = $2 RETURNING shop`,
      [SOUTH, rig.levelOf(SOUTH, sku, 1).id],
    );
    expect(rows).toEqual([{ shop: SOUTH }]);
    expect(await preview({ sku, value: 5 })).toMatchObject({ articles: 1, unavailable: 1 });
    await rig.settle();
  });

  it("is on sale again once, wherever it is", async () => {
    await share(4, 4);
    await keep({ sku, value: 4 });
    expect(await preview()).toEqual({ articles: 1, unavailable: 0, available: 1, keptBack: 0 });
    const { locationId } = rig.levelOf(SOUTH, sku, 1);
    const given = { sku, shop: SOUTH, locationId, value: 3 };
    expect(await preview({ sku, value: 4 }, given)).toEqual({
      articles: 1,
      unavailable: 0,
      available: 1,
      keptBack: 8,
    });
    await keep();
  });

  it("may be on sale again in one store and gone in the other", async () => {
    await share(4, 4);
    await keep({ sku, shop: NORTH, value: 4 });
    expect(await preview({ sku, shop: SOUTH, value: 4 })).toEqual({
      articles: 1,
      unavailable: 1,
      available: 1,
      keptBack: 8,
    });
    await keep();
  });

  it("is counted beside others, each once", async () => {
    await share(5, 5);
    const first = sku;
    await newArticle();
    await share(2, 0);
    const rules = [first, sku].map((one) => ({ sku: one, value: 2 }));
    expect(await preview(...rules)).toEqual({
      articles: 2,
      unavailable: 1,
      available: 0,
      keptBack: 8,
    });
  });
});
