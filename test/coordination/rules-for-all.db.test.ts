import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { connectSystem, disconnectSystem } from "#app/connections/index.server.ts";
import {
  createGroup,
  forgetGroupsOfShop,
  groupOf,
  joinGroup,
  leaveGroup,
  makePairingCode,
  ruleForAll,
  rulesForAll,
} from "#app/coordination/index.server.ts";
import {
  forgetRulesOfShop,
  hasChosenRules,
  readRules,
  readRulesInForce,
  replaceRules,
} from "#app/ownership/index.server.ts";
import type { OwnershipRule } from "#app/ownership/types.ts";
import { listSystems, parseNewSystem } from "#app/systems/index.server.ts";
import { tablesNaming } from "#test/privacy/whole-database.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";

/** What a group of stores rules about its data: for whom it holds, until when, and who hears of it. */

let rig: Rig;
let north: string;
let south: string;
let groupId: string;
/** Of north. */
let erp: string;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());

const by = (shop: string) => ({ shop, actor: "user:1" });
const deps = () => ({ ...rig, queue: holdJobs() });
const rule = (items: unknown, shop = north) => ruleForAll(rig, by(shop), groupId, items);
const own = (shop: string, items: unknown) =>
  replaceRules({ ...rig, systemsOf: listSystems, groupOf }, shop, "user:2", items);
const follow = (shop: string, ...domains: string[]) =>
  own(
    shop,
    domains.map((domain) => ({ domain, source: "group" })),
  );
const leave = (shop: string) => leaveGroup(rig, by(shop), groupId);
const pricing = (owner: string) => [{ domain: "pricing", owner, onForeignWrite: "revert" }];

async function ruleOf(shop: string, domain = "pricing"): Promise<OwnershipRule | undefined> {
  return (await readRules(rig.db, shop)).find((one) => one.domain === domain);
}
const ownerIn = async (shop: string, domain = "pricing") => (await ruleOf(shop, domain))?.owner;

async function connect(shop: string, kind: string): Promise<string> {
  const wanted = { name: kind, kind, url: "http://127.0.0.1:9/", domains: ["pricing"] };
  const parsed = parseNewSystem(wanted, { allowPrivate: true });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  return (await connectSystem(rig, shop, "user:1", parsed.value)).system.id;
}

async function told(shop: string): Promise<{ action: string; actor: string; detail: unknown }[]> {
  const { rows } = await rig.db.query<{ action: string; actor: string; detail: unknown }>(
    `SELECT action, actor, detail FROM audit_entries WHERE shop = $1 ORDER BY id`,
    [shop],
  );
  return rows;
}

beforeEach(async () => {
  [north, south] = [await rig.installedShop(), await rig.installedShop()];
  const group = await createGroup(deps(), by(north), { name: "Outdoor" });
  groupId = group?.id ?? "";
  const code = await makePairingCode(deps(), by(north), groupId);
  await joinGroup(deps(), by(south), { code: code?.code ?? "" });
  erp = await connect(north, "erp");
});

