import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiRig, createApiRig } from "#test/api/api-rig.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { largeItemId, stockBody } from "#test/worker/webhooks.ts";

let api: ApiRig;
let shop: string;
let merchant: string;
let wms: { id: string; apiKey: string };
let crm: { id: string; apiKey: string };
let groupId: string;

const now = () => new Date().toISOString();
const fieldsOf = (answer: { body: unknown }) =>
  ((answer.body as { errors?: { field: string }[] }).errors ?? []).map((error) => error.field);
const connect = async (name: string, kind: string) => {
  const wanted = { name, kind, url: "http://127.0.0.1:9/hook", domains: ["inventory"] };
  return (await api.call(merchant, "POST", "/systems", wanted)).body as typeof wms;
};

beforeAll(async () => {
  api = await createApiRig();
  shop = await api.rig.installedShop();
  merchant = api.merchant(shop);
  wms = await connect("Warehouse", "wms");
  crm = await connect("CRM", "crm");
  const bench = createWorkbench(api.rig);
  const item = `{"id":${largeItemId},"sku":"MUG","updated_at":"${now()}"}`;
  await bench.process({ shop, topic: "inventory_items/create", body: item });
  await bench.process({ shop, topic: "inventory_levels/update", body: stockBody(7, 5, now()) });
});
afterAll(() => api.close());

describe("a hold of a store without a group", () => {
  const wanted = (more: object = {}) => ({
    sku: "MUG",
    quantity: 2,
    participants: [wms.id],
    ttlSeconds: 60,
    reference: "#1001",
    ...more,
  });
  const place = (more: object = {}) => api.call(merchant, "POST", "/holds", wanted(more));

  it("is placed on what Shopify told last, while Shopify does not answer", async () => {
    const placed = await place();
    expect([placed.status, placed.body]).toEqual([
      201,
      expect.objectContaining({ status: "held", groupId: null, quantity: 2 }),
    ]);
    expect((await place({ quantity: 4 })).status).toBe(409);
    const { id } = placed.body as { id: string };
    for (const path of ["acknowledge", "refuse"])
      for (const bearer of [crm.apiKey, merchant])
        expect((await api.call(bearer, "POST", `/holds/${id}/${path}`)).status).toBe(404);
    expect((await api.call(merchant, "POST", `/holds/${id}/confirm`)).status).toBe(409);
    const agreed = await api.call(wms.apiKey, "POST", `/holds/${id}/acknowledge`);
    expect(agreed.body).toMatchObject({
      status: "confirmed",
      participants: [{ answer: "acknowledged" }],
    });
    expect((await api.call(wms.apiKey, "POST", `/holds/${id}/refuse`)).status).toBe(409);
    const listed = await api.call(wms.apiKey, "GET", "/holds?status=confirmed");
    expect(listed.body).toMatchObject({ items: [{ id }], next: null });
    expect((await api.call(merchant, "POST", `/holds/${id}/release`)).status).toBe(200);
    const whole = await place({ quantity: 5 });
    expect(whole.status).toBe(201);
    const again = (whole.body as { id: string }).id;
    expect((await api.call(merchant, "POST", `/holds/${again}/release`)).status).toBe(200);
  });

  it("is refused by a participant, or waits for a word after all have agreed", async () => {
    const idOf = async (more: object) => ((await place(more)).body as { id: string }).id;
    const refused = await idOf({ quantity: 1 });
    expect((await api.call(wms.apiKey, "POST", `/holds/${refused}/refuse`)).status).toBe(200);
    expect((await api.call(merchant, "GET", `/holds/${refused}`)).body).toMatchObject({
      status: "released",
      participants: [{ answer: "refused" }],
    });
    const waiting = await idOf({ quantity: 1, autoConfirm: false });
    const agreed = await api.call(wms.apiKey, "POST", `/holds/${waiting}/acknowledge`);
    expect(agreed.body).toMatchObject({ status: "held" });
    const confirmed = await api.call(merchant, "POST", `/holds/${waiting}/confirm`);
    expect(confirmed).toMatchObject({ status: 200, body: { status: "confirmed" } });
  });

  it("that cannot be is refused by the name of the field", async () => {
    const fields = async (more: object) => fieldsOf(await place(more));
    expect(await fields({ sku: "NONE" })).toEqual(["sku"]);
    expect(await fields({ participants: [wms.id, "sys_guessed"] })).toEqual(["participants.1"]);
    expect(await fields({ participants: [wms.id, wms.id] })).toEqual(["participants"]);
    expect(await fields({ quantity: 0, ttlSeconds: 1e9, reference: "" })).toEqual([
      "quantity",
      "ttlSeconds",
      "reference",
    ]);
    expect((await place({ groupId: "grp_guessed" })).status).toBe(404);
  });
});

