import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bodyOf, deliver, newSecret } from "./deliver.ts";
import { type DemoSystem, startDemoSystem } from "./server.ts";

const shop = "north.myshopify.com";
const secret = newSecret();
const key = "cvk_secret-of-north";
const nowMs = Date.parse("2026-11-23T10:00:00Z");
let folder: string;
let system: DemoSystem;
let converge: Server;
let appUrl: string;
/** What Converge was asked, and what it says next. */
let asked: string[];
let reply: { status: number; body: object };

const start = () =>
  startDemoSystem({
    name: "Warehouse",
    kind: "wms",
    port: 0,
    stateFile: join(folder, "warehouse.json"),
    clock: () => nowMs,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "demo-system-"));
  asked = [];
  reply = { status: 200, body: { status: "confirmed" } };
  converge = createServer((request, response) => {
    asked.push([request.method, request.url, request.headers.authorization].join(" "));
    response.writeHead(reply.status).end(JSON.stringify(reply.body));
  }).listen(0, "127.0.0.1");
  await once(converge, "listening");
  appUrl = `http://127.0.0.1:${(converge.address() as AddressInfo).port}`;
  system = await start();
  await system.setSecret({ shop, secret });
  await put("/control/api-key", { shop, systemId: "sys_1", key, appUrl });
});
afterEach(async () => {
  await system.close();
  converge.close();
  converge.closeAllConnections();
  await rm(folder, { recursive: true });
});

const put = (path: string, body: object) =>
  fetch(`${system.url}${path}`, { method: "PUT", body: JSON.stringify(body) });
const answer = async (holdId: string, given: string) => {
  const response = await put("/control/answer", { shop, holdId, answer: given });
  const { said, error } = await bodyOf<{ said?: string; error?: string }>(response);
  return said ?? error;
};
const read = async (path: string) => (await fetch(`${system.url}${path}`)).text();
const nothing = "Nothing waits for an answer.";

let events = 0;
/** Delivers what became of a hold, as Converge tells it; `second`: of its version, after ten o'clock. */
async function tell(holdId: string, news: string, second: number, more: object = {}) {
  events += 1;
  const event = {
    id: `evt_${events}`,
    type: `hold.${news}`,
    domain: "inventory",
    shop,
    resource: {
      type: "Hold",
      id: holdId,
      version: new Date(nowMs + second * 1000).toISOString(),
      sku: "MUG-1",
    },
    data: {
      ...{ holdId, sku: "MUG-1", quantity: 3, reference: "Order <1001>" },
      ...{ expiresAt: "2026-11-23T10:15:00.000Z", status: news },
    },
  };
  const answered = await deliver(system.url, { ...event, ...more }, [secret]);
  expect(answered.status).toBe(200);
}

test("a hold that asks waits on the page until a person answers with the system's key", async () => {
  expect(await read("/")).toContain(nothing);
  await tell("hold_1", "requested", 0);
  const page = await read("/");
  expect(page).toContain("<strong>3 × MUG-1</strong> for Order &lt;1001&gt;");
  expect(page).toContain("north, until");
  expect(page).toContain("2026-11-23 10:15 UTC");
  expect(page).toContain('aria-label="Refuse 3 × MUG-1 for Order &lt;1001&gt;"');
  expect(asked).toEqual([]);
  expect(await answer("hold_1", "acknowledge")).toBe("Acknowledged. The hold is confirmed.");
  expect(asked).toEqual([`POST /api/v1/holds/hold_1/acknowledge Bearer ${key}`]);
  expect(await read("/asks")).toContain(nothing);
  await tell("hold_2", "requested", 1);
  reply.body = { status: "released" };
  expect(await answer("hold_2", "refuse")).toBe("Refused. The hold is released.");
  expect(asked[1]).toBe(`POST /api/v1/holds/hold_2/refuse Bearer ${key}`);
});

