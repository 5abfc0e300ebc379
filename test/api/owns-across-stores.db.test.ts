import { print } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listDiscrepancies } from "#app/discrepancies/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { writeBack } from "#app/write-back/index.server.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import {
  at,
  type Client,
  installedClient,
  SOUTH,
  startSmallTwin,
} from "#test/twin-conformance/support.ts";
import type { Twin } from "#test/twin/types.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

/** A system of one store owns prices in another one by their group's rule: all the way to Shopify. */

let api: ApiRig;
let twin: Twin;
let client: Client;
let bench: Workbench;
/** Of the twin; `south` is its store. */
let product: { id: number; variantId: number };
let north: { shop: string; bearer: string };
let south: { shop: string; bearer: string };
let erp: { id: string; apiKey: string };
let pim: { id: string; apiKey: string };
let groupPath: string;

const call = (bearer: string, method: string, path: string, body?: unknown) =>
  api.call(bearer, method, path, body);
const sku = "MUG";
const now = () => new Date().toISOString();

async function openStore() {
  const shop = await api.rig.installedShop();
  return { shop, bearer: api.merchant(shop) };
}

async function connect({ bearer }: { bearer: string }, name: string, kind: string) {
  const wanted = { name, kind, url: "http://127.0.0.1:9/hook", domains: ["pricing"] };
  return (await call(bearer, "POST", "/systems", wanted)).body as typeof erp;
}

const numberOf = (gid: string) => Number(gid.split("/").at(-1));

beforeAll(async () => {
  [api, twin] = await Promise.all([createApiRig(), startSmallTwin()]);
  bench = createWorkbench(api.rig);
  client = await installedClient(twin, SOUTH);
  const answer = await client(
    "{ products(first: 1) { nodes { id variants(first: 1) { nodes { id } } } } }",
  );
  type Node = { id: string; variants: { nodes: { id: string }[] } };
  const [found] = at<Node[]>(answer, "products", "nodes");
  product = {
    id: numberOf(found?.id ?? ""),
    variantId: numberOf(found?.variants.nodes[0]?.id ?? ""),
  };
  [north, south] = [await openStore(), await openStore()];
  erp = await connect(north, "ERP", "erp");
  pim = await connect(south, "PIM", "pim");
  const group = await call(north.bearer, "POST", "/store-groups", { name: "Outdoor" });
  const { id: groupId } = group.body as { id: string };
  groupPath = `/store-groups/${groupId}/ownership-rules`;
  const made = await call(north.bearer, "POST", "/store-groups/pairing-codes", { groupId });
  const { code } = made.body as { code: string };
  expect((await call(south.bearer, "POST", "/store-groups/join", { code })).status).toBe(200);
  await tell(await price());
});
afterAll(() => Promise.all([api.close(), twin.close()]));

const variantGid = () => `gid://shopify/ProductVariant/${String(product.variantId)}`;

/** What Shopify has in south. */
async function price(): Promise<string> {
  const query = "query V($id: ID!) { productVariant(id: $id) { price } }";
  return at<string>(await client(query, { id: variantGid() }), "productVariant", "price");
}

/** South's Shopify tells of the product, with this price. */
async function tell(value: string): Promise<void> {
  const variants = [{ id: product.variantId, price: value, sku }];
  const body = productBody(product.id, now(), variants);
  await bench.process({ shop: south.shop, topic: "products/update", body });
}

/** Somebody changes the price in south's admin, and Shopify tells of it. */
async function editInAdmin(value: string): Promise<void> {
  await client(
    `mutation P($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
       productVariantsBulkUpdate(productId: $productId, variants: $variants) { userErrors { message } } }`,
    {
      productId: `gid://shopify/Product/${String(product.id)}`,
      variants: [{ id: variantGid(), price: value }],
    },
  );
  await tell(value);
}

