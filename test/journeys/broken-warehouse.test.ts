import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchBrowser, newVisitor } from "#test/support/browser.ts";
import { type RunningDemo, runDemo } from "./run-demo.ts";

/**
 * The story a merchant tells: install, watch an event arrive, the warehouse breaks, dead letters
 * appear, it is healed, Replay, and nothing is left. Everything is real but Shopify.
 */

const shop = "north.myshopify.com";
let demo: RunningDemo;
let browser: Browser;
let page: Page;
let app: FrameLocator;

beforeAll(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
  page = await newVisitor(browser);
  app = page.frameLocator("iframe[name=app-iframe]");
}, 180_000);

afterAll(async () => {
  await browser.close();
  await demo.close();
}, 60_000);

const open = (path: string) => page.goto(`${demo.twin.url}/store/north/apps/converge${path}`);

test("a merchant installs the app from the admin and sees the overview", async () => {
  await page.goto(`${demo.twin.url}/store/north/install`);
  await page.getByRole("button", { name: "Install" }).click();
  await app.getByRole("heading", { name: "Overview" }).waitFor();
  expect(demo.twin.operations.installState({ shop }).installed).toBe(true);
});

test("a sale in Shopify reaches both systems and shows as applied", async () => {
  await demo.connectSystems(shop);
  const { sku, available } = demo.twin.operations.sell({ shop, quantity: 1 });
  await expect
    .poll(() => demo.warehouse.receivedIds().length, { timeout: 20_000 })
    .toBeGreaterThan(1);
  await expect.poll(() => demo.erp.receivedIds().length, { timeout: 20_000 }).toBeGreaterThan(1);
  await open("/events");
  await app.getByText("inventory_levels/update").first().waitFor();
  await app.getByText("Applied").first().waitFor();
  await expect
    .poll(() => stockAt(demo.warehouse.url, sku), { timeout: 20_000 })
    .toContain(available);
});

test("a broken warehouse leaves dead letters, and Replay all clears them", async () => {
  await demo.warehouse.setBehaviour({ mode: "reject" });
  const { sku, available } = demo.twin.operations.setStock({ shop, available: 7 });
  await expect
    .poll(
      async () => {
        await open("/dead-letters");
        return app.getByText("Demo Warehouse").count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBeGreaterThan(0);
  await demo.warehouse.setBehaviour({ mode: "healthy" });
  await app.getByRole("button", { name: "Replay all" }).first().click();
  await app.getByText("Nothing in the dead letters").waitFor();
  await expect
    .poll(() => stockAt(demo.warehouse.url, sku), { timeout: 20_000 })
    .toContain(available);
  expect(demo.warehouse.received().regressions).toBe(0);
});

test("what a comparison finds is repaired on a person's word", async () => {
  await open("/reconciliation");
  await app.getByRole("button", { name: "Run reconciliation" }).click();
  await app.getByLabel("With", { exact: true }).selectOption({ label: "Demo Warehouse" });
  await app.getByRole("button", { name: "Run", exact: true }).click();
  // Before it is in the list, leaving the page would take the order back.
  await app.getByRole("row").filter({ hasText: "Demo Warehouse" }).first().waitFor();
  await expect
    .poll(
      async () => {
        await open("/reconciliation");
        // A new store's own first comparisons may have begun after this one.
        const run = app.getByRole("row").filter({ hasText: "Demo Warehouse" });
        await run.getByRole("link").first().click();
        await app.getByText("Stock levels: Shopify and Demo Warehouse").waitFor();
        return app.getByRole("link", { name: "decide in Discrepancies" }).count();
      },
      { timeout: 90_000, interval: 2_000 },
    )
    .toBe(1);
  await app.getByRole("link", { name: "decide in Discrepancies" }).click();
  // The warehouse was connected to a store full of articles it has never heard of.
  const send = app.getByRole("button", { name: /^Send Shopify's: / }).first();
  const label = (await send.getAttribute("aria-label")) ?? "";
  const sku = /\S+$/.exec(label.replace(/ at .+$/, ""))?.[0] ?? "";
  const before = (await stockAt(demo.warehouse.url, sku)).length;
  await send.click();
  await app.getByLabel("Reason").fill("The warehouse is new.");
  await app.getByRole("button", { name: "Send Shopify's value" }).click();
  await expect
    .poll(async () => (await stockAt(demo.warehouse.url, sku)).length, { timeout: 20_000 })
    .toBe(before + 1);
});

/** What a demo system believes is available of a SKU, at any location. */
async function stockAt(systemUrl: string, sku: string): Promise<unknown[]> {
  const answer = await fetch(
    `${systemUrl}/resources?domain=inventory&sku=${encodeURIComponent(sku)}`,
  );
  const { items } = (await answer.json()) as { items: { data: { available?: unknown } }[] };
  return items.map((level) => level.data.available);
}
