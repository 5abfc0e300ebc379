import { noTracing } from "#app/observability/index.server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createIntake } from "#app/intake/index.server.ts";
import {
  dismissSetup,
  getShop,
  installedShops,
  installShop,
  markLearned,
  uninstallShop,
} from "#app/shops/index.server.ts";
import { createWorkbench, type Workbench } from "#test/processing/workbench.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { clientSecret, webhookOf } from "#test/worker/webhooks.ts";

let rig: Rig;
let bench: Workbench;

beforeAll(async () => {
  rig = await createRig();
  bench = createWorkbench(rig);
});
afterAll(() => rig.close());

const tenMs = Date.parse("2026-11-23T10:00:00Z");
const install = (shop: string, atMs: number) =>
  rig.db.transaction((tx) => installShop(tx, shop, "read_orders,write_inventory", atMs));
const uninstall = (shop: string, triggeredMs: number | null, atMs: number) =>
  rig.db.transaction((tx) =>
    uninstallShop(tx, shop, triggeredMs === null ? null : new Date(triggeredMs), atMs),
  );
const isInstalled = async (shop: string) => (await installedShops(rig.db, [shop])).has(shop);

describe("an installation", () => {
  it("is fresh once, however many loaders find it at once", async () => {
    const fresh = await Promise.all(
      Array.from({ length: 4 }, () => install("twice.myshopify.com", tenMs)),
    );
    // All name the same instant here, so that only the outcome counts: one shop, one date.
    expect(fresh.filter(Boolean).length).toBeGreaterThanOrEqual(1);
    expect(await install("twice.myshopify.com", tenMs + 1)).toBe(false);
    const shop = await getShop(rig.db, "twice.myshopify.com");
    expect(shop?.installedAt).toBe("2026-11-23T10:00:00.000Z");
    expect(shop?.scopes).toEqual(["read_orders", "write_inventory"]);
  });

  it("again after an uninstall counts as new, and everything is learned anew", async () => {
    const shop = "back.myshopify.com";
    await install(shop, tenMs);
    await markLearned(rig.db, shop, tenMs + 1_000);
    await uninstall(shop, tenMs + 2_000, tenMs + 2_500);
    expect(await isInstalled(shop)).toBe(false);
    expect(await getShop(rig.db, shop)).toBeNull();
    expect(await install(shop, tenMs + 3_000)).toBe(true);
    expect(await getShop(rig.db, shop)).toMatchObject({
      installedAt: "2026-11-23T10:00:03.000Z",
      learnedAt: null,
    });
  });

  it("is not undone by an uninstall that happened before it and is heard of late", async () => {
    const shop = "late.myshopify.com";
    await install(shop, tenMs);
    expect(await uninstall(shop, tenMs - 60_000, tenMs + 5_000)).toBe(false);
    expect(await isInstalled(shop)).toBe(true);
    expect(await uninstall(shop, null, tenMs + 6_000)).toBe(true);
    expect(await uninstall(shop, null, tenMs + 7_000)).toBe(false);
  });
});

describe("what Shopify says of a shop", () => {
  it("app/uninstalled ends it in the transaction that processes it; later webhooks are not stored", async () => {
    const shop = await rig.installedShop();
    await bench.process({ shop, topic: "app/uninstalled", body: { id: 1, domain: shop } });
    expect(await isInstalled(shop)).toBe(false);
    expect(bench.forgotten).toEqual([shop]);
    const { db, vault, clock, counters, log } = rig;
    const intake = createIntake({
      db,
      queue: bench.queue,
      vault,
      clock,
      counters,
      log,
      tracing: noTracing,
      secrets: [clientSecret],
    });
    const after = webhookOf({ shop, topic: "orders/create", body: { id: 2 } });
    expect(await intake.receive(after)).toEqual({ outcome: "not_installed" });
  });

  it("shop/update and app/scopes_update are written down", async () => {
    const shop = await rig.installedShop();
    await bench.process(
      {
        shop,
        topic: "shop/update",
        body: {
          name: "North",
          currency: "EUR",
          iana_timezone: "Europe/Berlin",
          plan_display_name: "Plus",
        },
      },
      {
        shop,
        topic: "app/scopes_update",
        body: { previous: ["read_orders"], current: ["read_orders", "read_products"] },
      },
    );
    expect(await getShop(rig.db, shop)).toMatchObject({
      name: "North",
      currency: "EUR",
      timeZone: "Europe/Berlin",
      plan: "Plus",
      scopes: ["read_orders", "read_products"],
    });
    await bench.process({ shop, topic: "shop/update", body: { name: "Norther" } });
    expect(await getShop(rig.db, shop)).toMatchObject({ name: "Norther", currency: "EUR" });
  });
});

describe("the setup guide", () => {
  it("is put away once, for the whole shop and no other", async () => {
    await install("guided.myshopify.com", tenMs);
    await install("unguided.myshopify.com", tenMs);
    const dismissedAt = async (shop: string) => (await getShop(rig.db, shop))?.setupDismissedAt;
    expect(await dismissedAt("guided.myshopify.com")).toBeNull();
    await dismissSetup(rig.db, "guided.myshopify.com", tenMs);
    await dismissSetup(rig.db, "guided.myshopify.com", tenMs + 5_000);
    expect(await dismissedAt("guided.myshopify.com")).toBe("2026-11-23T10:00:00.000Z");
    expect(await dismissedAt("unguided.myshopify.com")).toBeNull();
  });
});