/** Carries out the writes that wait; returns in which stores. */
async function writeAll(): Promise<string[]> {
  const jobs = bench.jobs.splice(0).filter((job) => job.name === "write-back");
  const shops: string[] = [];
  for (const job of jobs) {
    const payload = job.payload as JobPayload<"write-back">;
    const graphql = (async (
      shop: string,
      document: Parameters<typeof print>[0],
      variables: object,
    ) => {
      shops.push(shop);
      return (await client(print(document), { ...variables })).data;
    }) as Shopify["graphql"];
    await writeBack({ ...bench.deps, db: api.rig.db, shopify: { graphql } }, payload);
  }
  return [...new Set(shops)];
}

const change = (bearer: string, more: object = {}) =>
  call(bearer, "POST", "/changes", {
    domain: "pricing",
    shop: south.shop,
    sku,
    set: { price: "12.50" },
    observedAt: now(),
    ...more,
  });

/** Takes what systems sent through processing. */
async function process(): Promise<void> {
  const jobs = api.queue.jobs.splice(0).filter((job) => job.name === "process-events");
  for (const job of jobs) await bench.run([job.payload as JobPayload<"process-events">]);
}

const ruleForGroup = (items: unknown) => call(north.bearer, "PUT", groupPath, { items });
const pricing = (more: object = {}) => ({
  domain: "pricing",
  owner: erp.id,
  onForeignWrite: "revert",
  ...more,
});
const rulesOf = async ({ bearer }: { bearer: string }) =>
  (
    (await call(bearer, "GET", "/ownership-rules")).body as {
      items: { domain: string; owner: string; source?: string }[];
    }
  ).items;

describe("the rules of a group in the API", () => {
  it("are told and replaced whole by the group's merchants, and nobody else's business", async () => {
    const stranger = await openStore();
    const ruled = await ruleForGroup([pricing()]);
    expect(ruled).toMatchObject({ status: 200, body: { items: [pricing({ followedBy: [] })] } });
    for (const bearer of [south.bearer, erp.apiKey, pim.apiKey])
      expect((await call(bearer, "GET", groupPath)).body).toEqual(ruled.body);
    expect((await call(erp.apiKey, "PUT", groupPath, { items: [] })).status).toBe(403);
    expect((await call(stranger.bearer, "GET", groupPath)).status).toBe(404);
    expect((await call(stranger.bearer, "PUT", groupPath, { items: [] })).status).toBe(404);
    for (const [item, field] of [
      [pricing({ domain: "weather" }), "items.0.domain"],
      [pricing({ owner: "sys_x" }), "items.0.owner"],
      [pricing({ onForeignWrite: "shout" }), "items.0.onForeignWrite"],
      [{ domain: "pricing" }, "items.0.owner"],
    ] as const)
      expect(await ruleForGroup([item])).toMatchObject({
        status: 422,
        body: { errors: [{ field }] },
      });
    expect((await call(south.bearer, "GET", groupPath)).body).toEqual(ruled.body);
  });

  it("are followed by the word of a store's merchant, which reading and sending back keeps", async () => {
    await ruleForGroup([pricing()]);
    const before = await rulesOf(south);
    expect(before.every((rule) => rule.source === undefined)).toBe(true);
    const items = [pricing({ source: "group" })];
    const followed = await call(south.bearer, "PUT", "/ownership-rules", { items });
    expect(followed.status).toBe(200);
    const after = await rulesOf(south);
    expect(after.find((rule) => rule.domain === "pricing")).toEqual(pricing({ source: "group" }));
    await call(south.bearer, "PUT", "/ownership-rules", { items: after });
    expect(await rulesOf(south)).toEqual(after);
    const document = (await call(south.bearer, "GET", "/settings")).body;
    expect((await call(south.bearer, "PUT", "/settings", document)).body).toEqual(document);
    const changed = after.map((rule) =>
      rule.domain === "pricing" ? { ...rule, owner: pim.id } : rule,
    );
    expect(await call(south.bearer, "PUT", "/ownership-rules", { items: changed })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "items.3.owner" }] },
    });
    expect(await rulesOf(south)).toEqual(after);
  });
});

