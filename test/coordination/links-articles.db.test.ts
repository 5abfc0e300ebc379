import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  countDoubts,
  findArticles,
  keepApart,
  leaveGroup,
  linkByRule,
  listLinks,
  placeHold,
  releaseHold,
  tieArticle,
} from "#app/coordination/index.server.ts";
import type { LinkState } from "#app/coordination/types.ts";
import { linkSkus } from "#app/mirror/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

/** Which article of a store is shown from a pool: found by itself, asked about, or said by hand. */

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
let other: string;
const caller = { shop: SOUTH, actor: "user:2" };

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  rig.restore();
  const [first, second] = rig.shared.splice(0, 2);
  if (first === undefined || second === undefined) throw new Error("the twin has too few articles");
  [sku, other] = [first, second];
  for (const one of [sku, other]) {
    rig.edit(NORTH, one, 4);
    rig.edit(SOUTH, one, 31);
    await rig.hint(NORTH, one);
    await rig.hint(SOUTH, one);
  }
  await rig.settle();
});

const learn = (shop: string, of: string, told: { sku: string; barcode: string }) =>
  rig.db.transaction((tx) =>
    linkSkus(tx, shop, [
      {
        inventoryItemId: rig.levelOf(shop, of).itemId,
        variantId: null,
        productId: null,
        ...told,
      },
    ]),
  );
const share = async (available: number) => {
  await rig.say(sku, { available });
  await rig.settle();
};
const shown = async (of = sku) => [
  (await rig.quantities(NORTH, sku)).available,
  (await rig.quantities(SOUTH, of)).available,
];
const listed = async (state: LinkState) => {
  const page = { state, limit: 10, after: null, search: sku };
  return (await listLinks(rig, SOUTH, page))?.items.find((one) => one.sku === sku);
};
const poolId = async (state: LinkState) => (await listed(state))?.poolId ?? "";

describe("an article of a group", () => {
  it("with another barcode in a store waits until somebody says that it is the same", async () => {
    await learn(NORTH, sku, { sku, barcode: "40001" });
    await learn(SOUTH, sku, { sku, barcode: "49999" });
    await share(10);
    expect(await shown()).toEqual([10, 31]);
    expect(await listed("doubt")).toMatchObject({
      reason: "other_barcode",
      candidates: [{ sku, barcode: "49999" }],
      others: [{ shop: NORTH, barcode: "40001" }],
    });
    const { itemId } = rig.levelOf(SOUTH, sku);
    const pool = await poolId("doubt");
    // Two people at once: one link, and both are told that it is done.
    const both = await Promise.all([
      tieArticle(rig.deps, caller, pool, itemId),
      tieArticle(rig.deps, caller, pool, itemId),
    ]);
    expect(both).toEqual([{ outcome: "done" }, { outcome: "done" }]);
    await rig.settle();
    expect(await shown()).toEqual([10, 10]);
    expect(await countDoubts(rig.db, SOUTH)).toBe(0);
    const { rows } = await rig.db.query(
      "SELECT action, actor FROM audit_entries WHERE shop = $1 AND subject = $2",
      [SOUTH, pool],
    );
    expect(rows).toEqual([{ action: "pool-link.tied", actor: "user:2" }]);
  });

  it("is in no doubt any more once the barcode was set right", async () => {
    await learn(NORTH, sku, { sku, barcode: "40002" });
    await learn(SOUTH, sku, { sku, barcode: "49998" });
    await share(10);
    expect(await listed("doubt")).toBeDefined();
    await learn(SOUTH, sku, { sku, barcode: "40002" });
    await share(11);
    expect([await shown(), await countDoubts(rig.db, SOUTH)]).toEqual([[11, 11], 0]);
  });

  it("without a SKU in a store is known by its barcode; under another SKU it is asked about", async () => {
    await learn(NORTH, sku, { sku, barcode: "40003" });
    await learn(SOUTH, sku, { sku: "", barcode: "40003" });
    await share(10);
    expect(await shown()).toEqual([10, 10]);
    const pool = await poolId("linked");
    await keepApart(rig.deps, caller, pool);
    await learn(SOUTH, sku, { sku: `${sku}-S`, barcode: "40003" });
    expect(await linkByRule(rig.deps, caller, pool)).toEqual({ outcome: "done" });
    await rig.settle();
    expect(await listed("doubt")).toMatchObject({ reason: "other_sku" });
  });

  it("that is carried twice is the one that somebody chooses, and another one later", async () => {
    await learn(NORTH, sku, { sku, barcode: "" });
    await learn(SOUTH, other, { sku, barcode: "" });
    await share(10);
    expect(await listed("doubt")).toMatchObject({ reason: "sku_twice" });
    const pool = await poolId("doubt");
    const found = await findArticles(rig, SOUTH, sku);
    expect(found.map(({ itemId }) => itemId).sort()).toEqual(
      [rig.levelOf(SOUTH, sku).itemId, rig.levelOf(SOUTH, other).itemId].sort(),
    );
    await tieArticle(rig.deps, caller, pool, rig.levelOf(SOUTH, other).itemId);
    await rig.settle();
    expect([await shown(), await shown(other)]).toEqual([
      [10, 31],
      [10, 10],
    ]);
    await tieArticle(rig.deps, caller, pool, rig.levelOf(SOUTH, sku).itemId);
    await rig.settle();
    expect(await shown()).toEqual([10, 10]);
  });

  it("kept apart keeps its own stock, until it is linked again", async () => {
    await share(10);
    const pool = await poolId("linked");
    expect(await keepApart(rig.deps, caller, pool)).toEqual({ outcome: "done" });
    await share(6);
    rig.sell(SOUTH, sku, 2);
    await rig.hint(SOUTH, sku);
    await rig.settle();
    expect([await shown(), (await rig.pool(sku))?.quantity]).toEqual([[6, 8], 6]);
    expect(await listed("apart")).toBeDefined();
    await linkByRule(rig.deps, caller, pool);
    await rig.settle();
    expect(await shown()).toEqual([6, 6]);
  });

  it("cannot be taken out of the pool while the store holds units of it", async () => {
    await share(10);
    const pool = await poolId("linked");
    const wanted = { sku, quantity: 2, participants: [], ttlSeconds: 600, reference: "Order" };
    const placed = await placeHold(rig.deps, SOUTH, { ...wanted, autoConfirm: false });
    await rig.settle();
    expect(await keepApart(rig.deps, caller, pool)).toMatchObject({ outcome: "refused" });
    expect(await tieArticle(rig.deps, caller, pool, "gid://shopify/InventoryItem/1")).toMatchObject(
      { outcome: "refused" },
    );
    expect((await rig.pool(sku))?.held).toBe(2);
    const id = placed.outcome === "held" ? placed.hold.id : "";
    await releaseHold(rig.deps, SOUTH, id, "Not needed.");
    await rig.settle();
    expect(await keepApart(rig.deps, caller, pool)).toEqual({ outcome: "done" });
  });

  it("is nobody's business outside of the group", async () => {
    await share(10);
    const pool = await poolId("linked");
    const stranger = { shop: "elsewhere.myshopify.com", actor: "user:9" };
    expect(await keepApart(rig.deps, stranger, pool)).toEqual({ outcome: "gone" });
    await keepApart(rig.deps, caller, pool);
    expect(await leaveGroup(rig, caller, rig.groupId)).toEqual({ outcome: "left" });
    const left = await rig.db.query("SELECT 1 FROM pool_links WHERE shop = $1", [SOUTH]);
    expect(left.rows).toEqual([]);
  });
});
