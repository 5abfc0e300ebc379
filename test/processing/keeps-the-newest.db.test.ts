import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { processEvents } from "#app/processing/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import {
  productBody,
  productGid,
  stockBody,
  stockLevelGid,
  variantGid,
  type WebhookDraft,
} from "#test/worker/webhooks.ts";
import { createWorkbench, type Workbench } from "./workbench.ts";

let rig: Rig;
let bench: Workbench;
let shop: string;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
});
afterAll(() => rig.close());

const second = (n: number) => `2026-11-23T10:00:${String(n).padStart(2, "0")}Z`;

function stock(available: number, updatedAt: string, triggeredAt?: string): WebhookDraft {
  return {
    shop,
    topic: "inventory_levels/update",
    body: stockBody(1, available, updatedAt),
    ...(triggeredAt === undefined ? {} : { triggeredAt }),
  };
}

const product = (topic: string, updatedAt: string, price: string, triggeredAt?: string) => ({
  shop,
  topic: `products/${topic}`,
  body:
    topic === "delete"
      ? { id: 7, admin_graphql_api_id: productGid(7) }
      : productBody(7, updatedAt, [{ id: 70, price }]),
  ...(triggeredAt === undefined ? {} : { triggeredAt }),
});

const statuses = async () => (await bench.events(shop)).map((event) => event.status);
const available = async () =>
  (await bench.changes(shop)).map((change) => change.data["available"] as number);
const told = async () => (await bench.changes(shop)).map((change) => change.type);

describe("an event about a resource", () => {
  it("is superseded when a newer version was applied, and says which", async () => {
    shop = await rig.installedShop();
    await bench.process(stock(5, second(10)), stock(9, second(9)));
    expect(await statuses()).toEqual(["applied", "superseded"]);
    expect(await available()).toEqual([5]);
    const [, late] = await bench.events(shop);
    expect(late?.reason).toBe(
      "A newer version (2026-11-23T10:00:10.000Z) was already applied; this one is of 2026-11-23T10:00:09Z.",
    );
  });

  it("compares versions as instants, whatever offset they are written in", async () => {
    shop = await rig.installedShop();
    await bench.process(
      stock(5, "2026-11-23T10:00:00Z"),
      // 09:59:59 UTC, though its text sorts after.
      stock(6, "2026-11-23T11:59:59+02:00"),
      // 10:00:01 UTC, though its text sorts before.
      stock(7, "2026-11-23T05:00:01-05:00"),
    );
    expect(await statuses()).toEqual(["applied", "superseded", "applied"]);
    expect(await available()).toEqual([5, 7]);
  });

  it("is dated after the one before, though another worker's clock was ahead", async () => {
    shop = await rig.installedShop();
    await bench.process(stock(5, second(10), second(11)));
    await bench.receive(stock(6, second(10), second(12)));
    const behind = { ...bench.deps, clock: { now: () => rig.clock.now() - 60_000 } };
    await rig.db.transaction((tx) => processEvents(behind, tx, bench.take()));
    // In the order of their dates, by which delivery tells versions of one stamp apart.
    expect(await available()).toEqual([5, 6]);
  });

  it("is superseded when the very same version was applied, delivered under another id", async () => {
    shop = await rig.installedShop();
    const at = second(30);
    await bench.process(stock(5, second(10), at), stock(5, second(10), at));
    expect(await statuses()).toEqual(["applied", "superseded"]);
    expect(await available()).toEqual([5]);
  });

  it("breaks a tie of versions by what Shopify triggered later", async () => {
    shop = await rig.installedShop();
    await bench.process(
      stock(5, second(10), "2026-11-23T10:00:10.200Z"),
      stock(4, second(10), "2026-11-23T10:00:10.100Z"),
      stock(3, second(10), "2026-11-23T10:00:10.300Z"),
    );
    expect(await statuses()).toEqual(["applied", "superseded", "applied"]);
    expect(await available()).toEqual([5, 3]);
  });

  it("waits for a read of the truth when nothing tells it apart from another content", async () => {
    shop = await rig.installedShop();
    const at = second(30);
    await bench.process(stock(5, second(10), at), stock(6, second(10), at));
    expect(await statuses()).toEqual(["applied", "superseded"]);
    expect(await available()).toEqual([5]);
    expect(bench.jobs.filter((job) => job.name === "confirm-resource")).toMatchObject([
      {
        payload: {
          shop,
          resource: { type: "InventoryLevel", id: stockLevelGid(1) },
          // Until it is read, stock is as old as the two states.
          oldest: { inventory: Date.parse(second(10)) },
        },
      },
    ]);
  });

  it("may come as an update before the creation", async () => {
    shop = await rig.installedShop();
    await bench.process(
      product("update", second(20), "12.00"),
      product("create", second(10), "10.00"),
    );
    expect(await statuses()).toEqual(["applied", "superseded"]);
    expect(await told()).toEqual(["product.updated", "price.updated"]);
  });

  it("counts each of several of one run against the one before", async () => {
    shop = await rig.installedShop();
    await bench.receive(
      stock(5, second(10)),
      stock(4, second(9)),
      stock(3, second(12)),
      stock(2, second(11)),
    );
    const jobs = bench.take();
    const eventIds = jobs.flatMap((job) => job.eventIds);
    await bench.run([{ shop, eventIds, failures: 0 }]);
    expect(await statuses()).toEqual(["applied", "superseded", "applied", "superseded"]);
    expect((await available()).sort()).toEqual([3, 5]);
    const { rows } = await rig.db.query<{ version: string }>(
      "SELECT version FROM mirror_resources WHERE shop = $1 AND id = $2",
      [shop, stockLevelGid(1)],
    );
    expect(rows).toEqual([{ version: second(12) }]);
  });
});

