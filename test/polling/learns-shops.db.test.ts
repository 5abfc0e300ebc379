import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { skusOf } from "#app/mirror/index.server.ts";
import { learnShop, type LearnDeps } from "#app/polling/index.server.ts";
import { ProductVariantPageDocument, ShopDetailsDocument } from "#app/shopify/index.server.ts";
import { getShop, uninstallShop } from "#app/shops/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const perPage = 3;
const itemGid = (index: number) => `gid://shopify/InventoryItem/${String(index)}`;

/** A store's catalogue behind the two questions that learning asks; fails when told to. */
function fakeShopify(variants: readonly (string | null)[]) {
  const asked: (string | null)[] = [];
  const fake = {
    asked,
    /** The number of the page request that fails; none when zero. */
    failAt: 0,
    graphql: (async (_shop: string, document: unknown, variables: { after?: string | null }) => {
      if (document === ShopDetailsDocument) return { shop: details };
      if (document !== ProductVariantPageDocument) throw new Error("an unexpected question");
      asked.push(variables.after ?? null);
      if (asked.length === fake.failAt) throw new Error("Shopify is down");
      const from = Number(variables.after ?? 0);
      const nodes = variants.slice(from, from + perPage).map((sku, offset) => ({
        id: `gid://shopify/ProductVariant/${String(from + offset)}`,
        sku,
        product: { id: "gid://shopify/Product/1" },
        inventoryItem: { id: itemGid(from + offset) },
      }));
      const end = from + nodes.length;
      return {
        productVariants: {
          nodes,
          pageInfo: { hasNextPage: end < variants.length, endCursor: String(end) },
        },
      };
    }) as LearnDeps["shopify"]["graphql"],
  };
  return fake;
}

const details = {
  name: "North",
  currencyCode: "EUR",
  ianaTimezone: "Europe/Berlin",
  plan: { publicDisplayName: "Plus" },
};

const learn = (shop: string, shopify: LearnDeps["shopify"]) =>
  learnShop({ db: rig.db, clock: rig.clock, shopify }, shop);
const items = Array.from({ length: 10 }, (_, index) => itemGid(index));

describe("learning a shop", () => {
  it("reads every page, leaves out variants without SKU, and says when it is done", async () => {
    const shop = await rig.installedShop();
    const shopify = fakeShopify(["A", null, "C", "D", "", "F", "G"]);
    await learn(shop, shopify);
    expect(shopify.asked).toEqual([null, "3", "6"]);
    expect(Object.fromEntries(await skusOf(rig.db, shop, items))).toEqual({
      [itemGid(0)]: "A",
      [itemGid(2)]: "C",
      [itemGid(3)]: "D",
      [itemGid(5)]: "F",
      [itemGid(6)]: "G",
    });
    const view = await getShop(rig.db, shop);
    expect(view).toMatchObject({ name: "North", currency: "EUR", plan: "Plus" });
    expect(view?.learnedAt).not.toBeNull();
  });

  it("interrupted keeps what it has, is not done, and starts over", async () => {
    const shop = await rig.installedShop();
    const shopify = fakeShopify(["A", "B", "C", "D", "E"]);
    shopify.failAt = 2;
    await expect(learn(shop, shopify)).rejects.toThrow("Shopify is down");
    expect((await skusOf(rig.db, shop, items)).size).toBe(3);
    expect((await getShop(rig.db, shop))?.learnedAt).toBeNull();
    await learn(shop, shopify);
    expect((await skusOf(rig.db, shop, items)).size).toBe(5);
    expect((await getShop(rig.db, shop))?.learnedAt).not.toBeNull();
    expect(shopify.asked).toEqual([null, "3", null, "3"]);
  });

  it("repeated changes nothing but what changed in Shopify", async () => {
    const shop = await rig.installedShop();
    await learn(shop, fakeShopify(["A", "B"]));
    await learn(shop, fakeShopify(["A", "B2"]));
    expect(Object.fromEntries(await skusOf(rig.db, shop, items))).toEqual({
      [itemGid(0)]: "A",
      [itemGid(1)]: "B2",
    });
  });

  it("of an empty shop is done at once", async () => {
    const shop = await rig.installedShop();
    await learn(shop, fakeShopify([]));
    expect((await getShop(rig.db, shop))?.learnedAt).not.toBeNull();
  });

  it("of a shop that is gone asks Shopify nothing", async () => {
    const shop = await rig.installedShop();
    await rig.db.transaction((tx) => uninstallShop(tx, shop, null, Date.now()));
    const shopify = fakeShopify(["A"]);
    await learn(shop, shopify);
    expect(shopify.asked).toEqual([]);
  });
});
