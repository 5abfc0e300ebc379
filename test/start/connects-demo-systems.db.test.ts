import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { openDemoConnector } from "#app/start/connect-demo-systems.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { bodyOf } from "#test/demo-systems/deliver.ts";
import { type DemoSystem, startDemoSystem } from "#test/demo-systems/server.ts";
import { createRig, type Rig, workerConfig } from "#test/worker/rig.ts";

/** What `npm start` does for a demo system, at its first start and at the ones after. */

let rig: Rig;
let warehouse: DemoSystem;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  shop = await rig.installedShop();
  warehouse = await startDemoSystem({ name: "Warehouse", kind: "wms", port: 0 });
});
afterEach(() => warehouse.close());

/** Where `workerConfig` says that Converge is. */
const here = "https://converge.test";

async function connect(appUrl = here): Promise<void> {
  const config = workerConfig(rig);
  const shopify = { ...config.shopify, appUrl };
  const connector = openDemoConnector(rig.database.url, { ...config, shopify });
  const system = { name: "Warehouse", kind: "wms" as const, url: warehouse.url, port: 0 };
  try {
    await connector.connect(shop, [system]);
  } finally {
    await connector.close();
  }
}
const keysThere = async () => {
  const answer = fetch(`${warehouse.url}/control/api-key`);
  return (await bodyOf<{ items: object[] }>(answer)).items;
};
/** Whether each key there ever was is good, oldest first. */
const keysHere = async () => {
  const { rows } = await rig.db.query<{ good: boolean }>(
    "SELECT revoked_at IS NULL AS good FROM api_keys WHERE shop = $1 ORDER BY created_at",
    [shop],
  );
  return rows.map(({ good }) => good);
};

it("hands a new system its key, once", async () => {
  await connect();
  const [system] = await listSystems(rig.db, shop);
  expect(await keysThere()).toEqual([{ shop, systemId: system?.id, appUrl: here }]);
  await connect();
  expect(await listSystems(rig.db, shop)).toHaveLength(1);
  expect(await keysHere()).toEqual([true]);
});

it("makes a new key for a system that has lost its own, and the lost one is good no more", async () => {
  await connect();
  await warehouse.close();
  const port = Number(new URL(warehouse.url).port);
  warehouse = await startDemoSystem({ name: "Warehouse", kind: "wms", port });
  await connect();
  expect(await keysThere()).toMatchObject([{ shop }]);
  expect(await keysHere()).toEqual([false, true]);
});

it("tells the system where Converge has moved to", async () => {
  await connect();
  await connect("http://127.0.0.1:3999");
  expect(await keysThere()).toMatchObject([{ appUrl: "http://127.0.0.1:3999" }]);
});
