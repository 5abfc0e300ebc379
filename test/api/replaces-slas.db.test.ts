import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;

beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

describe("freshness SLAs", () => {
  it("are read and replaced whole by the merchant; a system may only read them", async () => {
    const bearer = api.merchant(await api.rig.installedShop());
    const wms = { name: "WMS", kind: "wms", url: "http://127.0.0.1:9/", domains: ["inventory"] };
    const { apiKey } = (await api.call(bearer, "POST", "/systems", wms)).body as { apiKey: string };
    const before = (await api.call(bearer, "GET", "/freshness-slas")).body as { items: object[] };
    expect(before.items).toHaveLength(7);
    const tight = { ...before.items[0], warnAfterSeconds: 1, pollEverySeconds: 1 };
    const put = await api.call(bearer, "PUT", "/freshness-slas", { items: [tight] });
    expect(put).toMatchObject({ status: 200, body: { items: [tight, ...before.items.slice(1)] } });
    expect((await api.call(bearer, "GET", "/freshness-slas")).body).toEqual(put.body);
    const bad = { items: [tight, { ...tight, domain: "orders", breachAfterSeconds: 0 }] };
    expect(await api.call(bearer, "PUT", "/freshness-slas", bad)).toMatchObject({
      status: 422,
      body: { errors: [{ field: "items.1.breachAfterSeconds" }] },
    });
    expect((await api.call(apiKey, "PUT", "/freshness-slas", { items: [] })).status).toBe(403);
  });
});