describe("a system of a store that is in a group", () => {
  beforeAll(async () => {
    const made = await api.call(merchant, "POST", "/store-groups", { name: "Outdoor" });
    groupId = (made.body as { id: string }).id;
  });
  const change = (bearer: string, more: object = {}) =>
    api.call(bearer, "POST", "/changes", {
      domain: "inventory",
      sku: "MUG",
      set: { available: 9 },
      observedAt: now(),
      ...more,
    });

  it("sets the pool when it names no store, and its own store when it does", async () => {
    const pool = await change(wms.apiKey);
    expect(pool.status).toBe(202);
    const { id } = pool.body as { id: string };
    const read = await api.call(wms.apiKey, "GET", `/changes/${id}`);
    expect(read.body).toMatchObject({ status: "pending", resourceId: `${groupId}:MUG` });
    expect((await change(crm.apiKey)).status).toBe(409);
    expect((await change(wms.apiKey, { shop })).status).toBe(202);
    expect(fieldsOf(await change(wms.apiKey, { shop: "other.myshopify.com" }))).toEqual(["shop"]);
  });

  it("names the pool location where the group has several, and is told which there are", async () => {
    const added = await api.call(merchant, "POST", `/store-groups/${groupId}/pool-locations`, {
      name: "West",
    });
    const { id: west } = added.body as { id: string };
    const resourceOf = async (more: object) => {
      const answer = await change(wms.apiKey, more);
      expect(answer.status).toBe(202);
      const { id } = answer.body as { id: string };
      const read = await api.call(wms.apiKey, "GET", `/changes/${id}`);
      return (read.body as { resourceId: string }).resourceId;
    };
    expect(await resourceOf({ poolLocation: west })).toBe(`${groupId}:MUG:${west}`);
    // Said or not, the default one is the same.
    for (const more of [{}, { poolLocation: "default" }])
      expect(await resourceOf(more)).toBe(`${groupId}:MUG`);
    const unknown = await change(wms.apiKey, { poolLocation: "West" });
    expect([unknown.status, fieldsOf(unknown)]).toEqual([422, ["poolLocation"]]);
    expect(JSON.stringify(unknown.body)).toContain(`default (Outdoor), ${west} (West)`);
    for (const more of [
      { shop },
      { locationId: "gid://shopify/Location/1" },
      { domain: "pricing", set: { price: "1.00" } },
    ])
      expect(fieldsOf(await change(wms.apiKey, { poolLocation: west, ...more }))).toEqual([
        "poolLocation",
      ]);
    const hold = { sku: "MUG", quantity: 1, participants: [], ttlSeconds: 60, reference: "#1" };
    const wrong = await api.call(merchant, "POST", "/holds", { ...hold, poolLocation: "West" });
    expect([wrong.status, fieldsOf(wrong)]).toEqual([422, ["poolLocation"]]);
    const none = await api.call(merchant, "POST", "/holds", { ...hold, poolLocation: west });
    expect(none.status).toBe(409);
  });

  it("may not write one store's stock of an article that the stores share", async () => {
    const { db } = api.rig;
    const { rows } = await db.query<{ id: string }>(
      `INSERT INTO pools (id, group_id, sku) VALUES (gen_random_uuid(), $1, 'CUP') RETURNING id`,
      [groupId],
    );
    await db.query(
      `INSERT INTO pool_levels (shop, level_id, pool_id, item_id, location_id)
       VALUES ($1, 'level', $2, 'gid://shopify/InventoryItem/77', 'gid://shopify/Location/1')`,
      [shop, rows[0]?.id],
    );
    expect((await change(wms.apiKey, { shop, sku: "CUP" })).status).toBe(409);
    const level = "gid://shopify/InventoryLevel/5?inventory_item_id=77";
    for (const resourceId of ["gid://shopify/InventoryItem/77", level]) {
      const named = { sku: undefined, resourceId };
      expect((await change(wms.apiKey, named)).status).toBe(409);
    }
  });

  it("keeps back what the merchant says, who sees before what that leads to", async () => {
    await api.rig.db.query(
      `INSERT INTO pool_ledger (pool_id, seq, kind, delta, after, source, at)
       SELECT id, 1, 'set', 4, 4, 'test', now() FROM pools WHERE group_id = $1 AND sku = 'CUP'`,
      [groupId],
    );
    await api.rig.db.query(
      "UPDATE pools SET quantity = 4, seq = 1 WHERE group_id = $1 AND sku = 'CUP'",
      [groupId],
    );
    const items = [{ groupId, mode: "fixed", value: 4 }];
    const preview = await api.call(merchant, "POST", "/inventory-buffers/preview", { items });
    expect(preview.body).toEqual({ articles: 1, unavailable: 1, available: 0, keptBack: 4 });
    const saved = await api.call(merchant, "PUT", "/inventory-buffers", { items });
    expect(saved.body).toEqual({ items: [{ ...items[0], sku: null, peakWindows: [] }] });
    expect((await api.call(wms.apiKey, "GET", "/inventory-buffers")).body).toEqual(saved.body);
    expect((await api.call(wms.apiKey, "PUT", "/inventory-buffers", { items })).status).toBe(403);
    const wrong = await api.call(merchant, "PUT", "/inventory-buffers", {
      items: [{ groupId: "grp_other", mode: "fixed", value: -1 }],
    });
    expect(fieldsOf(wrong)).toEqual(["items.0.groupId", "items.0.value"]);
    expect(api.queue.jobs.some((job) => job.name === "follow-buffers")).toBe(true);
  });

  it("keeps back by store, place, collection, priority and time, and leaves out what was not said", async () => {
    const collectionId = "gid://shopify/Collection/7";
    const items = [
      { groupId, sku: "CUP", mode: "percent", value: 10, peakWindows: [], floor: 2, priority: 0 },
      { groupId, sku: null, mode: "fixed", value: 4, peakWindows: [], shop, priority: -7 },
      {
        groupId,
        sku: null,
        mode: "auto",
        value: 1,
        peakWindows: [],
        shop,
        locationId: "gid://shopify/Location/1",
        collectionId,
        activeFrom: "2026-11-27T00:00:00.000Z",
        activeUntil: "2026-11-28T00:00:00.000Z",
      },
    ];
    const saved = await api.call(merchant, "PUT", "/inventory-buffers", { items });
    expect(saved).toMatchObject({ status: 200, body: { items } });
    expect((await api.call(wms.apiKey, "GET", "/inventory-buffers")).body).toEqual({ items });
    const read = api.queue.jobs.filter((job) => job.name === "read-collection");
    expect(read.map(({ payload }) => payload)).toEqual([{ shop, groupId, collectionId }]);
    const begin = [
      { groupId, sku: "CUP", mode: "fixed", value: 4, activeFrom: "2037-01-01T00:00:00Z" },
    ];
    const preview = async (more: object) =>
      (await api.call(merchant, "POST", "/inventory-buffers/preview", { items: begin, ...more }))
        .body;
    expect(await preview({})).toMatchObject({ unavailable: 0 });
    expect(await preview({ at: "2037-06-01T00:00:00Z" })).toMatchObject({ unavailable: 1 });
    const wrong = { groupId, mode: "fixed", value: 1, shop: "other.myshopify.com", floor: -1 };
    const refused = await api.call(merchant, "PUT", "/inventory-buffers", { items: [wrong] });
    expect(fieldsOf(refused)).toEqual(["items.0.floor", "items.0.shop"]);
    const kept = (await api.call(merchant, "GET", "/settings")).body as Record<string, unknown>;
    expect(kept["inventoryBuffers"]).toEqual(items);
    expect((await api.call(merchant, "PUT", "/settings", kept)).status).toBe(200);
    await api.call(merchant, "PUT", "/inventory-buffers", { items: [] });
  });
});

