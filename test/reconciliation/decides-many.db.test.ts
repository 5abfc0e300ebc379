import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  listDiscrepancies,
  recordDiscrepancy,
  resolveMany,
} from "#app/discrepancies/index.server.ts";
import {
  goneAmong,
  learnLocations,
  linkSkus,
  lockResources,
  moveResources,
} from "#app/mirror/index.server.ts";
import { loadDiscrepancies } from "#app/routes/app.discrepancies/discrepancies.presenter.server.ts";
import { connectSystem, type ConnectedSystem } from "#test/delivery/publish.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";

let rig: Rig;
let shop: string;
let system: ConnectedSystem;
let held = holdJobs();

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  held = holdJobs();
  shop = await rig.installedShop();
  system = await connectSystem(rig, shop, "http://127.0.0.1:9/");
});

const deps = () => ({ ...rig, enqueue: held.enqueue, goneAmong });
const owner = { with: "owner", reason: "counted" } as const;

async function find(count: number, domain: "inventory" | "pricing" = "inventory") {
  await rig.db.transaction(async (tx) => {
    for (let n = 0; n < count; n += 1)
      await recordDiscrepancy(rig, tx, {
        shop,
        domain,
        kind: "value",
        systemId: system.id,
        owner: "shopify",
        resource: { type: "InventoryLevel", id: `gid://shopify/InventoryLevel/${String(n)}` },
        sku: `SKU-${String(n)}`,
        shopifyValue: { available: n },
        systemValue: { available: n + 1 },
        cause: "",
        eventId: null,
        correlationId: "c",
        traceparent: "",
        foundAtMs: Date.now() - 1_000,
      });
  });
}

async function open(): Promise<string[]> {
  const page = { limit: 1_000 };
  return (await listDiscrepancies(rig, shop, { status: "open" }, page)).items.map((one) => one.id);
}

it("all that a filter leaves are decided, each with what follows, and no others", async () => {
  await find(450);
  await find(3, "pricing");
  const chosen = { filter: { domain: "inventory" } } as const;
  expect(await resolveMany(deps(), shop, "user:1", chosen, owner)).toBe(450);
  expect(held.jobs.map((job) => job.name)).toEqual(Array(450).fill("tell-system"));
  expect(await open()).toHaveLength(3);
  const { rows } = await rig.db.query<{ count: number }>(
    "SELECT (detail ->> 'count')::int AS count FROM audit_entries WHERE shop = $1 AND action = 'discrepancies.resolved'",
    [shop],
  );
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(450);
});

it("those named are ignored, and nothing is sent", async () => {
  await find(5);
  const ids = (await open()).slice(0, 2);
  const ignore = { with: "ignore", reason: "known" } as const;
  const chosen = { ids: [...ids, "nonsense"] };
  expect(await resolveMany(deps(), shop, "user:1", chosen, ignore)).toBe(2);
  expect(await resolveMany(deps(), shop, "user:1", chosen, ignore)).toBe(0);
  expect(held.jobs).toEqual([]);
  expect(await open()).toHaveLength(3);
});

/** Stock of an article at a location, which the warehouse that owns it counts otherwise. */
async function findStock(number: string) {
  const item = `gid://shopify/InventoryItem/${number}`;
  const productId = `gid://shopify/Product/${number}`;
  await linkSkus(rig.db, shop, [
    { inventoryItemId: item, variantId: null, productId, sku: number },
  ]);
  await rig.db.transaction((tx) =>
    recordDiscrepancy(rig, tx, {
      shop,
      domain: "inventory",
      kind: "value",
      systemId: system.id,
      owner: system.id,
      resource: {
        type: "InventoryLevel",
        id: `gid://shopify/InventoryLevel/7?inventory_item_id=${number}`,
        locationId: `gid://shopify/Location/${number}`,
      },
      sku: number,
      shopifyValue: { available: 1 },
      systemValue: { available: 2 },
      cause: "",
      eventId: null,
      correlationId: "c",
      traceparent: "",
      foundAtMs: Date.now(),
    }),
  );
}

async function deleteProduct(number: string) {
  const key = { type: "Product", id: `gid://shopify/Product/${number}` };
  const nowMs = Date.now();
  const nothing = { digest: Buffer.alloc(0), state: Buffer.alloc(0), triggeredAtMs: null };
  const version = { version: new Date(nowMs).toISOString(), versionAtMs: nowMs };
  const eventId = "00000000-0000-4000-8000-000000000000";
  await rig.db.transaction(async (tx) => {
    await lockResources(tx, shop, [key]);
    await moveResources(
      tx,
      shop,
      [{ ...key, ...nothing, ...version, eventId, deleted: true }],
      nowMs,
    );
  });
}

it("stock of a product that Shopify has deleted is marked as settled, and nothing is written", async () => {
  await findStock("11");
  await findStock("12");
  await learnLocations(rig.db, shop, [{ id: "gid://shopify/Location/11", name: "Old" }]);
  await learnLocations(rig.db, shop, [{ id: "gid://shopify/Location/11", name: "Berlin" }]);
  await deleteProduct("11");
  const scope = { domain: null, system: null };
  const page = await loadDiscrepancies(rig, shop, { status: "open", scope, after: null });
  const shown = page.rows.map(({ resource, remedy, place }) => [resource.sku, remedy, place]);
  expect(shown.sort()).toEqual([
    ["11", "gone", "Berlin"],
    ["12", "write", "Location 12"],
  ]);
  expect(await resolveMany(deps(), shop, "user:1", { filter: {} }, owner)).toBe(2);
  expect(held.jobs).toMatchObject([
    {
      name: "write-back",
      payload: { resource: { id: "gid://shopify/InventoryLevel/7?inventory_item_id=12" } },
    },
  ]);
});

it("two people at once decide about each once; another store's are nobody's business", async () => {
  await find(300);
  const other = await rig.installedShop();
  expect(await resolveMany(deps(), other, "user:2", { filter: {} }, owner)).toBe(0);
  const both = await Promise.all([
    resolveMany(deps(), shop, "user:1", { filter: {} }, owner),
    resolveMany(deps(), shop, "user:2", { filter: {} }, owner),
  ]);
  expect(both.reduce((sum, one) => sum + one, 0)).toBe(300);
  expect(held.jobs).toHaveLength(300);
});
