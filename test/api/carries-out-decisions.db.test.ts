import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordDiscrepancy } from "#app/discrepancies/index.server.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

/** Calls that a person or a script decides something with: what they answer is held against the document. */

let api: ApiRig;
let shop: string;
let merchant: string;
let system: { id: string };

beforeAll(async () => {
  api = await createApiRig();
  shop = await api.rig.installedShop();
  merchant = api.merchant(shop);
  const wanted = {
    name: "WMS",
    kind: "wms",
    url: "http://127.0.0.1:9/hook",
    domains: ["products"],
  };
  system = (await api.call(merchant, "POST", "/systems", wanted)).body as typeof system;
});
afterAll(() => api.close());

const post = (path: string, body?: object) => api.call(merchant, "POST", path, body);

/** Shopify and the system differ about a product's title. */
const differ = (id: number): Promise<string> =>
  api.rig.db.transaction((tx) =>
    recordDiscrepancy(api.rig, tx, {
      shop,
      domain: "products",
      kind: "value",
      systemId: system.id,
      owner: "shopify",
      resource: { type: "Product", id: `gid://shopify/Product/${String(id)}` },
      sku: null,
      shopifyValue: { title: "Mug" },
      systemValue: { title: "Cup" },
      cause: "It was edited there.",
      eventId: null,
      correlationId: "c-1",
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      foundAtMs: Date.now(),
    }),
  );

describe("events", () => {
  it("are replayed one by one, and what a system missed since a time", async () => {
    const body = productBody(7, new Date().toISOString(), []);
    await createWorkbench(api.rig).process({ shop, topic: "products/create", body });
    const { items } = (await api.call(merchant, "GET", "/events")).body as {
      items: { id: string }[];
    };
    // Nothing has been handed over yet: there is nothing to send again, and one change to recover.
    expect(await post(`/events/${items[0]?.id ?? ""}/replay`)).toMatchObject({
      status: 202,
      body: { count: 0 },
    });
    const since = new Date(Date.now() - 60_000).toISOString();
    const path = `/systems/${system.id}/recover`;
    expect(await post(path, { since, dryRun: true })).toMatchObject({
      status: 200,
      body: { count: 1 },
    });
    expect(await post(path, { since })).toMatchObject({ status: 202, body: { count: 1 } });
    expect(await post(path, { since, untill: since })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "untill" }] },
    });
  });
});

describe("discrepancies", () => {
  it("are decided one by one and many at once; twice is a conflict", async () => {
    const [one, other] = [await differ(1), await differ(2)];
    const ignore = { with: "ignore", reason: "Known" };
    expect(await post(`/discrepancies/${one}/resolve`, ignore)).toMatchObject({
      status: 200,
      body: { id: one, status: "ignored" },
    });
    expect((await post(`/discrepancies/${one}/resolve`, ignore)).status).toBe(409);
    const many = await post("/discrepancies/resolve", { ids: [one, other], ...ignore });
    expect(many).toMatchObject({ status: 200, body: { count: 1 } });
  });
});

describe("a comparison", () => {
  it("is begun, looked at and cancelled", async () => {
    const begun = await post("/reconciliations", { domain: "products", system: "shopify" });
    expect(begun.status).toBe(202);
    const path = `/reconciliations/${(begun.body as { id: string }).id}`;
    expect((await api.call(merchant, "GET", path)).body).toMatchObject({ status: "running" });
    expect((await post(`${path}/cancel`)).status).toBe(200);
    expect((await api.call(merchant, "GET", path)).body).toMatchObject({ status: "cancelled" });
  });
});

describe("channels of alerts", () => {
  it("are replaced whole, and tried", async () => {
    const items = [{ kind: "webhook", name: "Pager", url: "http://127.0.0.1:9/alerts" }];
    const put = await api.call(merchant, "PUT", "/alert-channels", { items });
    expect(put.status).toBe(200);
    const [channel] = (put.body as { items: { id: string }[] }).items;
    expect(await post(`/alert-channels/${channel?.id ?? ""}/test`)).toMatchObject({
      status: 200,
      body: { ok: false },
    });
  });
});
