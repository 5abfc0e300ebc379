import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Twin } from "#test/twin/types.ts";
import {
  endedBulk,
  fetchResult,
  readBulk,
  resultLines,
  runBulk,
  startBulk,
} from "./bulk-support.ts";
import {
  at,
  clientFor,
  type Client,
  exchangeToken,
  installedClient,
  NORTH,
  SOUTH,
  startSmallTwin,
  startTestApp,
} from "./support.ts";

const PRODUCTS = `{ products { edges { node { id title
  variants { edges { node { id sku } } }
} } } }`;

const STOCK = `{ productVariants { edges { node { id sku inventoryItem { id
  inventoryLevels { edges { node { id
    location { id } quantities(names: ["available", "on_hand"]) { name quantity }
  } } }
} } } } }`;

let twin: Twin;
let client: Client;
let nowMs = Date.parse("2026-11-23T10:00:00Z");
const open: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  twin = await startSmallTwin({ now: () => nowMs });
  client = await installedClient(twin);
});
afterAll(() => twin.close());
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
});

async function slowTwin(bulk: NonNullable<Parameters<typeof startSmallTwin>[0]>["bulk"]) {
  const slow = await startSmallTwin({ bulk: { ...bulk } });
  open.push(slow);
  return { slow, slowClient: await installedClient(slow) };
}

