import { afterEach, beforeEach, expect, test } from "vitest";
import { bodyOf, deliver, newSecret, stockChange } from "./deliver.ts";
import { type DemoSystem, startDemoSystem } from "./server.ts";
import type { LedgerEntry, ResourceState } from "./types.ts";

const shop = "north.myshopify.com";
const secret = newSecret();
let system: DemoSystem;

beforeEach(async () => {
  system = await startDemoSystem({ name: "Warehouse", kind: "wms", port: 0 });
  await system.setSecret({ shop, secret });
});
afterEach(() => system.close());

test("a signed delivery is applied and its repeat acknowledged without effect", async () => {
  const change = stockChange("evt_1", 45, "2026-11-23T10:00:00Z");
  const first = await deliver(system.url, change, [secret], { "x-converge-attempt": "1" });
  const second = await deliver(system.url, change, [secret], {
    "x-converge-attempt": "2",
    "x-converge-replay": "true",
  });
  expect([first.status, second.status]).toEqual([200, 200]);
  expect(await first.json()).toEqual({ status: "applied" });
  expect(await second.json()).toEqual({ status: "repeat" });
  expect(system.received()).toMatchObject({ received: 2, applied: 1, repeats: 1, ids: 1 });
  const { items } = await bodyOf<{ items: LedgerEntry[] }>(
    fetch(`${system.url}/received/ledger?id=evt_1`),
  );
  expect(items).toMatchObject([
    { id: "evt_1", summary: "available 45", attempt: "2", replay: true, repeats: 1 },
  ]);
  expect(items[0]?.times).toHaveLength(2);
});

test("fifty identical deliveries at once have one effect", async () => {
  const change = stockChange("evt_1", 45, "2026-11-23T10:00:00Z");
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => deliver(system.url, change, [secret])),
  );
  expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([200]));
  expect(system.received()).toMatchObject({ applied: 1, repeats: 49 });
});

test("an older version after a newer one is a regression and changes nothing", async () => {
  await deliver(system.url, stockChange("evt_2", 40, "2026-11-23T05:00:02-05:00"), [secret]);
  await deliver(system.url, stockChange("evt_1", 41, "2026-11-23T10:00:01Z"), [secret]);
  expect(system.received()).toMatchObject({ applied: 2, regressions: 1 });
  const { items } = await bodyOf<{ items: ResourceState[] }>(
    fetch(`${system.url}/resources?sku=MUG-1`),
  );
  expect(items).toMatchObject([{ data: { available: 40 } }]);
});

test("without a valid signature of that shop nothing is applied", async () => {
  const change = stockChange("evt_1", 45, "2026-11-23T10:00:00Z");
  const other = newSecret();
  await system.setSecret({ shop: "south.myshopify.com", secret: other });
  const answers = [
    await deliver(system.url, change, [newSecret()]),
    await deliver(system.url, change, [other]),
    await deliver(system.url, change, [secret], { "webhook-timestamp": "1600000000" }),
    await deliver(system.url, change, [secret], { "webhook-signature": "" }),
    await fetch(`${system.url}/webhooks`, { method: "POST", body: "{}" }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401]);
  expect(system.received()).toMatchObject({ received: 0, rejectedSignatures: 5 });
});

test("during a rotation the old and the new secret are both good, afterwards only the new", async () => {
  const next = newSecret();
  await system.setSecret({ shop, secret: next });
  const change = (id: string) => stockChange(id, 1, "2026-11-23T10:00:00Z");
  expect((await deliver(system.url, change("evt_1"), [secret])).status).toBe(200);
  expect((await deliver(system.url, change("evt_2"), [newSecret(), next])).status).toBe(200);
  await system.setSecret({ shop, secret: next, replace: true });
  expect((await deliver(system.url, change("evt_3"), [secret])).status).toBe(401);
  expect((await deliver(system.url, change("evt_4"), [next])).status).toBe(200);
});

test("a signed body that is no envelope is refused with the field named", async () => {
  const incomplete = { ...stockChange("evt_1", 1, "2026-11-23T10:00:00Z"), type: undefined };
  const answer = await deliver(system.url, incomplete, [secret]);
  expect(answer.status).toBe(400);
  expect((await bodyOf<{ error: string }>(answer)).error).toContain("type");
  expect(system.received().applied).toBe(0);
});

test("a body over 1 MB is refused, one just under it is taken", async () => {
  const change = stockChange("evt_1", 1, "2026-11-23T10:00:00Z");
  const room = 1024 * 1024 - JSON.stringify({ ...change, pad: "" }).length;
  const fits = { ...change, pad: "x".repeat(room) };
  const over = { ...change, pad: "x".repeat(room + 1) };
  expect((await deliver(system.url, over, [secret])).status).toBe(413);
  expect((await deliver(system.url, fits, [secret])).status).toBe(200);
});

test("the pages show what arrived, with input escaped", async () => {
  const change = stockChange("evt_<b>", 45, "2026-11-23T10:00:00Z");
  change.resource.sku = "<script>alert(1)</script>";
  await deliver(system.url, change, [secret]);
  const page = await (await fetch(system.url)).text();
  expect(page).toContain("available 45");
  expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  expect(page).not.toContain("<script>alert");
  const ids = await bodyOf<{ ids: string[] }>(fetch(`${system.url}/received/ids`));
  expect(ids).toEqual({ ids: ["evt_<b>"] });
  expect((await fetch(`${system.url}/webhooks`)).status).toBe(405);
  expect((await fetch(`${system.url}/nothing`)).status).toBe(404);
});
