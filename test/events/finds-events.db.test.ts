import { afterAll, beforeAll, expect, it } from "vitest";
import { listEvents } from "#app/events/index.server.ts";
import type { EventFilter } from "#app/events/types.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { stockBody, stockLevelGid } from "#test/worker/webhooks.ts";

let rig: Rig;
let shop: string;
const at = "2026-11-23T10:00:00Z";

/** Two levels of the item whose SKU is MUG, and what tells of that SKU. */
beforeAll(async () => {
  rig = await createRig();
  const bench = createWorkbench(rig);
  shop = await rig.installedShop();
  const item = /inventory_item_id=(\d+)/.exec(stockLevelGid(1))?.[1] ?? "";
  await bench.process(
    {
      shop,
      topic: "inventory_items/update",
      body: `{"id":${item},"admin_graphql_api_id":"gid://shopify/InventoryItem/${item}","sku":"MUG"}`,
    },
    { shop, topic: "inventory_levels/update", body: stockBody(1, 5, at) },
    { shop, topic: "inventory_levels/update", body: stockBody(2, 6, at) },
  );
});
afterAll(() => rig.close());

const found = async (filter: EventFilter) =>
  (await listEvents(rig.db, shop, filter, { limit: 10 })).items.map((event) => event.resource?.id);

it("finds the events of a SKU, the newest first, and no others", async () => {
  expect(await found({ sku: "MUG" })).toEqual([stockLevelGid(2), stockLevelGid(1)]);
  expect(await found({ sku: "MU" })).toEqual([]);
});

it("reads a SKU's events from an index, however many events there are", async () => {
  const { rows } = await rig.db.query<{ "QUERY PLAN": string }>(
    `EXPLAIN SELECT * FROM events WHERE shop = 'a' AND sku = 'MUG' ORDER BY id DESC LIMIT 51`,
  );
  expect(rows.map((row) => row["QUERY PLAN"]).join("\n")).toContain("events_shop_sku_id_idx");
});