describe("a bulk query", () => {
  it("ends with a file of lines, children after their parents and pointing at them", async () => {
    const created = await startBulk(client, PRODUCTS);
    expect(created).toMatchObject({
      id: expect.stringMatching(/^gid:\/\/shopify\/BulkOperation\/\d+$/) as string,
      status: "CREATED",
      type: "QUERY",
      query: PRODUCTS,
      objectCount: "0",
      url: null,
      completedAt: null,
    });
    const ended = await endedBulk(client, created.id);
    const lines = await resultLines(twin, ended.url);
    const products = lines.filter((line) => line.__parentId === undefined);
    expect(products).toHaveLength(10);
    expect(lines).toHaveLength(50);
    expect(ended).toMatchObject({
      status: "COMPLETED",
      errorCode: null,
      objectCount: "50",
      rootObjectCount: "10",
      partialDataUrl: null,
      completedAt: "2026-11-23T10:00:00Z",
    });
    const seen = new Set<string>();
    for (const line of lines) {
      if (line.__parentId !== undefined) expect(seen).toContain(line.__parentId);
      seen.add(line.id);
    }
    expect(Object.keys(products[0] ?? {})).toEqual(["id", "title"]);
    // Pages of parents first: a reader must not expect children right below their parent.
    expect(lines.slice(0, 10).every((line) => line.__parentId === undefined)).toBe(true);
    const response = await fetchResult(twin, ended.url);
    expect(response.headers.get("content-length")).toBe(ended.fileSize);
  });

  it("groups children below their parents when asked to", async () => {
    const { id } = await startBulk(client, PRODUCTS, true);
    const lines = await resultLines(twin, (await endedBulk(client, id)).url);
    let parent = "";
    for (const line of lines) {
      if (line.__parentId === undefined) parent = line.id;
      else expect(line.__parentId).toBe(parent);
    }
  });

  it("reads the stock of every variant, the node of the nearest connection being the parent", async () => {
    const { id } = await startBulk(client, STOCK);
    const lines = await resultLines(twin, (await endedBulk(client, id)).url);
    const levels = lines.filter((line) => line.__parentId !== undefined);
    expect(lines).toHaveLength(40 * 3);
    const [variant] = lines;
    expect(variant).toEqual({
      id: variant?.id,
      sku: variant?.["sku"],
      inventoryItem: { id: expect.stringContaining("gid://shopify/InventoryItem/") as string },
    });
    expect(levels[0]).toMatchObject({
      id: expect.stringMatching(/InventoryLevel\/\d+\?inventory_item_id=\d+$/) as string,
      quantities: [
        { name: "available", quantity: expect.any(Number) as number },
        { name: "on_hand", quantity: expect.any(Number) as number },
      ],
      __parentId: variant?.id,
    });
    const truth = twin.operations.listStock({ shop: NORTH });
    const total = truth.flatMap((row) => row.levels).reduce((sum, row) => sum + row.available, 0);
    const counted = levels.reduce((sum, level) => {
      const [available] = level["quantities"] as { quantity: number }[];
      return sum + (available?.quantity ?? 0);
    }, 0);
    expect(counted).toBe(total);
  });

  it("takes filters, fragments and aliases, and two levels below the root", async () => {
    const sku = twin.operations.listStock({ shop: NORTH, limit: 1 })[0]?.sku ?? "";
    const { id } = await startBulk(
      client,
      `query Named { products(query: "sku:${sku}") { edges { node { ...Parts } } } }
      fragment Parts on Product { id name: title variants { edges { node { id
        product { id } inventoryItem { inventoryLevels { edges { node { __typename id } } } } } } } }`,
    );
    const lines = await resultLines(twin, (await endedBulk(client, id)).url);
    expect(lines).toHaveLength(1 + 4 + 8);
    expect(lines[0]).toMatchObject({ name: expect.any(String) as string });
    const level = lines.find((line) => line["__typename"] === "InventoryLevel");
    expect(level?.__parentId).toContain("gid://shopify/ProductVariant/");
  });

  it("has no file when there was nothing to find", async () => {
    const { id } = await startBulk(
      client,
      '{ orders(query: "name:nothing") { edges { node { id } } } }',
    );
    expect(await endedBulk(client, id)).toMatchObject({
      status: "COMPLETED",
      objectCount: "0",
      url: null,
    });
  });

  it("leaves out what was deleted while it ran", async () => {
    const { slow, slowClient } = await slowTwin({ objectsPerSecond: 100 });
    const { id } = await startBulk(slowClient, "{ products { edges { node { id } } } }");
    const last = slow.operations.listStock({ shop: NORTH }).at(-1)?.productId ?? "";
    slow.operations.deleteProduct({ shop: NORTH, productId: last });
    const lines = await resultLines(slow, (await endedBulk(slowClient, id)).url);
    expect(lines.map((line) => line.id)).not.toContain(`gid://shopify/Product/${last}`);
    expect(lines).toHaveLength(9);
  });

  it.each([
    ["no connection", "{ shop { id } }", ["Bulk queries must contain at least one connection."]],
    [
      "a top level node",
      '{ node(id: "gid://shopify/Product/1") { id } }',
      [
        "Bulk queries cannot contain a top level `node` field.",
        "Bulk queries must contain at least one connection.",
      ],
    ],
    [
      "nodes instead of edges",
      "{ products { nodes { id } } }",
      [
        "All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: 'products { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: 'products'.",
      ],
    ],
    [
      "three levels below the root",
      `{ customers { edges { node { id orders { edges { node { id fulfillmentOrders { edges { node {
        id lineItems { edges { node { id } } } } } } } } } } } } }`,
      ["Bulk queries cannot contain connections with a nesting depth greater than 2."],
    ],
    [
      "six connections",
      `{ products { edges { node { id a: variants { edges { node { id } } } b: variants { edges { node
        { id } } } c: variants { edges { node { id } } } d: variants { edges { node { id } } }
        e: variants { edges { node { id } } } } } } }`,
      ["Bulk queries cannot contain more than 5 connections."],
    ],
    [
      "a parent without id",
      "{ products { edges { node { title variants { edges { node { id } } } } } } }",
      [
        "The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': products.",
      ],
    ],
    [
      "a connection inside a list",
      "{ orders { edges { node { id refunds { id refundLineItems { edges { node { id } } } } } } } }",
      ["Queries that contain a connection field within a list field are not currently supported."],
    ],
    [
      "a mutation",
      'mutation { tagsAdd(id: "x", tags: []) { node { id } } }',
      ["Invalid operation type. Only `query` operations are supported."],
    ],
    ["nothing", "", ["Invalid bulk query: syntax error, unexpected end of file"]],
    [
      "an unknown field",
      "{ products { edges { node { id nonsense } } } }",
      ["Invalid bulk query: Field 'nonsense' doesn't exist on type 'Product'"],
    ],
  ])("is refused with %s", async (_name, query, messages) => {
    const { bulkOperation, userErrors } = await runBulk(client, query);
    expect(bulkOperation).toBeNull();
    expect(userErrors).toEqual(
      messages.map((message) => ({ field: ["query"], message, code: "INVALID" })),
    );
  });

  it("fails with ACCESS_DENIED when a scope is missing, and has no completedAt", async () => {
    const small = await startSmallTwin({ scopes: ["read_products"] });
    open.push(small);
    const smallClient = await installedClient(small);
    const { id } = await startBulk(smallClient, "{ orders { edges { node { id } } } }");
    expect(await endedBulk(smallClient, id)).toMatchObject({
      status: "FAILED",
      errorCode: "ACCESS_DENIED",
      completedAt: null,
      url: null,
      partialDataUrl: null,
    });
  });
});

