import { afterAll, beforeAll, expect, it } from "vitest";
import { createWorkbench } from "#test/processing/workbench.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

it("lag is told by stage; what cannot be asked is named, and other stores' systems are not there", async () => {
  const shop = await api.rig.installedShop();
  const merchant = api.merchant(shop);
  const at = new Date().toISOString();
  const body = productBody(7, at, []);
  await createWorkbench(api.rig).process({ shop, topic: "products/create", body });
  const answer = (await api.call(merchant, "GET", "/lag?domain=products")).body;
  const { stages } = answer as { stages: Record<string, { count: number; p50: number | null }> };
  expect(Object.keys(stages)).toEqual(["transit", "queue", "processing", "delivery", "total"]);
  expect(stages["processing"]?.count).toBe(1);
  expect(stages["processing"]?.p50).toBeGreaterThan(0);
  const none = await api.call(merchant, "GET", "/lag?to=2020-01-01T00:00:00Z");
  expect(none.body).toMatchObject({ stages: { total: { count: 0, p99: null } } });
  for (const [query, field] of [
    ["domain=weather", "domain"],
    ["from=soon", "from"],
    ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"],
  ] as const)
    expect(await api.call(merchant, "GET", `/lag?${query}`)).toMatchObject({
      status: 422,
      body: { errors: [{ field }] },
    });
  expect((await api.call(merchant, "GET", "/lag?system=sys_1")).status).toBe(404);
});
