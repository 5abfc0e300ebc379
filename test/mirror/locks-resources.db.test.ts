import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  digestOf,
  linkSkus,
  lockResources,
  moveResources,
  skusOf,
} from "#app/mirror/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
  shop = await rig.installedShop();
});
afterAll(() => rig.close());

const key = (id: string) => ({ type: "InventoryLevel", id });
const tenMs = Date.parse("2026-11-23T10:00:00Z");

function moveTo(id: string, versionAtMs: number) {
  return {
    ...key(id),
    version: new Date(versionAtMs).toISOString(),
    versionAtMs,
    triggeredAtMs: versionAtMs + 7,
    deleted: false,
    digest: digestOf({ id }),
    state: Buffer.from("sealed"),
    eventId: "01900000-0000-7000-8000-000000000001",
  };
}

describe("a locked resource", () => {
  it("never seen before is older than anything", async () => {
    const known = await rig.db.transaction((tx) => lockResources(tx, shop, [key("new")]));
    expect(known.get("InventoryLevel new")).toMatchObject({
      versionAtMs: -Infinity,
      triggeredAtMs: null,
      deleted: false,
    });
  });

  it("is known as it was moved, to the millisecond", async () => {
    await rig.db.transaction(async (tx) => {
      await lockResources(tx, shop, [key("moved")]);
      await moveResources(tx, shop, [moveTo("moved", tenMs + 123)], tenMs);
    });
    const known = await rig.db.transaction((tx) => lockResources(tx, shop, [key("moved")]));
    expect(known.get("InventoryLevel moved")).toMatchObject({
      versionAtMs: tenMs + 123,
      triggeredAtMs: tenMs + 130,
      digest: digestOf({ id: "moved" }),
    });
  });

  it("stays with its transaction: the next one waits and sees what it did, new or not", async () => {
    for (const id of ["first-meeting", "first-meeting"]) {
      const order: string[] = [];
      let second: Promise<unknown> = Promise.resolve();
      await rig.db.transaction(async (tx) => {
        await lockResources(tx, shop, [key(id)]);
        second = rig.db.transaction(async (other) => {
          const known = await lockResources(other, shop, [key(id), key(`beside-${id}`)]);
          order.push("second");
          expect(known.get(`InventoryLevel ${id}`)?.versionAtMs).toBe(tenMs);
        });
        await sleep(100);
        await moveResources(tx, shop, [moveTo(id, tenMs)], tenMs);
        order.push("first");
      });
      await second;
      expect(order).toEqual(["first", "second"]);
    }
  });
});

describe("SKUs", () => {
  it("are learned, and keep what the news does not name", async () => {
    const link = (sku: string, variantId: string | null) => ({
      inventoryItemId: "gid://shopify/InventoryItem/1",
      variantId,
      productId: null,
      sku,
    });
    await linkSkus(rig.db, shop, [link("A", "gid://shopify/ProductVariant/1")]);
    await linkSkus(rig.db, shop, [link("A-2", null), link("A-3", null)]);
    const { rows } = await rig.db.query(
      "SELECT sku, variant_id FROM sku_links WHERE shop = $1 AND inventory_item_id = $2",
      [shop, "gid://shopify/InventoryItem/1"],
    );
    expect(rows).toEqual([{ sku: "A-3", variant_id: "gid://shopify/ProductVariant/1" }]);
    const unknown = await skusOf(rig.db, shop, ["gid://shopify/InventoryItem/404"]);
    expect(unknown.size).toBe(0);
  });
});
