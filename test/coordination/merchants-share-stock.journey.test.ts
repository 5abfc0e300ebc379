import type { Browser, FrameLocator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { momentOf } from "#app/freshness/index.server.ts";
import { type RunningDemo, runDemo } from "#test/journeys/run-demo.ts";
import { launchBrowser, newVisitor } from "#test/support/browser.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";

/**
 * Two merchants share stock: a code made in one store and entered in the other, the warehouse's word
 * in both, the last unit sold in one and gone in the other, units held by hand and given back, units
 * kept back in one of them.
 */

let demo: RunningDemo;
let browser: Browser;
let page: Page;
let app: FrameLocator;
let sku: string;
let apiKey: string;

beforeAll(async () => {
  [demo, browser] = await Promise.all([runDemo(), launchBrowser()]);
  page = await newVisitor(browser);
  app = page.frameLocator("iframe[name=app-iframe]");
  for (const store of ["north", "south"]) {
    await page.goto(`${demo.twin.url}/store/${store}/install`);
    await page.getByRole("button", { name: "Install" }).click();
    await app.getByRole("heading", { name: "Overview" }).waitFor();
  }
}, 240_000);

afterAll(async () => {
  await browser.close();
  await demo.close();
}, 60_000);

const open = async (store: "north" | "south", path: string) => {
  await page.goto(`${demo.twin.url}/store/${store}/apps/converge${path}`);
  await app.locator("h1").first().waitFor();
};
const api = async (bearer: string, method: string, path: string, body?: unknown) => {
  const response = await fetch(`${demo.appUrl}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${bearer}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
};
const say = (available: number) => {
  const change = { domain: "inventory", sku, set: { available } };
  return api(apiKey, "POST", "/changes", { ...change, observedAt: new Date().toISOString() });
};
const poolLocations = async () => {
  const token = demo.twin.mintSessionToken(NORTH);
  const { items } = await api(token, "GET", "/store-groups");
  const [{ id } = { id: "" }] = items as { id: string }[];
  const listed = await api(token, "GET", `/store-groups/${id}/pool-locations`);
  return listed["items"] as { id: string; shownAt: string | null }[];
};
/** A figure of the article's screen, as it stands in the table of stores. */
const shown = async (shop: string) => {
  const row = app
    .getByRole("row")
    .filter({ hasText: shop.split(".")[0] ?? "" })
    .first();
  return (await row.getByRole("cell").nth(1).textContent())?.trim();
};

test("a store joins the group of another one with a code", async () => {
  await open("north", "/store-group");
  await app.getByLabel("Name").fill("Outdoor");
  await app.getByRole("button", { name: "Begin group" }).click();
  await app.getByRole("button", { name: "Let another store in" }).click();
  const code = await app
    .locator("code")
    .filter({ hasText: /^\w{5}-\w{5}$/ })
    .textContent();
  await open("south", "/store-group");
  await app.getByLabel("Code").fill("no such code");
  await app.getByRole("button", { name: "Join group" }).click();
  await app.getByText("There is no such code").waitFor();
  await app.getByLabel("Code").fill(code ?? "");
  await app.getByRole("button", { name: "Join group" }).click();
  await app.getByText(NORTH, { exact: true }).waitFor();
}, 60_000);

/** An article of both stores; where a store has most of it, it shows the pool. */
function articleOfBoth(): string {
  for (;;) {
    const { sku: some } = demo.twin.operations.sell({ shop: SOUTH });
    try {
      for (const shop of [NORTH, SOUTH])
        demo.twin.operations.setStock({ shop, sku: some, available: 900 });
      return some;
    } catch (error) {
      if (!String(error).includes("no variant")) throw error;
    }
  }
}

test("the last unit sold in one store is gone in the other", async () => {
  const token = demo.twin.mintSessionToken(NORTH);
  const wanted = { name: "Pool WMS", kind: "wms", url: demo.warehouse.url, domains: ["inventory"] };
  apiKey = String((await api(token, "POST", "/systems", wanted))["apiKey"]);
  sku = articleOfBoth();
  await expect
    .poll(
      () =>
        say(1).then(
          () => "said",
          () => "not yet",
        ),
      { timeout: 60_000, interval: 1_000 },
    )
    .toBe("said");
  await open("south", "/inventory");
  await app.getByRole("link", { name: sku }).click();
  await expect.poll(() => shown(NORTH), { timeout: 60_000 }).toBe("1");
  await expect.poll(() => shown(SOUTH), { timeout: 60_000 }).toBe("1");
  demo.twin.operations.sell({ shop: NORTH, sku });
  await expect.poll(() => shown(SOUTH), { timeout: 60_000 }).toBe("0");
  await app.getByRole("img", { name: /^Last 24 hours: north sold 1\.$/ }).waitFor();
}, 180_000);

test("units held by hand are out of sale until they are given back", async () => {
  await say(8);
  await expect.poll(() => shown(SOUTH), { timeout: 60_000 }).toBe("8");
  await app.getByRole("button", { name: "Hold units" }).click();
  await app.getByLabel("Units", { exact: true }).fill("3");
  await app.getByLabel("What for").fill("Order #1001");
  await app.getByRole("dialog").getByRole("button", { name: "Hold units" }).click();
  await app.getByText("Order #1001").first().waitFor();
  await expect.poll(() => shown(NORTH), { timeout: 60_000 }).toBe("5");
  await app.getByRole("button", { name: "Release the hold for Order #1001" }).click();
  await expect.poll(() => shown(NORTH), { timeout: 60_000 }).toBe("8");
}, 180_000);

test("a store follows a rule of its group, and goes its own way again", async () => {
  await open("north", "/store-group");
  await app.getByLabel("In the group, prices belong to").selectOption({ label: "Pool WMS" });
  await app.getByText("No store follows it yet.").waitFor();
  await app.getByRole("button", { name: "Save group rules" }).click();
  await page.getByText("Group rules saved").waitFor();
  await open("south", "/ownership");
  await app.getByText("The group “Outdoor” says: Pool WMS (north).").waitFor();
  const owner = app.getByLabel("Prices belong to");
  await owner.selectOption({ label: "As the group decides: Pool WMS (north)" });
  await app.getByRole("button", { name: "Save" }).click();
  await app.getByText("By the rule of the group “Outdoor”").waitFor();
  await open("north", "/store-group");
  await app.getByText("Followed by south.").waitFor();
  await open("south", "/ownership");
  await owner.selectOption({ label: "Shopify" });
  await app.getByRole("button", { name: "Save" }).click();
  await app.getByText("It goes before the group “Outdoor”").waitFor();
}, 120_000);

test("a buffer of one store is seen before it is saved, and is never saved over somebody else's", async () => {
  await open("north", "/store-group");
  await app.getByRole("button", { name: "Add rule" }).click();
  await app.getByLabel("Where").selectOption({ label: "south" });
  await app.getByLabel("Units", { exact: true }).fill("8");
  const review = app.getByRole("button", { name: "Review and save" });
  await review.click();
  const dialog = app.getByRole("dialog");
  await dialog.getByText("1 article changes; 8 units are kept back in all.").waitFor();
  await dialog.getByText("1 article becomes unavailable in a store that sells it now.").waitFor();
  const { id: groupId } = await groupOfNorth();
  const theirs = [{ groupId, mode: "fixed", value: 1 }];
  await api(demo.twin.mintSessionToken(NORTH), "PUT", "/inventory-buffers", { items: theirs });
  await dialog.getByRole("button", { name: "Save buffers" }).click();
  await app.getByText("Somebody else saved buffers while you were editing").waitFor();
  await app.getByRole("button", { name: "Go on with mine" }).click();
  await app.getByLabel("Units", { exact: true }).fill("3");
  await review.click();
  await dialog.getByText("3 units are kept back in all.").waitFor();
  await dialog.getByRole("button", { name: "Save buffers" }).click();
  await dialog.waitFor({ state: "detached" });
  await open("south", "/inventory");
  await app.getByRole("link", { name: sku }).click();
  await expect.poll(() => shown(SOUTH), { timeout: 60_000 }).toBe("5");
  await expect.poll(() => shown(NORTH), { timeout: 60_000 }).toBe("8");
}, 180_000);

test("a peak is added to a rule, refused at its very field, looked at, saved, and told in the list", async () => {
  await open("north", "/store-group");
  const rule = app.getByRole("group", { name: "Rule 1", exact: true });
  const fold = rule.getByRole("button", { name: "Time, peaks and priority of rule 1" });
  await fold.click();
  await rule.getByRole("button", { name: "Add a peak to rule 1" }).press("Enter");
  const peak = rule.getByRole("group", { name: "Peak 1 of rule 1" });
  // Whoever has added it goes on in it.
  await expect
    .poll(() => peak.getByLabel("Keep back").evaluate((field) => field.matches(":focus")))
    .toBe(true);
  await peak.getByLabel("Keep back").fill("3");
  await peak.getByLabel("From").fill("2037-11-27T00:00");
  await peak.getByLabel("To").fill("2037-11-26T00:00");
  const review = app.getByRole("button", { name: "Review and save" });
  await review.click();
  await peak.getByText("It has to be after the time at which the peak begins.").waitFor();
  await peak.getByLabel("To").fill("2037-11-28T18:30");
  await review.click();
  const dialog = app.getByRole("dialog");
  await dialog.getByText("From 27 Nov 2037, 12:00 am on, compared with now:").waitFor();
  await dialog.getByText("1 article changes; 9 units are kept back in all.").waitFor();
  await dialog.getByText("1 article becomes unavailable in a store that sells it now.").waitFor();
  await dialog.getByRole("button", { name: "Save buffers" }).click();
  await dialog.waitFor({ state: "detached" });
  await open("north", "/store-group");
  await rule
    .getByText(
      "Peak from 27 Nov 2037, 12:00 am until 28 Nov 2037, 6:30 pm: 3 times as much is kept back.",
    )
    .waitFor();
  await fold.click();
  const note = (await rule.getByText("Times are those of the store").textContent()) ?? "";
  const timeZone = /\((.+)\)/.exec(note)?.[1] ?? "";
  const moment = (time: string) => new Date(momentOf(time, timeZone) ?? NaN).toISOString();
  const saved = await api(demo.twin.mintSessionToken(NORTH), "GET", "/inventory-buffers");
  expect(saved["items"]).toMatchObject([
    {
      value: 3,
      shop: SOUTH,
      peakWindows: [
        { from: moment("2037-11-27T00:00"), to: moment("2037-11-28T18:30"), factor: 3 },
      ],
    },
  ]);
  expect(await peak.getByLabel("From").inputValue()).toBe("2037-11-27T00:00");
  await page.setViewportSize({ width: 390, height: 844 });
  const html = app.locator("html");
  expect(await html.evaluate((root) => root.scrollWidth - root.clientWidth)).toBe(0);
  await page.setViewportSize({ width: 1280, height: 900 });
  await peak.getByRole("button", { name: "Remove peak 1 of rule 1" }).press("Enter");
  await peak.waitFor({ state: "detached" });
  expect(await rule.getByText("times as much is kept back").count()).toBe(0);
}, 120_000);

async function groupOfNorth(): Promise<{ id: string }> {
  const listed = await api(demo.twin.mintSessionToken(NORTH), "GET", "/store-groups");
  const [group] = listed["items"] as { id: string }[];
  if (group === undefined) throw new Error("the store is in no group");
  return group;
}

test("a second pool location is added, shown in one store, stocked, and not removed before it is empty", async () => {
  await open("north", "/inventory");
  await app.getByRole("link", { name: sku }).waitFor();
  expect(await app.getByText("Pool location").count()).toBe(0);
  await open("north", "/store-group");
  await app.getByRole("button", { name: "Add pool location" }).click();
  await app.getByRole("dialog").getByLabel("Name").fill("West");
  await app.getByRole("dialog").getByRole("button", { name: "Add pool location" }).click();
  await app.getByRole("heading", { name: "Pool locations" }).waitFor();
  const places = app.getByLabel("Show West at").locator("option");
  const names = await places.allTextContents();
  const taken = app.getByLabel("Show Outdoor at");
  await taken.selectOption({ label: names[0] ?? "" });
  await app.getByLabel("Show West at").selectOption({ label: names[0] ?? "" });
  await app.getByRole("button", { name: "Save locations" }).click();
  await app.getByText("shows another pool location already").first().waitFor();
  await app.getByLabel("Show West at").selectOption({ label: names[1] ?? "" });
  await app.getByRole("button", { name: "Save locations" }).click();
  await expect
    .poll(async () =>
      (await poolLocations()).map(({ shownAt }) => shownAt !== null && shownAt !== "most"),
    )
    .toEqual([true, true]);
  const west = (await poolLocations())[1]?.id ?? "";
  const change = { domain: "inventory", sku, poolLocation: west, set: { available: 4 } };
  await api(apiKey, "POST", "/changes", { ...change, observedAt: new Date().toISOString() });
  await expect
    .poll(
      async () => {
        await open("north", "/inventory");
        return app.getByRole("row").filter({ hasText: sku }).filter({ hasText: "West" }).count();
      },
      { timeout: 60_000, interval: 1_000 },
    )
    .toBe(1);
  await app
    .getByRole("row")
    .filter({ hasText: sku })
    .filter({ hasText: "West" })
    .getByRole("link")
    .click();
  await app.getByText("Shared by the stores of your group at West.").waitFor();
  await open("north", "/store-group");
  await app.getByRole("button", { name: "Remove West" }).click();
  await app.getByRole("dialog").getByRole("button", { name: "Remove", exact: true }).click();
  await app.getByRole("dialog").getByText("Stores still show it").waitFor();
}, 180_000);
