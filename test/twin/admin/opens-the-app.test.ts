import "@shopify/shopify-api/adapters/node";
import { ApiVersion, shopifyApi } from "@shopify/shopify-api";
import { afterEach, beforeEach, expect, test } from "vitest";
import {
  type AdminTestTwin,
  apiKey,
  apiSecret,
  exchangeToken,
  startAdminTestTwin,
} from "./admin-test-twin.ts";

const shop = "north.myshopify.com";
/** Shopify's own library decides whether an app would accept what the admin sends. */
const library = shopifyApi({
  apiKey,
  apiSecretKey: apiSecret,
  apiVersion: ApiVersion.October26,
  hostName: "app.invalid",
  isEmbeddedApp: true,
  logger: { log: () => undefined },
});
let setting: AdminTestTwin;

beforeEach(async () => {
  setting = await startAdminTestTwin();
});
afterEach(() => setting.close());

const get = (path: string) => fetch(setting.twin.url + path, { redirect: "manual" });
const post = (path: string, headers: Record<string, string> = {}) =>
  fetch(setting.twin.url + path, { method: "POST", headers, redirect: "manual" });

async function launchedAddress(path: string): Promise<URL> {
  const page = await (await get(path)).text();
  const source = /data-src="([^"]+)"/.exec(page)?.[1] ?? "";
  return new URL(source.replaceAll("&amp;", "&"));
}

test("an app that is not installed asks for consent, then opens", async () => {
  const refused = await get("/store/north/apps/converge");
  expect(refused.status).toBe(303);
  expect(refused.headers.get("location")).toBe("/store/north/install");
  expect((await get("/store/north/session-token")).status).toBe(403);
  const consent = await (await get("/store/north/install")).text();
  expect(consent).toContain("Edit inventory");
  expect(consent).toContain("view customers");
  const agreed = await post("/store/north/install");
  expect(agreed.headers.get("location")).toBe("/store/north/apps/converge");
  const address = await launchedAddress("/store/north/apps/converge");
  const exchange = await exchangeToken(
    setting.twin,
    shop,
    address.searchParams.get("id_token") ?? "",
  );
  expect(exchange.status).toBe(200);
  expect(await (await get("/store/north")).text()).toContain("Converge installed");
});

test("Shopify's library accepts the signature, the host and the session token of a launch", async () => {
  await post("/store/north/install");
  const address = await launchedAddress(
    "/store/north/apps/converge/events/evt_1?status=dead&q=a%20b%26c",
  );
  expect(address.origin + address.pathname).toBe(`${setting.app.url}/app/events/evt_1`);
  const query = Object.fromEntries(address.searchParams);
  expect(query).toMatchObject({ embedded: "1", shop, status: "dead", q: "a b&c" });
  expect(await library.utils.validateHmac(query)).toBe(true);
  expect(await library.utils.validateHmac({ ...query, shop: "evil.myshopify.com" })).toBe(false);
  const host = library.utils.sanitizeHost(query["host"] ?? "");
  expect(Buffer.from(host ?? "", "base64").toString()).toBe("admin.shopify.com/store/north");
  const token = await library.session.decodeSessionToken(query["id_token"] ?? "");
  expect(token).toMatchObject({ dest: `https://${shop}`, aud: apiKey });
});

test("launch parameters in the merchant's address are never passed on", async () => {
  await post("/store/north/install");
  const address = await launchedAddress(
    "/store/north/apps/converge?shop=south.myshopify.com&hmac=x",
  );
  expect(address.searchParams.getAll("shop")).toEqual([shop]);
  expect(address.searchParams.getAll("hmac")).toHaveLength(1);
});

test("uninstalling ends the app's access, and only this admin's own form can do it", async () => {
  const { token } = (await (await get(`/session-token?shop=${shop}`)).json()) as { token: string };
  await exchangeToken(setting.twin, shop, token);
  const foreign = await post("/store/north/uninstall", { origin: "http://evil.invalid" });
  const opaque = await post("/store/north/uninstall", { origin: "null" });
  expect([foreign.status, opaque.status]).toEqual([403, 403]);
  expect(setting.twin.stores()[0]).toMatchObject({ installed: true });
  await post("/store/north/uninstall", { origin: setting.twin.url });
  expect(setting.twin.stores()[0]).toMatchObject({ installed: false });
  expect((await get("/store/north/session-token")).status).toBe(403);
});

test("optional scopes can be granted and taken back, others not", async () => {
  const { token } = (await (await get(`/session-token?shop=${shop}`)).json()) as { token: string };
  await exchangeToken(setting.twin, shop, token);
  const change = (body: unknown) =>
    fetch(`${setting.twin.url}/store/north/scopes`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const granted: unknown = await (await change({ request: ["read_customers"] })).json();
  expect(granted).toEqual({
    granted: ["read_products", "write_inventory", "read_customers"],
    required: ["read_products", "write_inventory"],
    optional: ["read_customers"],
  });
  const revoked: unknown = await (await change({ revoke: ["read_customers"] })).json();
  expect(revoked).toMatchObject({ granted: ["read_products", "write_inventory"] });
  expect((await change({ request: ["write_orders"] })).status).toBe(422);
  expect((await change({ revoke: ["read_products"] })).status).toBe(422);
  expect((await change({ request: "read_customers" })).status).toBe(422);
});

test("addresses under another name lead to the right one", async () => {
  const { port, url } = setting.twin;
  const alias = await fetch(`http://localhost:${port}/store/north/products?q=a`, {
    redirect: "manual",
  });
  expect(alias.headers.get("location")).toBe(`${url}/store/north/products?q=a`);
  const byKey = await get(`/store/north/apps/${apiKey}/events?page=2`);
  expect(byKey.headers.get("location")).toBe("/store/north/apps/converge/events?page=2");
});

test("the store's own pages show what the twin holds", async () => {
  const { operations } = setting.twin;
  const sale = operations.sell({ shop });
  const [row] = operations.listStock({ shop });
  expect(await (await get("/store/north/orders")).text()).toContain(sale.name);
  expect(await (await get(`/store/north/orders/${sale.orderId}`)).text()).toContain(sale.name);
  expect(await (await get("/store/north/products")).text()).toContain(row?.sku);
  const searched = await (await get("/store/north/products?q=%3Cscript%3E")).text();
  expect(searched).toContain("No product matches");
  expect(searched).toContain("&lt;script&gt;");
  expect((await get("/store/north/customers")).status).toBe(200);
});

test("what is not there is said to a person in a page and to a script in JSON", async () => {
  const person = await fetch(`${setting.twin.url}/store/west`, {
    headers: { accept: "text/html" },
  });
  expect(person.status).toBe(404);
  expect(await person.text()).toContain("There is no store &quot;west&quot;");
  const script = await get("/session-token?shop=west.myshopify.com");
  expect(script.status).toBe(404);
  expect(await script.json()).toEqual({ error: 'shop: there is no store "west.myshopify.com"' });
  expect((await get("/admin-assets/../index.ts")).status).toBe(404);
  expect((await get("/store/north/settings")).status).toBe(404);
});
