import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { launchBrowser, newVisitor } from "#test/support/browser.ts";
import { type AdminTestTwin, exchangeToken, startAdminTestTwin } from "./admin-test-twin.ts";

const shop = "north.myshopify.com";
let browser: Browser;
let setting: AdminTestTwin;
let page: Page;
/** Errors of scripts in the page or the frame. */
let complaints: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  setting = await startAdminTestTwin();
  page = await newVisitor(browser);
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
});
afterEach(async () => {
  await page.context().close();
  await setting.close();
  expect(complaints).toEqual([]);
});

/** From the list of stores into the app, as a merchant would; returns the app's frame. */
async function installAndOpen() {
  await page.goto(setting.twin.url);
  await page.getByRole("link", { name: "Open admin" }).first().click();
  await page.getByRole("main").getByRole("link", { name: "Install Converge" }).click();
  await page.getByRole("button", { name: "Install", exact: true }).click();
  const frame = page.frameLocator("iframe[name=app-iframe]");
  await frame.getByText("Path").waitFor();
  const idToken = setting.app.launches[0]?.get("id_token") ?? "";
  expect((await exchangeToken(setting.twin, shop, idToken)).status).toBe(200);
  return frame;
}

test("install, walk through the app's pages, and back", async () => {
  const frame = await installAndOpen();
  const navigation = page.getByRole("navigation", { name: "Admin" });
  await navigation.getByRole("link", { name: "Events" }).click();
  await frame.getByText("/app/events").waitFor();
  await page.waitForURL("**/store/north/apps/converge/events");
  await page.getByRole("heading", { name: "Events" }).waitFor();
  await navigation.getByRole("link", { name: "Systems" }).click();
  await page.waitForURL("**/store/north/apps/converge/systems?kind=erp");
  await page.goBack();
  await page.waitForURL("**/store/north/apps/converge/events");
  await frame.getByText("/app/events").waitFor();
  await page.reload();
  await frame.getByText("/app/events").waitFor();
  const marked = navigation.locator('[aria-current="page"]');
  await marked.filter({ hasText: "Events" }).waitFor();
});

test("calls carry a session token, and one that has expired is repeated with a fresh one", async () => {
  const frame = await installAndOpen();
  await frame.getByRole("button", { name: "Call" }).click();
  await frame.getByText("token 2 accepted").waitFor();
  const [first, second] = setting.app.tokens;
  expect(first?.split(".")).toHaveLength(3);
  expect(second?.split(".")).toHaveLength(3);
  expect(first).not.toBe(second);
});

test("a document without a session token gets one over the bounce page", async () => {
  const frame = await installAndOpen();
  const launches = setting.app.launches.length;
  await frame.locator("body").evaluate(() => location.assign("/app/events?page=2"));
  await frame.getByText("/app/events?page=2").waitFor();
  expect(setting.app.launches.length).toBe(launches + 1);
  await page.waitForURL("**/store/north/apps/converge/events?page=2");
});

test("a page opened outside of the admin goes to the same page inside", async () => {
  await installAndOpen();
  const token = setting.twin.mintSessionToken(shop);
  await page.goto(`${setting.app.url}/app/events?shop=${shop}&id_token=${token}`);
  await page.waitForURL(`${setting.twin.url}/store/north/apps/converge/events`);
});

test("toasts, title bar actions and dialogs reach the merchant and the app", async () => {
  const frame = await installAndOpen();
  const answer = frame.locator("#answer");
  await frame.getByRole("button", { name: "Toast" }).click();
  await page.getByText("Event replayed").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await answer.filter({ hasText: "undone" }).waitFor();
  await page.getByRole("button", { name: "Dismiss" }).click();
  expect(await page.getByText("Event replayed").count()).toBe(0);
  await page.getByRole("button", { name: "Add system" }).click();
  await answer.filter({ hasText: "add pressed" }).waitFor();
  await frame.getByRole("button", { name: "Dialog" }).click();
  await frame.getByRole("dialog", { name: "Replay" }).waitFor();
  await frame.getByRole("button", { name: "Yes, replay" }).click();
  await answer.filter({ hasText: "yes" }).waitFor();
  expect(await frame.getByRole("dialog").count()).toBe(0);
});