describe("a deletion", () => {
  it("wins over an update that was made before it and comes after it", async () => {
    shop = await rig.installedShop();
    await bench.process(
      product("create", second(10), "10.00"),
      product("delete", "", "", "2026-11-23T10:00:20.500Z"),
      product("update", second(20), "12.00"),
    );
    expect(await statuses()).toEqual(["applied", "applied", "superseded"]);
    expect(await told()).toEqual(["product.created", "price.updated", "product.deleted"]);
  });

  it("may come first of all; nothing of the product is told after it", async () => {
    shop = await rig.installedShop();
    await bench.process(
      product("delete", "", "", "2026-11-23T10:00:20.500Z"),
      product("update", second(20), "12.00"),
      product("create", second(10), "10.00"),
    );
    expect(await statuses()).toEqual(["applied", "superseded", "superseded"]);
    expect(await told()).toEqual(["product.deleted"]);
  });
});

describe("a price inside a product", () => {
  it("is told only when it differs", async () => {
    shop = await rig.installedShop();
    await bench.process(
      product("create", second(10), "10.00"),
      product("update", second(11), "10.00"),
      product("update", second(12), "11.50"),
    );
    const prices = (await bench.changes(shop)).filter((change) => change.domain === "pricing");
    expect(prices.map((change) => [change.resourceId, change.data["price"], change.sku])).toEqual([
      [variantGid(70), "10.00", "SKU-70"],
      [variantGid(70), "11.50", "SKU-70"],
    ]);
    expect(await told()).toEqual([
      "product.created",
      "price.updated",
      "product.updated",
      "product.updated",
      "price.updated",
    ]);
  });

  it("of an older product never overwrites a newer one", async () => {
    shop = await rig.installedShop();
    await bench.process(
      product("update", second(12), "11.50"),
      product("update", second(11), "10.00"),
    );
    const prices = (await bench.changes(shop)).filter((change) => change.domain === "pricing");
    expect(prices.map((change) => change.data["price"])).toEqual(["11.50"]);
  });
});
