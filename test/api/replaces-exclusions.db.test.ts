import { afterAll, beforeAll, expect, it } from "vitest";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

const path = "/freshness-exclusions";

it("quiet hours and maintenance are replaced whole, say what is wrong, and take effect at once", async () => {
  const shop = await api.rig.installedShop();
  const merchant = api.merchant(shop);
  const made = await api.call(merchant, "POST", "/systems", {
    name: "WMS",
    kind: "wms",
    url: "https://wms.example.com",
    domains: ["inventory"],
  });
  const { id, apiKey } = made.body as { id: string; apiKey: string };
  const maintenance = {
    kind: "maintenance",
    system: id,
    from: new Date(Date.now() - 60_000).toISOString(),
    to: new Date(Date.now() + 3_600_000).toISOString(),
    note: "New racks",
  };
  const nights = { kind: "quiet_hours", fromTime: "22:00", toTime: "06:00", weekdays: [6, 7] };
  const items = [maintenance, { ...nights, domain: "loyalty" }];
  const put = await api.call(merchant, "PUT", path, { items });
  expect(put).toMatchObject({ status: 200, body: { items } });
  const told = (await api.call(merchant, "GET", "/freshness")).body as {
    items: { system: string | null; excluded: boolean }[];
  };
  for (const item of told.items.filter((one) => one.system === id))
    expect(item.excluded).toBe(true);
  for (const [wrong, field] of [
    [{ ...nights, fromTime: "25:00" }, "items.0.fromTime"],
    [{ ...nights, toTime: "22:00" }, "items.0.toTime"],
    [{ ...nights, kind: "siesta" }, "items.0.kind"],
    [{ ...maintenance, to: maintenance.from }, "items.0.to"],
    [{ ...maintenance, system: "sys_other" }, "items.0.system"],
  ] as const)
    expect(await api.call(merchant, "PUT", path, { items: [wrong] })).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    });
  expect((await api.call(apiKey, "PUT", path, { items: [] })).status).toBe(403);
  expect((await api.call(merchant, "GET", path)).body).toEqual({ items });
  // A system that is gone takes what was said of it along.
  expect((await api.call(merchant, "DELETE", `/systems/${id}`)).status).toBe(204);
  const left = (await api.call(merchant, "GET", path)).body;
  expect(left).toMatchObject({ items: [{ kind: "quiet_hours" }] });
});
