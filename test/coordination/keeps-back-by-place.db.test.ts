import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  editionOf,
  leaveGroup,
  listPools,
  previewBuffers,
  readAllCollections,
  readBuffers,
  readCollection,
  refreshBuffers,
  replaceBuffers,
} from "#app/coordination/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import { CollectionPageDocument, ProductVariantPageDocument } from "#app/shopify/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/** What is kept back in one store, at one location, of a collection, for a time. */

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
const caller = { shop: NORTH, actor: "user:1" };

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 40, south: 40 });
  await rig.tellBoth(sku);
  await rig.say(sku, { available: 20 });
  await rig.settle();
  rig.written.length = 0;
});
afterEach(() => keep());

/** Rules as they are sent, all of the group. */
const rulesOf = (rules: readonly object[]) =>
  rules.map((rule) => ({ groupId: rig.groupId, mode: "fixed", value: 0, ...rule }));
const save = async (...rules: object[]) => {
  const saved = await replaceBuffers(rig.deps, caller, rulesOf(rules));
  if (!saved.ok) throw new Error(JSON.stringify(saved.errors));
  return saved.rules;
};
const keep = async (...rules: object[]) => {
  await save(...rules);
  await rig.settle();
};
const shown = async () => [
  (await rig.quantities(NORTH, sku)).available,
  (await rig.quantities(SOUTH, sku)).available,
];
const inHours = (hours: number) => new Date(rig.clock.now() + hours * 3_600_000).toISOString();

describe("what is kept back", () => {
  it("is what the rule for a store says there, and what the rule for all says elsewhere", async () => {
    await keep({ value: 3 }, { shop: SOUTH, value: 8 });
    expect(await shown()).toEqual([17, 12]);
    rig.sell(SOUTH, sku, 10);
    await rig.hint(SOUTH, sku);
    await rig.settle();
    expect(await shown()).toEqual([7, 2]);
    await keep({ value: 3 }, { shop: SOUTH, value: 30 });
    expect(await shown()).toEqual([7, 0]);
    const page = { limit: 1, after: null, search: sku };
    const [pool] = (await listPools(rig.db, NORTH, page)).items;
    expect(pool).toMatchObject({ quantity: 10, buffer: 3, sellable: 7 });
    expect(pool?.stores.map(({ buffer, sellable, state }) => [buffer, sellable, state])).toEqual([
      [3, 7, "current"],
      [30, 0, "current"],
    ]);
  });

  it("follows a share of the pool in one store with every sale, down to its floor", async () => {
    await keep({ shop: NORTH, mode: "percent", value: 50, floor: 6 });
    expect(await shown()).toEqual([10, 20]);
    rig.sell(SOUTH, sku, 12);
    await rig.hint(SOUTH, sku);
    await rig.settle();
    expect(await shown()).toEqual([2, 8]);
  });

  it("is another at the location that a rule names, and the same at any other", async () => {
    const { locationId } = rig.levelOf(SOUTH, sku);
    await keep({ value: 1 }, { shop: SOUTH, locationId, value: 9 });
    expect(await shown()).toEqual([19, 11]);
    await keep({ value: 1 }, { shop: SOUTH, locationId: `${locationId}0`, value: 9 });
    expect(await shown()).toEqual([19, 19]);
  });

  it("is decided by priority before anything else", async () => {
    await keep(
      { value: 2, priority: 5 },
      { sku, value: 7 },
      { shop: NORTH, value: 9, priority: 6 },
    );
    expect(await shown()).toEqual([11, 18]);
  });

  it("is lowered at once and given free only on evidence of after that", async () => {
    await keep({ sku, shop: SOUTH, value: 15 });
    expect(await shown()).toEqual([20, 5]);
    // Units were sold meanwhile that nobody has told of: they are counted before more is shown.
    rig.sell(NORTH, sku, 18);
    await keep({ sku, shop: SOUTH, value: 1 });
    expect(await shown()).toEqual([2, 1]);
    expect(Math.max(...rig.written)).toBe(5);
  });

  it("survives a process that dies anywhere on the way", async () => {
    for (let step = 1; step <= 8; step += 1) {
      const value = step % 2 === 1 ? 12 : 4;
      await save({ value: 1 }, { shop: SOUTH, value });
      rig.dieAfter(step);
      for (let round = 0; round < 3; round += 1) await rig.step();
      rig.restore();
      await rig.settle();
      expect([step, await shown()]).toEqual([step, [19, 20 - value]]);
    }
  });
});

