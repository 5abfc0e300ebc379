import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;

interface Settings {
  readonly version: number;
  readonly systems: readonly { readonly id: string; readonly name: string }[];
  readonly ownershipRules: readonly { readonly domain: string; readonly owner: string }[];
}

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

/** A store whose warehouse owns its stock, and the merchant's token. */
async function store(url: string): Promise<{ merchant: string; system: { id: string } }> {
  const merchant = api.merchant(await api.rig.installedShop());
  const wanted = { name: "Warehouse", kind: "wms", url, domains: ["inventory"] };
  const made = await api.call(merchant, "POST", "/systems", wanted);
  return { merchant, system: made.body as { id: string } };
}

const get = async (merchant: string) =>
  (await api.call(merchant, "GET", "/settings")).body as Settings;
const put = (merchant: string, body: unknown) => api.call(merchant, "PUT", "/settings", body);

/** A tighter promise for one system, which does not count at night. */
function freshnessOf(system: string) {
  return {
    freshnessSlas: [
      {
        domain: "inventory",
        system,
        warnAfterSeconds: 20,
        breachAfterSeconds: 30,
        targetPercent: 99.9,
        windowDays: 7,
        syncMethod: "webhook_queue",
        pollEverySeconds: 10,
      },
    ],
    freshnessExclusions: [
      { kind: "quiet_hours", fromTime: "22:00", toTime: "06:00", system, note: "Stock count" },
    ],
  };
}

it("what was read can be put back, after anything", async () => {
  const { merchant, system } = await store("http://127.0.0.1:9/one");
  const { freshnessSlas, freshnessExclusions } = freshnessOf(system.id);
  await api.call(merchant, "PUT", "/freshness-slas", { items: freshnessSlas });
  await api.call(merchant, "PUT", "/freshness-exclusions", { items: freshnessExclusions });
  const kept = await get(merchant);
  expect(kept).toMatchObject({ freshnessSlas, freshnessExclusions });
  expect(JSON.stringify(kept)).not.toMatch(/whsec_|cvk_/);
  expect(kept.ownershipRules).toContainEqual({
    domain: "inventory",
    owner: system.id,
    onForeignWrite: "flag",
  });
  await api.call(merchant, "PATCH", `/systems/${system.id}`, {
    url: "http://127.0.0.1:9/else",
    deliveryPolicy: { mode: "every", ratePerSecond: 3, onSilence: "confirm" },
  });
  await api.call(merchant, "PUT", "/ownership-rules", { items: [] });
  await api.call(merchant, "PUT", "/freshness-slas", { items: [] });
  await api.call(merchant, "PUT", "/freshness-exclusions", { items: [] });
  expect(await get(merchant)).not.toEqual(kept);
  expect(await put(merchant, kept)).toMatchObject({ status: 200, body: kept });
  expect(await get(merchant)).toEqual(kept);
});

it("another store takes it over by the names of its systems, with addresses of its own", async () => {
  const one = await store("http://127.0.0.1:9/one");
  const two = await store("http://127.0.0.1:9/two");
  await api.call(one.merchant, "PATCH", `/systems/${one.system.id}`, {
    deliveryPolicy: { maxAttempts: 3 },
  });
  const items = [{ domain: "inventory", owner: one.system.id, onForeignWrite: "revert" }];
  await api.call(one.merchant, "PUT", "/ownership-rules", { items });
  const sent = { ...(await get(one.merchant)), ...freshnessOf(one.system.id) };
  expect(await put(two.merchant, sent)).toMatchObject({
    status: 200,
    body: {
      ...freshnessOf(two.system.id),
      systems: [
        {
          id: two.system.id,
          url: "http://127.0.0.1:9/two",
          deliveryPolicy: { maxAttempts: 3 },
        },
      ],
    },
  });
  expect((await get(two.merchant)).ownershipRules).toContainEqual({
    domain: "inventory",
    owner: two.system.id,
    onForeignWrite: "revert",
  });
});

