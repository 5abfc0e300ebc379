import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawn } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  API_KEY,
  API_SECRET,
  exchangeToken,
  NORTH,
  postGraphql,
  startSmallTwin,
  startTestApp,
} from "./support.ts";

let folder: string;
const open: { close(): Promise<void> }[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "twin-"));
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
  await rm(folder, { recursive: true });
});

async function start(options: Parameters<typeof startSmallTwin>[0] = {}): Promise<Twin> {
  const twin = await startSmallTwin(options);
  open.push(twin);
  return twin;
}

const call = async (twin: Twin, name: string, input?: unknown) => {
  const response = await fetch(`${twin.url}/twin/api/${name}`, {
    ...(input === undefined
      ? {}
      : {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(input),
        }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

describe("the stores", () => {
  it("are the same for the same seed, apart from the time", async () => {
    const now = () => Date.parse("2026-11-23T10:00:00Z");
    const [one, two, other] = [
      await start({ seed: 1, now }),
      await start({ seed: 1, now }),
      await start({ seed: 2, now }),
    ];
    const stateOf = async (twin: Twin) => (await call(twin, "state")).body;
    expect(await stateOf(one)).toEqual(await stateOf(two));
    expect(await stateOf(other)).not.toEqual(await stateOf(one));
  });

  it("are two, with two locations each, some hundred SKUs, and articles in common", async () => {
    const twin = await start({ skusPerStore: 300 });
    const stores = twin.stores();
    expect(stores.map(({ shop }) => shop)).toEqual(["north.myshopify.com", "south.myshopify.com"]);
    for (const store of stores) {
      expect(store.locations).toHaveLength(2);
      expect(store.counts).toMatchObject({ variants: 300, orders: 30, customers: 40 });
    }
    const skus = stores.map(({ shop }) =>
      twin.operations.listStock({ shop }).map((row) => row.sku),
    );
    expect(new Set(skus[0]).size).toBe(300);
    const common = skus[0]?.filter((sku) => skus[1]?.includes(sku)) ?? [];
    expect(common.length).toBeGreaterThan(50);
    expect(common.length).toBeLessThan(300);
  });

  it("keep on hand when something is sold, and lose it when it ships", async () => {
    const twin = await start();
    const { sku } = twin.operations.createProduct({ shop: NORTH, available: 10 });
    const level = () => twin.operations.listStock({ shop: NORTH, search: sku })[0]?.levels[0];
    const { orderId } = twin.operations.sell({ shop: NORTH, sku, quantity: 3 });
    expect(level()).toMatchObject({ available: 7, onHand: 10 });
    twin.operations.fulfill({ shop: NORTH, orderId });
    expect(level()).toMatchObject({ available: 7, onHand: 7 });
    const second = twin.operations.sell({ shop: NORTH, sku, quantity: 2 });
    twin.operations.refund({ shop: NORTH, orderId: second.orderId, restock: true });
    expect(level()).toMatchObject({ available: 7, onHand: 7 });
  });
});

describe("its own API", () => {
  it("runs operations and names wrong fields", async () => {
    const twin = await start();
    const sold = await call(twin, "sell", { shop: NORTH, quantity: 2 });
    expect(sold).toMatchObject({ status: 200, body: { name: "#1031" } });
    expect(await call(twin, "sell", { shop: "x.myshopify.com" })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("shop: there is no store x.myshopify.com") as string },
    });
    expect(await call(twin, "sell", { shop: NORTH, quantity: 0 })).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("sell: quantity:") as string },
    });
    expect(await call(twin, "setStock", { shop: NORTH, sku: "none", available: 1 })).toMatchObject({
      status: 422,
      body: { error: "sku: this store has no variant with the SKU none." },
    });
    expect((await call(twin, "sell")).status).toBe(405);
    expect((await call(twin, "nonsense", {})).status).toBe(404);
    expect((await call(twin, "ledger?limit=5")).body).toMatchObject({ counters: { triggered: 0 } });
    const form = await fetch(`${twin.url}/twin/api/uninstall`, { method: "POST", body: "shop=x" });
    expect(form.status).toBe(415);
  });

  it("makes traffic for a while, and stops", async () => {
    const app = await startTestApp();
    open.push(app);
    const toml = '[webhooks]\n[[webhooks.subscriptions]]\ntopics = ["orders/create"]\nuri = "/w"\n';
    const twin = await start({ appUrl: app.url, appTomlText: toml });
    await exchangeToken(twin);
    const started = twin.operations.traffic({ shop: NORTH, eventsPerSecond: 200, seconds: 0.5 });
    expect(started).toMatchObject({ running: true, eventsPerSecond: 200 });
    while (twin.stores()[0]?.traffic.running) await new Promise((done) => setTimeout(done, 20));
    await twin.settled();
    expect(app.received.length).toBeGreaterThan(20);
    const orders = twin.stores()[0]?.counts.orders ?? 0;
    await new Promise((done) => setTimeout(done, 120));
    expect(twin.stores()[0]?.counts.orders).toBe(orders);
  });
});