describe("the database itself", () => {
  it("keeps no pool that is not the sum of its ledger", async () => {
    const { db } = api.rig;
    const broken = [
      "UPDATE pools SET quantity = quantity + 1 WHERE seq IS NOT NULL",
      "UPDATE pool_ledger SET delta = delta + 1",
      `INSERT INTO pool_ledger (pool_id, seq, prev_seq, kind, delta, before, after, source, at)
       SELECT pool_id, seq + 1, seq, 'set', 1, after + 1, after + 2, 'forged', now() FROM pool_ledger`,
    ];
    for (const statement of broken) await expect(db.query(statement)).rejects.toThrow(/constraint/);
  });
});

describe("an order of high value", () => {
  const rule = (more: object = {}) => ({
    name: "big-orders",
    when: { kind: "total", atLeast: "1000", currency: "EUR" },
    participants: [wms.id],
    ttlSeconds: 600,
    onSilence: "keep",
    ...more,
  });
  const put = (items: unknown[]) => api.call(merchant, "PUT", "/order-hold-rules", { items });

  it("is one by rules that name every wrong field and stand whole", async () => {
    expect(await put([rule()])).toMatchObject({ status: 200, body: { items: [rule()] } });
    for (const [more, field] of [
      [{ name: "Big orders" }, "items.0.name"],
      [{ when: { kind: "weather" } }, "items.0.when.kind"],
      [{ when: { kind: "total", atLeast: "much", currency: "EUR" } }, "items.0.when.atLeast"],
      [{ when: { kind: "tag", tags: [] } }, "items.0.when.tags"],
      [{ participants: [] }, "items.0.participants"],
      [{ participants: ["sys_x"] }, "items.0.participants.0"],
      [{ ttlSeconds: 1 }, "items.0.ttlSeconds"],
      [{ onSilence: "shrug" }, "items.0.onSilence"],
    ] as const)
      expect([field, fieldsOf(await put([rule(more)]))]).toEqual([field, [field]]);
    expect(fieldsOf(await put([rule(), rule()]))).toEqual(["items.1.name"]);
    expect((await api.call(wms.apiKey, "PUT", "/order-hold-rules", { items: [] })).status).toBe(
      403,
    );
    const kept = await api.call(wms.apiKey, "GET", "/order-hold-rules");
    expect(kept.body).toEqual({ items: [rule()] });
  });

  it("is answered for like units, by those who were asked", async () => {
    const bench = createWorkbench(api.rig);
    const order = {
      id: 9_001,
      admin_graphql_api_id: "gid://shopify/Order/9001",
      name: "#9001",
      created_at: now(),
      updated_at: now(),
      cancelled_at: null,
      total_price: "1000.00",
      currency: "EUR",
      tags: "",
      line_items: [],
    };
    await bench.process({ shop, topic: "orders/create", body: JSON.stringify(order) });
    const listed = await api.call(wms.apiKey, "GET", "/order-holds");
    const [hold] = (listed.body as { items: { id: string }[] }).items;
    expect(hold).toMatchObject({ orderId: order.admin_graphql_api_id, status: "held" });
    const at = `/holds/${hold?.id ?? ""}`;
    const say = async (bearer: string, what: string) =>
      (await api.call(bearer, "POST", `${at}/${what}`)).status;
    // Nobody is asked before Shopify has it on hold.
    expect(await say(wms.apiKey, "acknowledge")).toBe(404);
    await api.rig.db.query("UPDATE order_holds SET step = 'placed', told = true");
    for (const bearer of [crm.apiKey, merchant]) expect(await say(bearer, "acknowledge")).toBe(404);
    expect(await say(wms.apiKey, "refuse")).toBe(200);
    expect(await say(wms.apiKey, "acknowledge")).toBe(409);
    expect((await api.call(merchant, "GET", at)).body).toMatchObject({
      status: "refused",
      keptBack: true,
      participants: [{ systemId: wms.id, answer: "refused" }],
    });
    expect(await say(wms.apiKey, "release")).toBe(404);
    expect(await say(merchant, "release")).toBe(200);
    expect((await api.call(merchant, "GET", at)).body).toMatchObject({ status: "released" });
  });
});