describe("while it runs", () => {
  it("counts, at the pace that was set, and can be cancelled", async () => {
    const { slowClient } = await slowTwin({ objectsPerSecond: 25 });
    const { id } = await startBulk(slowClient, PRODUCTS);
    await expect
      .poll(async () => Number((await readBulk(slowClient, id)).objectCount), { timeout: 10_000 })
      .toBeGreaterThan(0);
    expect(await readBulk(slowClient, id)).toMatchObject({ status: "RUNNING", url: null });
    const cancel = (target: string) =>
      slowClient(
        `mutation($id: ID!) { bulkOperationCancel(id: $id) {
          bulkOperation { status } userErrors { field message } } }`,
        { id: target },
      );
    expect(at(await cancel(id), "bulkOperationCancel")).toEqual({
      bulkOperation: { status: "CANCELING" },
      userErrors: [],
    });
    const ended = await endedBulk(slowClient, id);
    expect(ended).toMatchObject({ status: "CANCELED", url: null });
    expect(Number(ended.objectCount)).toBeLessThan(50);
    expect(at(await cancel(id), "bulkOperationCancel", "userErrors")).toEqual([
      { field: null, message: "A bulk operation cannot be canceled when it is canceled" },
    ]);
    expect(
      at(await cancel("gid://shopify/BulkOperation/1"), "bulkOperationCancel", "userErrors"),
    ).toEqual([{ field: ["id"], message: "Bulk operation does not exist" }]);
  });

  it("lets four others run beside it in a shop, and no more; other shops are their own", async () => {
    const { slow, slowClient } = await slowTwin({ startDelayMs: 60_000 });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.push((await startBulk(slowClient, PRODUCTS)).id);
    expect((await runBulk(slowClient, PRODUCTS)).userErrors).toEqual([
      {
        field: null,
        message: `A bulk query operation for this app and shop is already in progress: ${ids.join(", ")}.`,
        code: "OPERATION_IN_PROGRESS",
      },
    ]);
    const south = await installedClient(slow, SOUTH);
    expect((await startBulk(south, PRODUCTS)).status).toBe("CREATED");
    const list = await slowClient(
      '{ bulkOperations(first: 2, query: "status:created") { nodes { id } } currentBulkOperation { id } }',
    );
    expect(at(list, "bulkOperations", "nodes")).toEqual([{ id: ids[4] }, { id: ids[3] }]);
    expect(at(list, "currentBulkOperation", "id")).toBe(ids[4]);
  });

  it("begins again after a restart", async () => {
    const folder = await mkdtemp(join(tmpdir(), "twin-"));
    try {
      const stateFile = join(folder, "twin.json");
      const first = await startSmallTwin({ stateFile, bulk: { objectsPerSecond: 50 } });
      const token = String((await exchangeToken(first)).body["access_token"]);
      const { id } = await startBulk(clientFor(first, token), PRODUCTS);
      await first.close();
      const second = await startSmallTwin({ stateFile });
      open.push(second);
      const ended = await endedBulk(clientFor(second, token), id);
      expect(ended).toMatchObject({ status: "COMPLETED", objectCount: "50" });
      expect(await resultLines(second, ended.url)).toHaveLength(50);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it("tells subscribers of bulk_operations/finish", async () => {
    const app = await startTestApp();
    open.push(app);
    const toml =
      '[webhooks]\n[[webhooks.subscriptions]]\ntopics = ["bulk_operations/finish"]\nuri = "/w"\n';
    const told = await startSmallTwin({ appUrl: app.url, appTomlText: toml });
    open.push(told);
    const toldClient = await installedClient(told);
    const { id } = await startBulk(toldClient, PRODUCTS);
    await endedBulk(toldClient, id);
    await told.settled();
    expect(app.received.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
      {
        admin_graphql_api_id: id,
        completed_at: expect.stringMatching(/-0[45]:00$/) as string,
        created_at: expect.stringMatching(/-0[45]:00$/) as string,
        error_code: null,
        status: "completed",
        type: "query",
      },
    ]);
  });
});

describe("the address of a result", () => {
  it("is the shop's own, signed, takes ranges, and expires after seven days", async () => {
    const { id } = await startBulk(client, PRODUCTS);
    const { url, fileSize } = await endedBulk(client, id);
    const address = new URL(url ?? "");
    expect(address.origin).toBe(`https://${NORTH}`);
    expect(address.searchParams.get("Signature")).toBeTruthy();
    const whole = await (await fetchResult(twin, url)).text();
    const rest = await fetchResult(twin, url, { range: "bytes=100-" });
    expect(rest.status).toBe(206);
    expect(rest.headers.get("content-range")).toBe(
      `bytes 100-${Number(fileSize) - 1}/${String(fileSize)}`,
    );
    expect(await rest.text()).toBe(whole.slice(100));
    expect((await fetchResult(twin, url, { range: "bytes=999999-" })).status).toBe(416);
    const forged = await fetchResult(twin, String(url).replace("Expires=", "Expires=9"));
    expect([forged.status, await forged.text()]).toEqual([
      403,
      expect.stringContaining("SignatureDoesNotMatch"),
    ]);
    nowMs += 7 * 86_400_000;
    expect(await readBulk(client, id).catch(() => null)).toBeNull();
    client = await installedClient(twin);
    expect(await readBulk(client, id)).toMatchObject({ status: "EXPIRED", url: null });
    const late = await fetchResult(twin, url);
    expect([late.status, await late.text()]).toEqual([
      400,
      expect.stringContaining("ExpiredToken"),
    ]);
  });
});