describe("the state file", () => {
  it("brings stores, tokens, keys and waiting webhooks back", async () => {
    const stateFile = join(folder, "deep", "twin.json");
    const app = await startTestApp();
    open.push(app);
    const toml =
      '[webhooks]\n[[webhooks.subscriptions]]\ntopics = ["products/create"]\nuri = "/w"\n';
    const options = {
      stateFile,
      appUrl: app.url,
      appTomlText: toml,
      retryScheduleMs: [200, 200, 200, 200, 200, 200, 200, 200],
    };
    const first = await startSmallTwin(options);
    const token = String((await exchangeToken(first)).body["access_token"]);
    app.answerWith(500);
    const { productId } = first.operations.createProduct({ shop: NORTH, title: "Kept" });
    while (app.received.length === 0) await new Promise((done) => setTimeout(done, 5));
    await first.close();
    app.answerWith(200);
    const second = await start(options);
    const answer = await postGraphql(second, token, {
      query: "query($id: ID!) { product(id: $id) { title } }",
      variables: { id: `gid://shopify/Product/${productId}` },
    });
    expect(answer.body).toMatchObject({ data: { product: { title: "Kept" } } });
    await second.settled();
    const ids = app.received.map(({ headers }) => headers["x-shopify-webhook-id"]);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    const next = second.operations.createProduct({ shop: NORTH });
    expect(BigInt(next.productId)).toBeGreaterThan(BigInt(productId));
  });

  it("is saved soon after a change, and always whole", async () => {
    const stateFile = join(folder, "twin.json");
    const twin = await start({ stateFile });
    twin.operations.createProduct({ shop: NORTH, title: "Saved soon" });
    await expect
      .poll(() => readFile(stateFile, "utf8").catch(() => ""), { timeout: 5_000 })
      .toContain("Saved soon");
  });

  it("is refused, with the way out, when it is damaged", async () => {
    const stateFile = join(folder, "twin.json");
    await writeFile(stateFile, '{"format":2,"stores":');
    await expect(startSmallTwin({ stateFile })).rejects.toThrow(/damaged.*delete it/);
  });
});

/** Nothing of this process's own settings. */
function bareEnvironment(): NodeJS.ProcessEnv {
  return { NODE_ENV: "test", PATH: process.env["PATH"] };
}

describe("the process", () => {
  const run = (env: Record<string, string>) => {
    const child = spawn(process.execPath, ["--no-warnings", "test/twin/main.ts"], {
      env: { ...bareEnvironment(), ...env },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const exited = new Promise<number | null>((resolve) => child.on("exit", resolve));
    return { child, exited, output: () => output };
  };
  const settings = {
    SHOPIFY_API_KEY: API_KEY,
    SHOPIFY_API_SECRET: API_SECRET,
    SHOPIFY_APP_URL: "http://127.0.0.1:9",
  };

  it("starts, saves on SIGTERM and exits with 0", async () => {
    const stateFile = join(folder, "twin.json");
    const twin = run({ ...settings, TWIN_PORT: "0", TWIN_STATE_FILE: stateFile });
    await expect.poll(twin.output, { timeout: 10_000 }).toMatch(/stand-in on http:\/\/127/);
    twin.child.kill("SIGTERM");
    expect(await twin.exited).toBe(0);
    expect(JSON.parse(await readFile(stateFile, "utf8"))).toMatchObject({ format: 2 });
  });

  it("says in one sentence what is wrong and exits with 1", async () => {
    const twin = await start();
    const busy = run({ ...settings, TWIN_PORT: String(twin.port) });
    expect(await busy.exited).toBe(1);
    expect(busy.output().trim()).toBe(
      `Port ${twin.port} is in use: stop what listens there, or set TWIN_PORT to another port.`,
    );
    const bare = run({ TWIN_PORT: "0" });
    expect(await bare.exited).toBe(1);
    expect(bare.output().trim()).toBe(
      "The twin needs SHOPIFY_API_KEY: set it to what the app is configured with.",
    );
  });
});
