import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { request } from "undici";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pullSnapshot } from "#app/reconciliation/index.server.ts";
import { type ApiRig, createApiRig } from "#test/api/api-rig.ts";
import { startDemoSystem } from "#test/demo-systems/server.ts";

let api: ApiRig;
beforeAll(async () => {
  api = await createApiRig();
});
afterAll(() => api.close());

interface Connected {
  readonly id: string;
  readonly apiKey: string;
  readonly signingSecret: string;
}

/** A system of a new store. */
async function connected(snapshotUrl?: string) {
  const shop = await api.rig.installedShop();
  const made = await api.call(api.merchant(shop), "POST", "/systems", {
    name: "Warehouse",
    kind: "wms",
    url: "http://127.0.0.1:9/hook",
    domains: ["inventory"],
    ...(snapshotUrl === undefined ? {} : { snapshotUrl }),
  });
  expect(made.status).toBe(201);
  return { shop, ...(made.body as Connected) };
}

interface Stored {
  readonly key: string;
  readonly fields: string | null;
}

/** The records of the snapshot that counts. */
async function current(systemId: string): Promise<Stored[] | null> {
  const { rows: heads } = await api.rig.db.query<{ id: string }>(
    "SELECT id FROM snapshots WHERE system_id = $1 AND status = 'current'",
    [systemId],
  );
  if (!heads[0]) return null;
  const { rows } = await api.rig.db.query<{ key: string; fields: Buffer | null }>(
    "SELECT key, fields FROM snapshot_rows WHERE snapshot_id = $1 ORDER BY key",
    [heads[0].id],
  );
  return rows.map(({ key, fields }) => ({ key, fields: fields?.toString("utf8") ?? null }));
}

const put = (key: string, lines: string, domain = "inventory") =>
  api.call(key, "PUT", `/snapshots/${domain}`, lines, { "content-type": "application/x-ndjson" });

describe("a snapshot that a system sends", () => {
  it("is its full state, and the next one replaces it", async () => {
    const { id, apiKey } = await connected();
    const first = await put(
      apiKey,
      '{"sku":"MUG","available":3}\r\n\n{"sku":"CUP","locationId":7,"available":-1,"color":"red"}',
    );
    expect(first).toMatchObject({
      status: 200,
      body: { rows: 2, rejected: 0, errors: [], ignoredFields: ["color"] },
    });
    expect(await current(id)).toEqual([
      { key: '["sku","CUP","gid://shopify/Location/7"]', fields: '{"available":-1}' },
      { key: '["sku","MUG"]', fields: '{"available":3}' },
    ]);
    await put(apiKey, '{"sku":"CUP","available":1}\n{"sku":"CUP","available":2}\n');
    expect(await current(id)).toEqual([{ key: '["sku","CUP"]', fields: '{"available":2}' }]);
    expect((await put(apiKey, "")).body).toMatchObject({ rows: 0 });
    expect(await current(id)).toEqual([]);
  });

  it("goes on after wrong lines, and tells each by its number and field", async () => {
    const { id, apiKey } = await connected();
    const lines = [
      '{"sku":"A","available":1}',
      "not json",
      '{"sku":"B","available":"two"}',
      '{"sku":"","available":1}',
      '{"sku":"C","available":1,"locationId":"here"}',
      '{"sku":"D","available":1,"observedAt":"yesterday"}',
      `{"sku":"${"x".repeat(70_000)}","available":1}`,
      '{"sku":"E","available":1,"observedAt":"2026-11-26T10:00:00+01:00"}',
    ];
    expect(await put(apiKey, lines.join("\n"))).toMatchObject({
      status: 200,
      body: {
        rejected: 6,
        errors: [
          { line: 2, field: "", message: "The line is not a JSON object." },
          { line: 3, field: "available", message: "Send a whole number of units." },
          { line: 4, field: "sku" },
          { line: 5, field: "locationId" },
          { line: 6, field: "observedAt" },
          { line: 7, field: "", message: "The line is longer than 64 KB." },
        ],
      },
    });
    // B and D exist, whatever they hold: they must not be reported as missing.
    expect((await current(id))?.map(({ key, fields }) => [key, fields !== null])).toEqual([
      ['["sku","A"]', true],
      ['["sku","B"]', false],
      ['["sku","D"]', false],
      ['["sku","E"]', true],
    ]);
  });

  it("of which nothing can be used is refused, and the one before still counts", async () => {
    const { id, apiKey } = await connected();
    await put(apiKey, '{"sku":"A","available":1}');
    expect(await put(apiKey, '{"sku":"A"}\n[1]')).toMatchObject({
      status: 422,
      type: "application/problem+json; charset=utf-8",
      body: { errors: [{ field: "lines[1].available" }, { field: "lines[2]" }] },
    });
    expect(await current(id)).toHaveLength(1);
  });

  it("counts for nothing when it is cut off in the middle", async () => {
    const { id, apiKey } = await connected();
    await put(apiKey, '{"sku":"A","available":1}');
    const lines = Readable.from(
      (async function* () {
        for (let n = 0; n < 5_000; n += 1)
          yield `{"sku":"S${String(n)}","available":${String(n)}}\n`;
        await sleep(200);
        throw new Error("the line is cut");
      })(),
    );
    await expect(
      request(`${api.url}/api/v1/snapshots/inventory`, {
        method: "PUT",
        headers: { authorization: `Bearer ${apiKey}` },
        body: lines,
      }),
    ).rejects.toThrow();
    const leftOver = async () =>
      (await api.rig.db.query("SELECT id FROM snapshots WHERE status = 'receiving'")).rows.length;
    await expect.poll(leftOver, { timeout: 15_000 }).toBe(0);
    expect(await current(id)).toEqual([{ key: '["sku","A"]', fields: '{"available":1}' }]);
  });

  it("is the system's own: the merchant, other domains and people's data", async () => {
    const { id, shop, apiKey } = await connected();
    expect((await put(api.merchant(shop), "")).status).toBe(403);
    expect(await put(apiKey, "", "loyalty")).toMatchObject({
      status: 422,
      body: { errors: [{ field: "domain" }] },
    });
    const person = '{"resourceId":"gid://shopify/Customer/5","email":"ann@example.com"}';
    expect((await put(apiKey, person, "customers")).status).toBe(200);
    expect((await current(id))?.[0]?.fields).not.toContain("ann@");
  });

  it("of 50,000 lines is taken in memory that does not grow with it", async () => {
    const { apiKey } = await connected();
    let peak = 0;
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    const lines = Readable.from(
      (function* () {
        for (let n = 0; n < 50; n += 1) {
          peak = Math.max(peak, process.memoryUsage().heapUsed);
          yield Array.from(
            { length: 1_000 },
            (_, at) => `{"sku":"S${String(n * 1_000 + at)}","locationId":7,"available":5}\n`,
          ).join("");
        }
      })(),
    );
    const answer = await request(`${api.url}/api/v1/snapshots/inventory`, {
      method: "PUT",
      headers: { authorization: `Bearer ${apiKey}` },
      body: lines,
    });
    expect(await answer.body.json()).toMatchObject({ rows: 50_000, rejected: 0 });
    expect(peak - before).toBeLessThan(100 * 1024 * 1024);
  }, 60_000);
});

