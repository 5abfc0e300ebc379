import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningDemo, runDemo } from "#test/journeys/run-demo.ts";
import { launchBrowser, newVisitor } from "#test/support/browser.ts";
import { NORTH } from "#test/twin-conformance/support.ts";

/**
 * A merchant holds units and has systems agree to it; people at the warehouse and in accounts answer on
 * the pages of theirs, and the merchant sees what came of it.
 */

let demo: RunningDemo;
let browser: Browser;
let page: Page;
let app: FrameLocator;
let sku: string;

beforeAll(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
  page = await newVisitor(browser);
  // A router that would have to ask where the next screen is would show nothing at all.
  await page.route("**/__manifest*", async (route) => {
    await sleep(2_000);
    await route.continue();
  });
  app = page.frameLocator("iframe[name=app-iframe]");
  await page.goto(`${demo.twin.url}/store/north/install`);
  await page.getByRole("button", { name: "Install" }).click();
  await app.getByRole("heading", { name: "Overview" }).waitFor();
  await demo.connectSystems(NORTH);
  sku = demo.twin.operations.sell({ shop: NORTH }).sku;
  demo.twin.operations.setStock({ shop: NORTH, sku, available: 50 });
}, 240_000);

afterAll(async () => {
  await browser.close();
  await demo.close();
}, 60_000);

const open = async (path: string) => {
  await page.goto(`${demo.twin.url}/store/north/apps/converge${path}`);
  await app.locator("h1").first().waitFor();
};
const dialog = () => app.getByRole("dialog");
/** A row of the list of holds. */
const row = (reference: string) => app.getByRole("row").filter({ hasText: reference });
const button = (system: Page, answer: string, units: number, reference: string) =>
  system.getByRole("button", { name: `${answer} ${units} × ${sku} for ${reference}` });

// Polaris draws its own box over the real one.
const askWarehouse = () =>
  dialog().getByRole("checkbox", { name: "Demo Warehouse" }).check({ force: true });

async function holdAsking(units: number, reference: string, ask: () => Promise<void>) {
  await app.getByRole("button", { name: "Hold units" }).click();
  await dialog().getByLabel("Units", { exact: true }).fill(String(units));
  await dialog().getByLabel("What for").fill(reference);
  await ask();
  await dialog()
    .getByText("confirmed when all of them agree, and given up when one refuses")
    .waitFor();
  // The dialog is gone once it has worked, and says why while it has not; its button works once at a time.
  const held = async () => {
    const hold = dialog().getByRole("button", { name: "Hold units" });
    await hold.click({ timeout: 2_000 }).catch(() => undefined);
    return (await dialog().count()) === 0 ? "held" : dialog().innerText();
  };
  await expect.poll(held, { timeout: 60_000, interval: 3_000 }).toBe("held");
}

async function visit(url: string): Promise<Page> {
  const visitor = await newVisitor(browser);
  await visitor.goto(url);
  return visitor;
}

const pixelsTooWide = (root: HTMLElement) => root.scrollWidth - root.clientWidth;

test("a store whose stock no system counts begins a group and counts an article", async () => {
  await open("/ownership");
  await app.getByLabel("Stock levels belong to").selectOption({ label: "Shopify" });
  await app.getByRole("button", { name: "Save" }).click();
  await page.getByText("Ownership saved").waitFor();
  await open("/store-group");
  await app.getByLabel("Name").fill("Outdoor");
  await app.getByRole("button", { name: "Begin group" }).click();
  await app.getByRole("button", { name: "Let another store in" }).waitFor();
  await open("/inventory");
  await app.getByRole("button", { name: "Count an article" }).first().click();
  await dialog().getByLabel("SKU").fill(sku);
  await dialog().getByLabel("Units on the shelf").fill("50");
  // Converge may still be reading the store; the dialog is gone once it has worked.
  const counted = async () => {
    const save = dialog().getByRole("button", { name: "Save count" });
    await save.click({ timeout: 2_000 }).catch(() => undefined);
    return (await dialog().count()) === 0 ? "counted" : dialog().innerText();
  };
  await expect.poll(counted, { timeout: 60_000, interval: 1_000 }).toBe("counted");
  await app.getByRole("heading", { name: "Holds" }).waitFor();
}, 120_000);

test("a hold that the warehouse acknowledges is confirmed", async () => {
  await holdAsking(3, "Order #1001", askWarehouse);
  await row("Order #1001").getByText("Demo Warehouse: waiting").waitFor();
  expect(await row("Order #1001").getByRole("button").allTextContents()).toEqual(["Release"]);
  const warehouse = await visit(demo.warehouse.url);
  await button(warehouse, "Acknowledge", 3, "Order #1001").click({ timeout: 60_000 });
  await warehouse.getByText("Acknowledged. The hold is confirmed.").waitFor();
  await warehouse.getByText("Nothing waits for an answer.").waitFor();
  await row("Order #1001").getByText("Demo Warehouse: agreed").waitFor();
  await row("Order #1001").getByText("Confirmed").waitFor();
}, 120_000);

test("a hold that one of two refuses is released, and says who refused", async () => {
  await holdAsking(2, "Order #1002", async () => {
    await dialog().getByRole("checkbox", { name: "Demo Warehouse" }).focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
  });
  const [warehouse, erp] = [await visit(demo.warehouse.url), await visit(demo.erp.url)];
  await button(erp, "Acknowledge", 2, "Order #1002").press("Enter", { timeout: 60_000 });
  await erp.getByText("Acknowledged. It waits for the others").waitFor();
  await row("Order #1002").getByText("Demo ERP: agreed").waitFor();
  await row("Order #1002").getByText("Demo Warehouse: waiting").waitFor();
  const refuse = button(warehouse, "Refuse", 2, "Order #1002");
  await refuse.focus();
  await holdAsking(1, "Order #1003", askWarehouse);
  await button(warehouse, "Refuse", 1, "Order #1003").waitFor({ timeout: 60_000 });
  // The list was drawn anew, and took the focus from nobody.
  expect(await refuse.evaluate((element) => element.matches(":focus"))).toBe(true);
  await warehouse.setViewportSize({ width: 390, height: 844 });
  expect(await warehouse.locator("html").evaluate(pixelsTooWide)).toBe(0);
  await warehouse.keyboard.press("Enter");
  await warehouse.getByText("Refused. The hold is released.").waitFor();
  await refuse.waitFor({ state: "detached" });
  await row("Order #1002").getByText("Released").waitFor();
  await row("Order #1002").getByText("Demo Warehouse refused it.").waitFor();
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await app.locator("html").evaluate(pixelsTooWide)).toBe(0);
}, 120_000);