it("a document that is wrong anywhere changes nothing, and the field is named", async () => {
  const { merchant } = await store("http://127.0.0.1:9/one");
  const kept = await get(merchant);
  const [system] = kept.systems;
  const [rule] = kept.ownershipRules;
  for (const [change, field] of [
    [{ systems: [{ ...system, id: "sys_x", name: "Nobody" }] }, "systems.0.name"],
    [{ systems: [system, { ...system, id: "sys_x" }] }, "systems.1.name"],
    [{ systems: [{ ...system, name: "New", domains: [] }] }, "systems.0.domains"],
    [{ systems: [{ ...system, name: "New", url: "ftp://x" }] }, "systems.0.url"],
    [
      { systems: [{ ...system, name: "New" }], ownershipRules: [{ ...rule, owner: "sys_x" }] },
      "ownershipRules.0.owner",
    ],
    [{ ownershipRules: [{ ...rule, domain: "weather" }] }, "ownershipRules.0.domain"],
    [
      { freshnessSlas: freshnessOf("sys_x").freshnessSlas, ownershipRules: [] },
      "freshnessSlas.0.system",
    ],
    [
      { freshnessExclusions: [{ kind: "quiet_hours", fromTime: "25:00", toTime: "06:00" }] },
      "freshnessExclusions.0.fromTime",
    ],
    [{ version: 2 }, "version"],
    [{ colour: "red" }, "colour"],
    [{ systems: undefined }, "systems"],
  ] as const) {
    expect(await put(merchant, { ...kept, ...change })).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    });
    expect(await get(merchant)).toEqual(kept);
  }
});

it("what a group keeps back is in it, and becomes that of the other store's own group", async () => {
  const one = await store("http://127.0.0.1:9/one");
  const two = await store("http://127.0.0.1:9/two");
  const begin = async (merchant: string) =>
    (await api.call(merchant, "POST", "/store-groups", { name: "Outdoor" })).body as { id: string };
  const { id: groupId } = await begin(one.merchant);
  const rule = { sku: "TENT", mode: "fixed", value: 3, peakWindows: [] };
  await api.call(one.merchant, "PUT", "/inventory-buffers", { items: [{ ...rule, groupId }] });
  const kept = (await api.call(one.merchant, "GET", "/settings")).body as Record<string, unknown>;
  expect(kept["inventoryBuffers"]).toEqual([{ ...rule, groupId }]);
  const refused = await put(two.merchant, kept);
  expect([refused.status, JSON.stringify(refused.body)]).toEqual([
    422,
    expect.stringContaining('"field":"inventoryBuffers.0.groupId"'),
  ]);
  const other = await begin(two.merchant);
  expect(await put(two.merchant, kept)).toMatchObject({
    status: 200,
    body: { inventoryBuffers: [{ ...rule, groupId: other.id }] },
  });
  // A document of before there were buffers leaves them alone.
  const { inventoryBuffers: _left, ...older } = (await get(two.merchant)) as never as typeof kept;
  expect(await put(two.merchant, older)).toMatchObject({
    status: 200,
    body: { inventoryBuffers: [{ value: 3 }] },
  });
});

it("rules for orders go along, and ask the other store's own systems", async () => {
  const one = await store("http://127.0.0.1:9/one");
  const two = await store("http://127.0.0.1:9/two");
  const rule = {
    name: "vip",
    when: { kind: "tag", tags: ["vip"] },
    participants: [one.system.id],
    ttlSeconds: 600,
    onSilence: "release",
  };
  await api.call(one.merchant, "PUT", "/order-hold-rules", { items: [rule] });
  const kept = (await api.call(one.merchant, "GET", "/settings")).body as Record<string, unknown>;
  expect(await put(two.merchant, kept)).toMatchObject({
    status: 200,
    body: { orderHoldRules: [{ ...rule, participants: [two.system.id] }] },
  });
  const wrong = { ...kept, orderHoldRules: [{ ...rule, participants: ["sys_x"] }] };
  expect(await put(two.merchant, wrong)).toMatchObject({
    status: 422,
    body: { errors: [{ field: "orderHoldRules.0.participants.0" }] },
  });
});