test("the save bar saves, discards after asking, and holds back navigation", async () => {
  const frame = await installAndOpen();
  const bar = page.getByRole("region", { name: "Unsaved changes" });
  const name = frame.getByLabel("Name");
  await name.fill("ERP");
  await bar.getByRole("button", { name: "Save" }).click();
  await frame.getByText("saved ERP").waitFor();
  await bar.waitFor({ state: "hidden" });
  await name.fill("3PL");
  await page.getByRole("link", { name: "Events" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  expect(new URL(page.url()).pathname).toBe("/store/north/apps/converge");
  await bar.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await bar.waitFor({ state: "hidden" });
  expect(await name.inputValue()).toBe("Warehouse");
  await frame.getByRole("button", { name: "Bar" }).click();
  await bar.getByRole("button", { name: "Keep" }).click();
  await frame.getByText("kept").waitFor();
  await bar.waitFor({ state: "hidden" });
});

test("links to the admin leave the frame", async () => {
  const frame = await installAndOpen();
  await frame.getByRole("button", { name: "Orders" }).click();
  await page.waitForURL("**/store/north/orders");
  await page.goBack();
  await frame.getByRole("link", { name: "Products" }).click();
  await page.waitForURL("**/store/north/products");
});

test("the control page sells, breaks and heals, and a refresh keeps what is being typed", async () => {
  await page.goto(`${setting.twin.url}/control`);
  const [row] = setting.twin.operations.listStock({ shop });
  const sku = row?.sku ?? "";
  await page.getByLabel("SKU").fill(sku);
  await page
    .locator("#sku-facts")
    .filter({ hasText: row?.title ?? "" })
    .waitFor();
  await page.getByLabel("Quantity").fill("2");
  await page.getByRole("button", { name: "Sell" }).click();
  await page.getByText(`${sku} sold`).waitFor();
  expect(setting.twin.operations.listOrders({ shop })[0]?.lines[0]).toMatchObject({
    sku,
    quantity: 2,
  });
  await page.getByLabel("New title").pressSequentially("Half a ti", { delay: 150 });
  expect(await page.getByLabel("New title").inputValue()).toBe("Half a ti");
  const warehouse = page.locator('[data-system="Warehouse"]');
  await warehouse.getByRole("combobox").selectOption("unavailable");
  await warehouse.getByRole("button", { name: "Break" }).click();
  await warehouse.getByText("unavailable", { exact: true }).waitFor();
  expect(setting.warehouse.received().behaviour.mode).toBe("unavailable");
  await warehouse.getByRole("button", { name: "Heal" }).click();
  await warehouse.getByText("healthy", { exact: true }).waitFor();
  await page.getByLabel("Duplicated").fill("25");
  await page.getByText("Faults set.").waitFor();
  expect(setting.twin.operations.faults()).toMatchObject({ duplicate: 25, drop: 0 });
  await page.locator(`[data-shop="${shop}"]`).getByRole("button", { name: "Start" }).click();
  await page.getByText("Running at 2 per second").waitFor();
  await page.locator(`[data-shop="${shop}"]`).getByRole("button", { name: "Stop" }).click();
  await expect.poll(() => setting.twin.stores()[0]?.traffic.running).toBe(false);
});

test("the control page switches every kind of fault, and plays an incident to its end", async () => {
  const { operations } = setting.twin;
  await page.goto(`${setting.twin.url}/control`);
  await page.getByLabel("Held back").check();
  await page.getByText("Limits and outages").click();
  await page.getByRole("spinbutton", { name: "Retry-After" }).fill("9");
  await page.getByRole("spinbutton", { name: "Retry-After" }).blur();
  await expect.poll(() => operations.faults()).toMatchObject({ hold: true, retryAfterSeconds: 9 });
  await page.getByRole("button", { name: "A good day: none of this" }).click();
  await expect.poll(() => operations.faults()).toMatchObject({ hold: false, retryAfterSeconds: 0 });
  const incident = page.locator('[data-incident="cyber_monday"]');
  await incident.getByRole("button", { name: "Play" }).click();
  await incident.getByText("The API goes down").waitFor();
  expect(operations.faults().http5xx).toBe(80);
  await incident.getByRole("button", { name: "Stop" }).click();
  await incident.getByText("over").waitFor();
  expect(operations.faults().http5xx).toBe(0);
});

test("the control page runs a flash sale and says what came of it", async () => {
  await page.goto(`${setting.twin.url}/control`);
  const sale = page.locator("#flash");
  await sale.getByLabel("Units there are").fill("1");
  await sale.getByLabel("Orders").fill("40");
  await sale.getByLabel("Seconds").fill("1");
  await sale.getByRole("button", { name: "Start the sale" }).click();
  await sale.getByText("over", { exact: true }).waitFor();
  const { sold, oversold } = setting.twin.operations.flashSaleVerdict() ?? {};
  expect(oversold).toBe((sold ?? 0) - 1);
  await sale.getByText(`${String(oversold)} sold twice`).waitFor();
  expect(await sale.getByRole("row").count()).toBe(3);
  await sale.getByLabel("Article").fill("no such article");
  await sale.getByRole("button", { name: "Start the sale" }).click();
  await sale.getByText("no store has no such article in stock").waitFor();
});

test("on a phone the navigation opens from its button", async () => {
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(`${setting.twin.url}/store/north`);
  const orders = page.getByRole("link", { name: "Orders", exact: true });
  expect(await orders.isVisible()).toBe(false);
  await page.getByRole("button", { name: "Navigation" }).press("Enter");
  await orders.click();
  await page.waitForURL("**/store/north/orders");
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
});