describe("a rule with a time", () => {
  const pass = async (hours: number) => {
    rig.later(hours * 3_600_000);
    await refreshBuffers(rig.deps);
    await rig.settle();
    return shown();
  };

  it("begins and ends by itself", async () => {
    await keep(
      { value: 1 },
      { shop: SOUTH, value: 9, activeFrom: inHours(1), activeUntil: inHours(3) },
    );
    try {
      expect(await shown()).toEqual([19, 19]);
      expect(await pass(2)).toEqual([19, 11]);
      expect(await pass(2)).toEqual([19, 19]);
    } finally {
      rig.later(-4 * 3_600_000);
    }
  });

  it("keeps more back in its peaks, which are previewed as of when they begin", async () => {
    const [from, to] = [inHours(1), inHours(3)];
    const rules = [{ shop: SOUTH, sku, value: 7, peakWindows: [{ from, to, factor: 2.5 }] }];
    const preview = async (at?: string) =>
      previewBuffers(rig.deps, NORTH, rulesOf(rules), at === undefined ? at : Date.parse(at));
    expect(await preview()).toMatchObject({ preview: { keptBack: 7 } });
    expect(await preview(from)).toMatchObject({ preview: { keptBack: 18 } });
    expect(await preview(to)).toMatchObject({ preview: { keptBack: 7 } });
    await keep(...rules);
    try {
      expect(await shown()).toEqual([20, 13]);
      expect(await pass(2)).toEqual([20, 2]);
      expect(await pass(2)).toEqual([20, 13]);
    } finally {
      rig.later(-4 * 3_600_000);
    }
  });

  it("is previewed as of when it begins", async () => {
    const items = rulesOf([{ sku, shop: SOUTH, value: 20, activeFrom: inHours(1) }]);
    const now = await previewBuffers(rig.deps, NORTH, items);
    expect(now).toMatchObject({ preview: { articles: 0, unavailable: 0, keptBack: 0 } });
    const then = await previewBuffers(rig.deps, NORTH, items, rig.clock.now() + 7_200_000);
    const preview = { articles: 1, unavailable: 1, available: 0, keptBack: 20 };
    expect(then).toEqual({ ok: true, preview });
    expect(await shown()).toEqual([20, 20]);
  });
});

describe("rules", () => {
  it("are not replaced by who has not seen them", async () => {
    const read = async () => (await readBuffers(rig.db, [rig.groupId])).get(rig.groupId) ?? [];
    const [mine, theirs] = [rulesOf([{ value: 2 }]), rulesOf([{ shop: SOUTH, value: 4 }])];
    const edition = editionOf(await read());
    expect((await replaceBuffers(rig.deps, caller, theirs, edition)).ok).toBe(true);
    const refused = await replaceBuffers(rig.deps, caller, mine, edition);
    expect(refused).toMatchObject({ ok: false, errors: [{ field: "edition" }] });
    expect(await read()).toMatchObject(theirs);
    const again = await replaceBuffers(rig.deps, caller, mine, editionOf(await read()));
    expect(again.ok).toBe(true);
    expect(await read()).toMatchObject(mine);
  });
});

describe("peaks that were kept as they were written", () => {
  it("are told like newer ones, so that they can be saved again", async () => {
    await save({ peakWindows: [{ from: inHours(1), to: inHours(2), factor: 2 }] });
    await rig.db.query(
      `UPDATE inventory_buffers
       SET peak_windows = '[{ "from": "2026-11-27", "to": "Nov 28 2026 00:00 +0100", "factor": 3 }]'
       WHERE group_id = $1`,
      [rig.groupId],
    );
    const [rule] = (await readBuffers(rig.db, [rig.groupId])).get(rig.groupId) ?? [];
    expect(rule?.peakWindows).toEqual([
      { from: "2026-11-27T00:00:00.000Z", to: "2026-11-27T23:00:00.000Z", factor: 3 },
    ]);
    expect(await save({ ...rule })).toEqual([rule]);
  });
});