describe("a system that owns by the group's rule", () => {
  it("writes to the store that follows, asks what became of it, and is not told its own change", async () => {
    await ruleForGroup([pricing()]);
    await follow();
    const answer = await change(erp.apiKey);
    expect(answer.status).toBe(202);
    const { id } = answer.body as { id: string };
    const status = async (bearer: string) =>
      (await call(bearer, "GET", `/changes/${id}`)) as {
        status: number;
        body: { status?: string };
      };
    expect((await status(erp.apiKey)).body.status).toBe("pending");
    await process();
    expect(await writeAll()).toEqual([south.shop]);
    expect(await price()).toBe("12.50");
    expect((await status(erp.apiKey)).body.status).toBe("applied");
    expect((await status(south.bearer)).body.status).toBe("applied");
    expect([(await status(north.bearer)).status, (await status(pim.apiKey)).body.status]).toEqual([
      404,
      "applied",
    ]);
    await tell("12.50");
    const { rows } = await api.rig.db.query<{ origin: string }>(
      `SELECT origin FROM changes WHERE shop = $1 AND domain = 'pricing'
       ORDER BY processed_at DESC LIMIT 1`,
      [south.shop],
    );
    expect(rows[0]?.origin).toBe(erp.id);
    expect(await writeAll()).toEqual([]);
  });

  it("has its value put back when somebody changes it in that store", async () => {
    await ruleForGroup([pricing()]);
    await follow();
    const was = await price();
    await editInAdmin("99.00");
    expect(await writeAll()).toEqual([south.shop]);
    expect(await price()).toBe(was);
    await tell(was);
    await ruleForGroup([pricing({ onForeignWrite: "flag" })]);
    await editInAdmin("98.00");
    expect(await writeAll()).toEqual([]);
    const found = await listDiscrepancies(api.rig, south.shop, { domain: "pricing" }, { limit: 1 });
    expect(found.items).toMatchObject([{ kind: "foreign_write", owner: erp.id, system: erp.id }]);
  });

  it("is refused where the store does not follow, and others are told whose rule it is", async () => {
    await ruleForGroup([pricing()]);
    await follow();
    const detail = async (bearer: string, more: object = {}) => {
      const { status, body } = await change(bearer, more);
      return [status, (body as { detail: string }).detail];
    };
    expect(await detail(pim.apiKey)).toEqual([
      409,
      `Your system does not own pricing in this store: by the rule of its store group "Outdoor", another system does. Nothing was written. The merchant can change that under Ownership or with the store group.`,
    ]);
    await call(south.bearer, "PUT", "/ownership-rules", {
      items: [{ domain: "pricing", owner: pim.id }],
    });
    expect(await detail(erp.apiKey)).toEqual([
      409,
      `Your system does not own pricing in ${south.shop}: another system does. Nothing was written. The merchant can change that under Ownership.`,
    ]);
    expect((await change(erp.apiKey, { shop: undefined })).status).toBe(409);
    const { shop } = await openStore();
    expect(await change(erp.apiKey, { shop })).toMatchObject({
      status: 422,
      body: { errors: [{ field: "shop" }] },
    });
  });

  it("loses what it sent when the store leaves before it is looked at", async () => {
    await ruleForGroup([pricing()]);
    await follow();
    const { id } = (await change(erp.apiKey, { set: { price: "1.00" } })).body as { id: string };
    const group = groupPath.replace("/ownership-rules", "");
    expect((await call(south.bearer, "POST", `${group}/leave`)).status).toBe(204);
    await process();
    expect(await writeAll()).toEqual([]);
    expect((await call(south.bearer, "GET", `/changes/${id}`)).body).toMatchObject({
      status: "dead",
      reason: "The system does not own pricing any more. Nothing was written.",
    });
    expect((await call(erp.apiKey, "GET", `/changes/${id}`)).status).toBe(404);
    expect(await change(erp.apiKey)).toMatchObject({
      status: 422,
      body: { errors: [{ field: "shop" }] },
    });
  });
});

async function follow(): Promise<void> {
  const items = [{ domain: "pricing", source: "group", owner: erp.id }];
  expect((await call(south.bearer, "PUT", "/ownership-rules", { items })).status).toBe(200);
}