describe("a rule of the group", () => {
  it("holds in the stores that follow it, and in no other", async () => {
    expect(await rule(pricing(erp))).toMatchObject({ outcome: "ruled" });
    expect([await ownerIn(north), await ownerIn(south)]).toEqual(["shopify", "shopify"]);
    expect(await hasChosenRules(rig.db, south)).toBe(false);
    expect(await follow(south, "pricing")).toMatchObject({ ok: true });
    expect(await ruleOf(south)).toEqual({ ...pricing(erp)[0], source: "group" });
    expect(await hasChosenRules(rig.db, south)).toBe(true);
    expect(await ownerIn(north)).toBe("shopify");
    expect(await rulesForAll(rig.db, north, groupId)).toEqual([
      { ...pricing(erp)[0], followedBy: [south] },
    ]);
  });

  it("steps back behind a store's own, and holds again when that store follows again", async () => {
    const pim = await connect(south, "pim");
    await own(south, [{ domain: "pricing", owner: pim, onForeignWrite: "accept" }]);
    await rule(pricing(erp));
    expect(await ownerIn(south)).toBe(pim);
    await follow(south, "pricing");
    expect(await ownerIn(south)).toBe(erp);
    await own(south, [{ domain: "pricing", owner: "shopify" }]);
    expect(await ruleOf(south)).toEqual({ ...pricing("shopify")[0], onForeignWrite: "flag" });
    expect(await rulesForAll(rig.db, south, groupId)).toMatchObject([{ followedBy: [] }]);
  });

  it("changes for those who follow, whose logs tell it and name nobody", async () => {
    await rule(pricing(erp));
    await follow(south, "pricing");
    await rule([{ domain: "pricing", owner: "shopify" }]);
    expect(await ruleOf(south)).toMatchObject({ owner: "shopify", source: "group" });
    const heard = (await told(south)).at(-1);
    expect(heard).toEqual({
      action: "store-group.rule-changed",
      actor: "another store",
      detail: { domain: "pricing" },
    });
    expect((await told(north)).at(-1)).toMatchObject({
      action: "store-group.rules-replaced",
      actor: "user:1",
    });
    const before = (await told(south)).length;
    await rule([{ domain: "pricing", owner: "shopify" }]);
    expect(await told(south)).toHaveLength(before);
  });

  it("that is taken back leaves each store its own of before", async () => {
    const pim = await connect(south, "pim");
    await own(south, [{ domain: "pricing", owner: pim, onForeignWrite: "accept" }]);
    await rule(pricing(erp));
    await follow(south, "pricing");
    await rule([]);
    expect(await ruleOf(south)).toEqual({
      domain: "pricing",
      owner: pim,
      onForeignWrite: "accept",
    });
    await rule(pricing(erp));
    expect(await ownerIn(south)).toBe(pim);
  });

  it("leaves where points are kept to each store", async () => {
    await rule([{ domain: "loyalty", owner: erp }]);
    await own(south, [{ domain: "loyalty", source: "group", metafield: "crm.points" }]);
    expect(await ruleOf(south, "loyalty")).toMatchObject({ owner: erp, metafield: "crm.points" });
    await follow(south, "loyalty");
    expect(await ruleOf(south, "loyalty")).toMatchObject({ owner: erp, metafield: "crm.points" });
  });

  it("goes before what a system owns by nature, also of one that comes later", async () => {
    await rule([{ domain: "inventory", owner: "shopify" }]);
    await follow(south, "inventory");
    await connect(south, "wms");
    expect(await ownerIn(south, "inventory")).toBe("shopify");
    const from = (await readRulesInForce(rig.db, south)).map((one) => one.from);
    expect(from).toEqual(["group", ...Array<string>(6).fill("default")]);
    await rule([]);
    expect(await ownerIn(south, "inventory")).toBe("shopify");
  });

  it("names systems of its stores only, and is for its members to make", async () => {
    const stranger = await rig.installedShop();
    const theirs = await connect(stranger, "erp");
    await rule(pricing(erp));
    const refused = await rule([...pricing(erp), { domain: "orders", owner: theirs }]);
    expect(refused).toMatchObject({ outcome: "refused", errors: [{ field: "items[1].owner" }] });
    expect(await rule([], stranger)).toEqual({ outcome: "no_such_group" });
    expect(await rulesForAll(rig.db, stranger, groupId)).toBeNull();
    expect(await rulesForAll(rig.db, south, groupId)).toHaveLength(1);
    expect(await follow(stranger, "pricing")).toMatchObject({
      ok: false,
      errors: [{ field: "items[0].source" }],
    });
    expect(await follow(south, "pricing", "orders")).toMatchObject({
      ok: false,
      errors: [{ field: "items[1].source" }],
    });
    expect(await ownerIn(south)).toBe("shopify");
  });
});