test("what Converge says against an answer is shown in its words; what is over leaves the list", async () => {
  await tell("hold_1", "requested", 0);
  reply = { status: 404, body: { detail: "There is no such hold." } };
  expect(await answer("hold_1", "acknowledge")).toBe("There is no such hold.");
  reply = { status: 500, body: {} };
  expect(await answer("hold_1", "acknowledge")).toBe("Converge answered 500.");
  expect(await read("/asks")).toContain("MUG-1");
  reply = { status: 409, body: { detail: "Its time was up; its units are back on sale." } };
  expect(await answer("hold_1", "acknowledge")).toBe(
    "Its time was up; its units are back on sale.",
  );
  expect(await read("/asks")).toContain(nothing);
  expect(await answer("hold_1", "refuse")).toBe("Nothing waits for this answer any more.");
  expect(asked).toHaveLength(3);
});

test("an answer that finds nobody, or no key, is not taken for given", async () => {
  await tell("hold_1", "requested", 0);
  await put("/control/api-key", { shop, systemId: "sys_1", key, appUrl: "http://127.0.0.1:1" });
  expect(await answer("hold_1", "acknowledge")).toMatch(/^Converge does not answer. Try again/);
  expect(await read("/asks")).toContain("MUG-1");
  const south = "south.myshopify.com";
  await system.setSecret({ shop: south, secret });
  await tell("hold_2", "requested", 0, { shop: south });
  const theirs = { shop: south, holdId: "hold_2", answer: "refuse" };
  const refused = await put("/control/answer", theirs);
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain(`No API key of ${south} is known here`);
});

test("what ends without this system leaves the list, and an older request does not bring it back", async () => {
  await tell("hold_1", "requested", 0);
  await tell("hold_1", "released", 2);
  expect(await read("/asks")).toContain(nothing);
  await tell("hold_1", "requested", 1);
  expect(await read("/asks")).toContain(nothing);
  expect(system.received().regressions).toBe(1);
  // One whose end is never told is not offered for ever.
  const late = { holdId: "hold_2", reference: "late", expiresAt: "2026-11-23T10:00:00.000Z" };
  await tell("hold_2", "requested", 0, { data: late });
  expect(await read("/asks")).toContain(nothing);
});

test("an order that is kept from being shipped asks too", async () => {
  const resource = { type: "Hold", id: "hold_1", version: "2026-11-23T10:00:00Z" };
  const data = { sku: null, quantity: null, reference: "#1001" };
  await tell("hold_1", "requested", 0, { domain: "orders", resource, data });
  expect(await read("/asks")).toContain("<strong>Shipping</strong> of order #1001");
});

test("a hold is no record of the system: a snapshot tells of stock only", async () => {
  await tell("hold_1", "requested", 0);
  expect(system.received().resources).toBe(0);
});

test("asks, answers and the key are there after a restart, and the key is shown nowhere", async () => {
  await tell("hold_1", "requested", 0);
  await tell("hold_2", "requested", 0);
  await answer("hold_2", "acknowledge");
  await system.close();
  system = await start();
  // Once more: now from a snapshot, and with what came after it.
  await system.close();
  system = await start();
  const asks = await read("/asks");
  expect(asks).toContain("hold_1");
  expect(asks).not.toContain("hold_2");
  await answer("hold_1", "refuse");
  expect(asked.at(-1)).toBe(`POST /api/v1/holds/hold_1/refuse Bearer ${key}`);
  expect(JSON.parse(await read("/control/api-key"))).toEqual({
    items: [{ shop, systemId: "sys_1", appUrl }],
  });
  for (const path of ["/", "/live", "/asks", "/received", "/control/api-key", "/resources"])
    expect(await read(path)).not.toContain(key);
});

test("a key without its field is refused with the field named", async () => {
  const refused = await put("/control/api-key", { shop, systemId: "sys_1", key, appUrl: "here" });
  expect(refused.status).toBe(422);
  expect(await refused.text()).toContain("appUrl");
  expect(await answer("hold_1", "perhaps")).toContain("answer");
});
