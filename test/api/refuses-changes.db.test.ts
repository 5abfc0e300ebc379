import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ApiRig, createApiRig } from "./api-rig.ts";

/** What a system or a script gets wrong is named, with the way out, and nothing is written. */

let api: ApiRig;
let merchant: string;
let system: { id: string; apiKey: string };

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

beforeEach(async () => {
  merchant = api.merchant(await api.rig.installedShop());
  const wanted = { name: "CRM", kind: "crm", url: "http://127.0.0.1:9/hook", domains: ["loyalty"] };
  system = (await api.call(merchant, "POST", "/systems", wanted)).body as typeof system;
  const domains = ["inventory", "loyalty", "pricing"];
  const items = domains.map((domain) => ({ domain, owner: system.id }));
  expect((await rules(items)).status).toBe(200);
});

const rules = (items: unknown) => api.call(merchant, "PUT", "/ownership-rules", { items });
const readRules = async () =>
  (await api.call(merchant, "GET", "/ownership-rules")).body as {
    items: { domain: string; owner: string; metafield?: string }[];
  };
const change = (body: object) => api.call(system.apiKey, "POST", "/changes", body);
const nothingTaken = () => expect(api.queue.jobs).toEqual([]);

const level = "gid://shopify/InventoryLevel/1?inventory_item_id=2";
const now = () => new Date().toISOString();
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();

describe("a change", () => {
  it.each([
    ["inventory", level, { onHand: -1 }, "set.onHand"],
    ["inventory", level, { onHand: 1_000_000_001 }, "set.onHand"],
    ["inventory", level, { available: -1_000_000_001 }, "set.available"],
    ["loyalty", "gid://shopify/Customer/1", { points: "many" }, "set.points"],
    ["loyalty", "gid://shopify/Customer/1", { points: null }, "set.points"],
    ["loyalty", "gid://shopify/Customer/1", { tier: "gold" }, "set.tier"],
    ["loyalty", "gid://shopify/Product/1", { points: 5 }, "resourceId"],
    ["pricing", "gid://shopify/ProductVariant/1", { price: "1,50" }, "set.price"],
  ])("of %s of %s to %j is refused by the name of %s", async (domain, resourceId, set, field) => {
    const answer = await change({ domain, resourceId, set, observedAt: now() });
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    nothingTaken();
  });

  it("of loyalty points by a SKU, or of a version from the future, is refused", async () => {
    const points = { domain: "loyalty", set: { points: 5 }, observedAt: now() };
    expect(await change({ ...points, sku: "MUG" })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "sku" }] },
    });
    const customer = { resourceId: "gid://shopify/Customer/1", basedOnVersion: tomorrow() };
    expect(await change({ ...points, ...customer })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "basedOnVersion" }] },
    });
    nothingTaken();
  });

  it("by the merchant, who is no system, is refused", async () => {
    const body = {
      domain: "inventory",
      resourceId: level,
      set: { available: 1 },
      observedAt: now(),
    };
    expect((await api.call(merchant, "POST", "/changes", body)).status).toBe(403);
    nothingTaken();
  });

  it("by a system that was disconnected is refused, and what it owned is Shopify's", async () => {
    expect((await api.call(merchant, "DELETE", `/systems/${system.id}`)).status).toBe(204);
    const body = {
      domain: "inventory",
      resourceId: level,
      set: { available: 1 },
      observedAt: now(),
    };
    expect(await change(body)).toMatchObject({ status: 401, body: { status: 401 } });
    nothingTaken();
    const owners = (await readRules()).items.map((rule) => rule.owner);
    expect(new Set(owners)).toEqual(new Set(["shopify"]));
  });
});

describe("rules", () => {
  it.each([
    [{ domain: "inventory", owner: randomUUID() }, "items.0.owner"],
    [{ domain: "weather", owner: "shopify" }, "items.0.domain"],
    [{ domain: "inventory" }, "items.0.owner"],
    [{ domain: "inventory", owner: "shopify", onForeignWrite: "shout" }, "items.0.onForeignWrite"],
    [{ domain: "loyalty", owner: "shopify", metafield: "points" }, "items.0.metafield"],
    [{ domain: "orders", owner: "shopify", metafield: "a.b" }, "items.0.metafield"],
  ])("%j is refused by the name of %s, and the rules stay", async (item, field) => {
    const before = await readRules();
    expect(await rules([item])).toMatchObject({ status: 422, body: { errors: [{ field }] } });
    expect(await readRules()).toEqual(before);
  });

  it("that name a system which was disconnected are refused", async () => {
    await api.call(merchant, "DELETE", `/systems/${system.id}`);
    expect(await rules([{ domain: "inventory", owner: system.id }])).toMatchObject({
      status: 422,
      body: { errors: [{ field: "items.0.owner" }] },
    });
  });

  it("say where loyalty points are kept", async () => {
    const item = { domain: "loyalty", owner: system.id, metafield: "rewards.balance" };
    expect((await rules([item])).status).toBe(200);
    expect((await readRules()).items.at(-1)).toMatchObject(item);
  });
});