describe("a store that leaves", () => {
  it("follows no more, at once: its own of before holds", async () => {
    const pim = await connect(south, "pim");
    await own(south, [{ domain: "pricing", owner: pim }]);
    await rule(pricing(erp));
    await follow(south, "pricing");
    expect(await leave(south)).toEqual({ outcome: "left" });
    expect(await ownerIn(south)).toBe(pim);
    expect(await rulesForAll(rig.db, north, groupId)).toMatchObject([{ followedBy: [] }]);
  });

  it("takes its systems with it: they own nothing in the others, who are told", async () => {
    await rule(pricing(erp));
    await follow(south, "pricing");
    await leave(north);
    expect(await ruleOf(south)).toMatchObject({ owner: "shopify", source: "group" });
    expect((await told(south)).at(-1)).toMatchObject({ action: "store-group.rule-changed" });
  });

  it("last takes the rules with it", async () => {
    await rule(pricing(erp));
    await follow(north, "pricing");
    await leave(south);
    await leave(north);
    expect(await ownerIn(north)).toBe("shopify");
    const left = await rig.db.query(
      `SELECT 1 AS one FROM group_ownership_rules WHERE group_id = $1
       UNION ALL SELECT 1 FROM ownership_followers WHERE group_id = $1`,
      [groupId],
    );
    expect(left.rows).toEqual([]);
  });

  it("while a rule names its system is either refused or owns nothing", async () => {
    await follow(south, "pricing");
    for (let round = 0; round < 5; round += 1) {
      const pim = await connect(south, "pim");
      await Promise.all([rule(pricing(pim)), leave(south)]);
      const rules = await rulesForAll(rig.db, north, groupId);
      expect(rules?.filter(({ owner }) => owner !== "shopify")).toEqual([]);
      const code = await makePairingCode(deps(), by(north), groupId);
      await joinGroup(deps(), by(south), { code: code?.code ?? "" });
    }
  });

  it("at the moment in which it says that it follows does not", async () => {
    await rule(pricing(erp));
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([follow(south, "pricing"), leave(south)]);
      expect(await ownerIn(south)).toBe("shopify");
      const code = await makePairingCode(deps(), by(north), groupId);
      await joinGroup(deps(), by(south), { code: code?.code ?? "" });
    }
  });

  it("and is forgotten is named nowhere, and owns nothing", async () => {
    await rule(pricing(erp));
    await follow(south, "pricing");
    await follow(north, "pricing");
    expect(await rig.db.transaction((tx) => forgetRulesOfShop(tx, north))).toBe(2);
    expect(await rig.db.transaction((tx) => forgetRulesOfShop(tx, north))).toBe(0);
    await forgetGroupsOfShop(rig.db, north);
    expect(await ruleOf(south)).toMatchObject({ owner: "shopify", source: "group" });
    expect(await tablesNaming(rig.db, north)).not.toContain("public.group_ownership_rules");
    expect(await tablesNaming(rig.db, north)).not.toContain("public.ownership_followers");
  });
});

describe("a system that is disconnected", () => {
  it("owns nothing by a rule of the group either", async () => {
    await rule([...pricing(erp), { domain: "orders", owner: erp }]);
    await follow(south, "pricing", "orders");
    await disconnectSystem(rig, north, "user:1", erp);
    expect([await ownerIn(south), await ownerIn(south, "orders")]).toEqual(["shopify", "shopify"]);
    const heard = (await told(south)).filter(({ action }) => action === "store-group.rule-changed");
    expect(heard).toHaveLength(2);
    expect(await rule(pricing(erp))).toMatchObject({ outcome: "refused" });
  });

  it("at the moment in which a rule names it is either refused or owns nothing", async () => {
    await rule(pricing("shopify"));
    await follow(south, "pricing");
    for (let round = 0; round < 5; round += 1) {
      const pim = await connect(north, "pim");
      await Promise.all([
        rule(pricing(pim), south),
        disconnectSystem(rig, north, "user:1", pim),
        rule(pricing(pim)),
      ]);
      expect(await ownerIn(south)).toBe("shopify");
    }
  });
});

describe("two at once", () => {
  it("that rule for the group are one's, whole", async () => {
    const items = (...domains: string[]) => domains.map((domain) => ({ domain, owner: erp }));
    const mine = items("pricing", "orders");
    const yours = items("products", "customers");
    await Promise.all([rule(mine), rule(yours, south), rule(mine, south), rule(yours)]);
    const domains = (await rulesForAll(rig.db, north, groupId))?.map(({ domain }) => domain);
    expect([
      ["orders", "pricing"],
      ["products", "customers"],
    ]).toContainEqual(domains);
  });

  it("of whom one follows what the other takes back end in a rule that is there, or none", async () => {
    for (let round = 0; round < 5; round += 1) {
      await rule(pricing(erp));
      await Promise.all([follow(south, "pricing"), rule([])]);
      expect(await ownerIn(south)).toBe("shopify");
    }
  });
});
