import { afterAll, beforeAll, expect, it } from "vitest";
import { plantDeliveries, plantPass } from "#test/staleness/plant.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

interface Item {
  readonly domain: string;
  readonly system: string | null;
  readonly stalenessSeconds: number;
  readonly completeUpTo: string;
}

it("freshness is told for Converge and for each system, of one's own store only", async () => {
  const shop = await api.rig.installedShop();
  const merchant = api.merchant(shop);
  const made = await api.call(merchant, "POST", "/systems", {
    name: "WMS",
    kind: "wms",
    url: "https://wms.example.com",
    domains: ["inventory"],
  });
  const { id, apiKey } = made.body as { id: string; apiKey: string };
  await api.rig.db.query("UPDATE systems SET created_at = now() - interval '1 day'");
  const nowMs = Date.now();
  await plantPass(api.rig, shop, "inventory", nowMs - 5_000);
  const changedAtMs = nowMs - 100_000;
  const dead = { domain: "inventory", changedAtMs, status: "dead" };
  await plantDeliveries(api.rig, shop, id, [dead]);
  const { status, body } = await api.call(merchant, "GET", "/freshness");
  expect(status).toBe(200);
  const { items } = body as { items: Item[] };
  expect(items.filter((item) => item.system === null).map((item) => item.domain)).toEqual([
    "inventory",
    "orders",
    "products",
    "pricing",
    "customers",
    "fulfillments",
    "loyalty",
  ]);
  const inventory = items.filter((item) => item.domain === "inventory");
  expect(inventory).toMatchObject([
    { system: null, state: "ok", errorBudgetLeftPercent: 100 },
    {
      system: id,
      state: "breach",
      errorBudgetLeftPercent: 100,
      completeUpTo: new Date(changedAtMs).toISOString(),
    },
  ]);
  for (const { stalenessSeconds, completeUpTo } of inventory)
    expect(Math.abs(Date.now() - Date.parse(completeUpTo) - stalenessSeconds * 1_000)).toBeLessThan(
      5_000,
    );
  // A system's own key asks as well; another store sees nothing of it.
  expect((await api.call(apiKey, "GET", "/freshness")).status).toBe(200);
  const other = await api.call(api.merchant(await api.rig.installedShop()), "GET", "/freshness");
  expect((other.body as { items: Item[] }).items.every((item) => item.system === null)).toBe(true);
});
