import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runDemo, type RunningDemo } from "#test/journeys/run-demo.ts";
import { launchBrowser, newVisitor } from "#test/support/browser.ts";

/** Every screen in the narrowest window people use, with real data and a system that is broken. */

const shop = "north.myshopify.com";
let demo: RunningDemo;
let browser: Browser;
let page: Page;
let app: FrameLocator;
const complaints: string[] = [];

beforeAll(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
  page = await newVisitor(browser, { width: 390, height: 844 });
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  app = page.frameLocator("iframe[name=app-iframe]");
  await page.goto(`${demo.twin.url}/store/north/install`);
  await page.getByRole("button", { name: "Install" }).click();
  await app.getByRole("heading", { name: "Overview" }).waitFor();
  await demo.connectSystems(shop);
  await demo.warehouse.setBehaviour({ mode: "reject" });
  demo.twin.operations.sell({ shop, quantity: 1 });
}, 180_000);

afterAll(async () => {
  await browser.close();
  await demo.close();
}, 60_000);

async function open(path: string): Promise<void> {
  await page.goto(`${demo.twin.url}/store/north/apps/converge${path}`);
  await app.locator("h1").first().waitFor();
}

/** How many pixels stick out at the right of the app's frame. */
function pixelsTooWide(): Promise<number> {
  const html = app.locator("html");
  return html.evaluate((element) => element.scrollWidth - element.clientWidth);
}

test("nothing is wider than the window, and the browser has nothing to complain about", async () => {
  await expect
    .poll(
      async () => {
        await open("/dead-letters");
        return app.getByRole("checkbox", { name: /^Select / }).count();
      },
      { timeout: 30_000, interval: 1_000 },
    )
    .toBeGreaterThan(0);
  const tooWide: Record<string, number> = {};
  for (const path of [
    "",
    "/alerts",
    "/freshness",
    "/freshness/inventory/converge",
    "/events",
    "/dead-letters",
    "/systems",
    "/systems/new",
    "/store",
    "/webhook-health",
    "/privacy",
    "/inventory",
    "/order-holds",
    "/ownership",
    "/store-group",
    "/store-group/links",
  ]) {
    await open(path);
    tooWide[path] = await pixelsTooWide();
  }
  for (const list of ["/events", "/systems"]) {
    await open(list);
    await app.locator("tbody a").first().click();
    await app.getByRole("heading", { name: /^(Timeline|Deliveries)$/ }).waitFor();
    tooWide[`${list}/:id`] = await pixelsTooWide();
  }
  expect(Object.entries(tooWide).filter(([, pixels]) => pixels > 0)).toEqual([]);
  expect(complaints).toEqual([]);
});

test("a chart's numbers can be read as a table instead", async () => {
  await open("");
  const tables = app.getByRole("button", { name: "View as table" });
  await tables.last().click();
  await app.getByRole("columnheader", { name: "Superseded" }).waitFor();
});

test("a form says beside the field what is wrong with it", async () => {
  await open("/systems/new");
  await app.getByRole("button", { name: "Connect system" }).click();
  const name = app.getByLabel("Name");
  await app.getByText("Give the system a name.").waitFor();
  expect(await name.getAttribute("aria-invalid")).toBe("true");
});

test("a dialog that is left gives the focus back to the button that opened it", async () => {
  await open("/dead-letters");
  const first = app.getByRole("checkbox", { name: /^Select / }).nth(1);
  // Polaris draws its own box over the real one.
  await first.check({ force: true });
  const discard = app.getByRole("button", { name: "Discard selected" });
  await discard.click();
  const reason = app.getByLabel("Reason");
  await reason.waitFor();
  await expect.poll(() => reason.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.press("Escape");
  await reason.waitFor({ state: "detached" });
  await expect
    .poll(() => discard.evaluate((button) => button === document.activeElement))
    .toBe(true);
});