describe("a rule for a collection", () => {
  /** The collection of the store that has the article, and the product it is of. */
  const learn = async (shop: string) => {
    const { productVariants } = await rig.shopify.graphql(shop, ProductVariantPageDocument, {
      after: null,
    });
    await rig.db.transaction((tx) =>
      linkSkus(
        tx,
        shop,
        productVariants.nodes.map(({ sku: code, id, product, inventoryItem }) => ({
          sku: code ?? "",
          variantId: id,
          productId: product.id,
          inventoryItemId: inventoryItem.id,
        })),
      ),
    );
  };
  const members = async () => {
    const { rows } = await rig.db.query<{ id: string; products: string[] }>(
      `SELECT collection_id AS id, array_agg(product_id) AS products
       FROM collection_products WHERE shop = $1 GROUP BY 1`,
      [NORTH],
    );
    return new Map(rows.map(({ id, products }) => [id, products]));
  };

  /** Reads the collections that were asked for, and what follows. */
  const readAsked = async () => {
    const asked = rig.bench.jobs.filter((job) => job.name === "read-collection");
    for (const job of asked) {
      rig.bench.jobs.splice(rig.bench.jobs.indexOf(job), 1);
      await readCollection(rig.deps, job.payload as JobPayload<"read-collection">);
    }
    await rig.settle();
  };

  it("is about the articles in it, in all stores, from its first preview on", async () => {
    await learn(NORTH);
    const { collections } = await rig.shopify.graphql(NORTH, CollectionPageDocument, {
      after: null,
    });
    const learnt = async () => {
      for (const { id: collectionId } of collections.nodes) {
        const items = rulesOf([{ collectionId, value: 5 }]);
        expect(await previewBuffers(rig.deps, NORTH, items)).toMatchObject({ ok: true });
      }
    };
    await learnt();
    const product = await rig.db.query<{ id: string }>(
      "SELECT product_id AS id FROM sku_links WHERE shop = $1 AND sku = $2",
      [NORTH, sku],
    );
    const productId = product.rows[0]?.id ?? "";
    const all = [...(await members())];
    const its = all.find(([, products]) => products.includes(productId))?.[0];
    const other = all.find(([, products]) => !products.includes(productId))?.[0];
    await keep({ value: 1 }, { collectionId: its, value: 5 });
    expect(await shown()).toEqual([15, 15]);
    // Whoever saves without a preview has it read afterwards.
    await rig.db.query("DELETE FROM collection_products");
    await keep({ value: 1 }, { collectionId: its, value: 6 });
    expect(await shown()).toEqual([19, 19]);
    await readAsked();
    expect(await shown()).toEqual([14, 14]);
    await learnt();
    await keep({ value: 1 }, { collectionId: other, value: 5 });
    expect(await shown()).toEqual([19, 19]);
    await keep({ value: 1 }, { collectionId: its, shop: SOUTH, value: 5 });
    expect(await shown()).toEqual([19, 15]);
    // It is taken out of the collection, which the next round of reading finds.
    rig.putAround(async (ask, _shop, text) => {
      const answer = (await ask()) as { collection?: { products: { nodes: { id: string }[] } } };
      if (text.includes("query CollectionProducts") && answer.collection) {
        const { products } = answer.collection;
        products.nodes = products.nodes.filter(({ id }) => id !== productId);
      }
      return answer;
    });
    await readAllCollections(rig.deps);
    await readAsked();
    expect(await shown()).toEqual([19, 19]);
  });

  it("is refused before it is saved when there is no such collection, or Shopify is silent", async () => {
    const items = rulesOf([{ value: 1 }, { collectionId: "gid://shopify/Collection/1", value: 5 }]);
    const field = "items.1.collectionId";
    const unknown = await previewBuffers(rig.deps, NORTH, items);
    expect(unknown).toMatchObject({
      ok: false,
      errors: [{ field, message: expect.stringContaining("No store") as string }],
    });
    rig.putAround(() => Promise.reject(new Error("no answer")));
    const silent = await previewBuffers(rig.deps, NORTH, items);
    expect(silent).toMatchObject({
      ok: false,
      errors: [{ field, message: expect.stringContaining("Shopify") as string }],
    });
  });
});

describe("a store that leaves the group", () => {
  it("takes the rules along that are only about it", async () => {
    await keep({ value: 3 }, { shop: SOUTH, value: 8 });
    expect(await leaveGroup(rig.deps, { shop: SOUTH, actor: "user:2" }, rig.groupId)).toEqual({
      outcome: "left",
    });
    const left = await readBuffers(rig.db, [rig.groupId]);
    expect(left.get(rig.groupId)).toMatchObject([{ value: 3 }]);
  });
});