describe("a snapshot that Converge reads", () => {
  const pull = (shop: string, id: string) => pullSnapshot(api.rig, shop, id, "inventory");

  it("comes page by page from a system that checks the signature", async () => {
    const demo = await startDemoSystem({ name: "Warehouse", kind: "wms", port: 0 });
    const { shop, id, signingSecret } = await connected(`${demo.url}/snapshot`);
    await expect(pull(shop, id)).rejects.toThrow("answered 401");
    await demo.setSecret({ shop, secret: signingSecret });
    expect(await pull(shop, id)).toMatchObject({ source: "pulled", rows: 0 });
    await demo.close();
  });

  it("counts only once its last page is here, and stays on one server", async () => {
    let third: string | null = "cut";
    const seen: string[] = [];
    const server = createServer((incoming, response) => {
      const page = new URL(incoming.url ?? "", "http://x").searchParams.get("page") ?? "1";
      seen.push(page);
      const link = {
        "1": "/s?page=2",
        "2": "/s?page=3",
        "3": third === "away" ? "http://10.0.0.1/" : null,
      }[page];
      response.writeHead(200, link ? { link: `<${link}>; rel="next"` } : {});
      response.write(`{"sku":"P${page}","available":1}`);
      if (page === "3" && third === "cut") setTimeout(() => response.destroy(), 50);
      else response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { shop, id } = await connected(
      `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/s`,
    );
    await expect(pull(shop, id)).rejects.toThrow("Page 3 of the snapshot was cut off.");
    expect(await current(id)).toBeNull();
    third = "away";
    await expect(pull(shop, id)).rejects.toThrow("on another server");
    third = null;
    expect(await pull(shop, id)).toMatchObject({ rows: 3 });
    expect(seen).toEqual(["1", "2", "3", "1", "2", "3", "1", "2", "3"]);
    server.close();
  });

  it("needs an address; a private one is refused like any other", async () => {
    const { shop, id } = await connected();
    expect(await pull(shop, id)).toBeNull();
    const refused = await api.call(api.merchant(shop), "PATCH", `/systems/${id}`, {
      snapshotUrl: "ftp://files.example.com",
    });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ field: "snapshotUrl" }] } });
  });
});
