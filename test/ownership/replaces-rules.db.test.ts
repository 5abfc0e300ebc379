import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectSystem, disconnectSystem } from "#app/connections/index.server.ts";
import { readRules, replaceRules } from "#app/ownership/index.server.ts";
import { listSystems, parseNewSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

async function connect(kind: string) {
  const url = `http://127.0.0.1:9/${kind}`;
  const parsed = parseNewSystem(
    { name: kind, kind, url, domains: ["inventory"] },
    { allowPrivate: true },
  );
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return (await connectSystem(rig, shop, "user:1", parsed.value)).system.id;
}

const ownerOf = async (domain: string) =>
  (await readRules(rig.db, shop)).find((rule) => rule.domain === domain)?.owner;
const replace = (items: unknown) =>
  replaceRules({ ...rig, systemsOf: listSystems }, shop, "user:1", items);

describe("the rules of a shop", () => {
  it("begin with everything Shopify's; a system gets what its kind owns by nature, and gives it back", async () => {
    shop = await rig.installedShop();
    expect(new Set((await readRules(rig.db, shop)).map((rule) => rule.owner))).toEqual(
      new Set(["shopify"]),
    );
    const warehouse = await connect("wms");
    const crm = await connect("crm");
    const another = await connect("wms");
    expect([await ownerOf("inventory"), await ownerOf("customers")]).toEqual([warehouse, crm]);
    expect(await ownerOf("products")).toBe("shopify");
    await disconnectSystem(rig, shop, "user:1", warehouse);
    expect(await ownerOf("inventory")).toBe("shopify");
    expect(another).not.toBe(warehouse);
  });

  it("that a person chose are not taken by a new system", async () => {
    shop = await rig.installedShop();
    await replace([{ domain: "inventory", owner: "shopify" }]);
    await connect("wms");
    expect(await ownerOf("inventory")).toBe("shopify");
  });

  it("are replaced whole or not at all", async () => {
    shop = await rig.installedShop();
    const warehouse = await connect("wms");
    const bad = [
      { domain: "inventory", owner: "shopify" },
      { domain: "orders", owner: "nobody" },
    ];
    expect(await replace(bad)).toMatchObject({ ok: false, errors: [{ field: "items[1].owner" }] });
    expect(await ownerOf("inventory")).toBe(warehouse);
    await replace([{ domain: "products", owner: warehouse, onForeignWrite: "accept" }]);
    expect([await ownerOf("inventory"), await ownerOf("products")]).toEqual(["shopify", warehouse]);
  });

  it("of two people at once are one's, whole", async () => {
    shop = await rig.installedShop();
    const warehouse = await connect("wms");
    const mine = [
      { domain: "inventory", owner: warehouse },
      { domain: "orders", owner: warehouse },
    ];
    const yours = [
      { domain: "products", owner: warehouse },
      { domain: "pricing", owner: warehouse },
    ];
    await Promise.all([replace(mine), replace(yours), replace(mine), replace(yours)]);
    const owned = (await readRules(rig.db, shop))
      .filter((rule) => rule.owner === warehouse)
      .map((rule) => rule.domain);
    expect([
      ["inventory", "orders"],
      ["products", "pricing"],
    ]).toContainEqual(owned);
  });

  it("never name a system that was disconnected at the same moment", async () => {
    for (let round = 0; round < 5; round += 1) {
      shop = await rig.installedShop();
      const crm = await connect("crm");
      await Promise.all([
        replace([{ domain: "inventory", owner: crm }]),
        disconnectSystem(rig, shop, "user:1", crm),
      ]);
      expect(await ownerOf("inventory")).toBe("shopify");
    }
  });
});
