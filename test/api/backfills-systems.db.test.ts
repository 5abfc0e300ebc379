import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createLanes, fanOutChanges, runReplays } from "#app/delivery/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { soon } from "#test/delivery/lane-set-up.ts";
import { statusesOf } from "#test/delivery/publish.ts";
import { type Receiver, startReceiver } from "#test/delivery/receiver.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { productBody } from "#test/worker/webhooks.ts";
import { type ApiRig, createApiRig } from "./api-rig.ts";

let api: ApiRig;
let receiver: Receiver;

beforeAll(async () => {
  [api, receiver] = await Promise.all([createApiRig(), startReceiver()]);
});
afterAll(async () => {
  await receiver.close();
  await api.close();
});

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 10, 0, second)).toISOString();

/** Runs the steps of replays that were enqueued, until no more are. */
async function stepOn(): Promise<void> {
  for (;;) {
    const index = api.queue.jobs.findIndex((job) => job.name === "run-replay");
    const [job] = index < 0 ? [] : api.queue.jobs.splice(index, 1);
    if (!job) return;
    const deps = { clock: api.rig.clock, enqueue: api.queue.enqueue };
    await api.rig.db.transaction((tx) =>
      runReplays(deps, tx, [job.payload as JobPayload<"run-replay">]),
    );
  }
}

it("a new system gets the present state when it asks for it: the newest, once, of what it wants", async () => {
  const { rig } = api;
  const shop = await rig.installedShop();
  const bench = createWorkbench(rig);
  const tell = (topic: string, id: number, second: number) =>
    bench.process({
      shop,
      topic,
      body: productBody(id, at(second), [{ id: id * 10, price: "10.00", sku: "MUG" }]),
      triggeredAt: at(second),
    });
  for (let id = 1; id <= 3; id += 1) await tell("products/create", id, id);
  await tell("products/update", 2, 30);
  await tell("products/delete", 3, 31);
  const merchant = api.merchant(shop);
  const wanted = {
    name: "PIM",
    kind: "pim",
    url: receiver.url,
    domains: ["products"],
    deliveryPolicy: { mode: "every" },
  };
  const plain = await api.call(merchant, "POST", "/systems", wanted);
  expect(plain.status).toBe(201);
  expect(await statusesOf(rig, shop)).toEqual([]);
  const key = { "idempotency-key": randomUUID() };
  const asked = { ...wanted, name: "PIM 2", backfill: true };
  expect((await api.call(merchant, "POST", "/systems", asked, key)).status).toBe(201);
  await api.call(merchant, "POST", "/systems", asked, key);
  await stepOn();
  expect(await statusesOf(rig, shop)).toHaveLength(2);
  const lanes = createLanes(rig);
  await expect.poll(() => statusesOf(rig, shop), soon).toEqual(["delivered", "delivered"]);
  const told = receiver.requests.map(({ body: { resource, source } }) => [
    resource?.id.split("/").at(-1),
    Date.parse(resource?.version ?? ""),
    source,
  ]);
  expect(told.sort()).toEqual([
    ["1", Date.parse(at(1)), "webhook"],
    ["2", Date.parse(at(30)), "webhook"],
  ]);
  await lanes.stop(1_000);
  const { rows } = await rig.db.query<{ action: string; detail: object }>(
    "SELECT action, detail FROM audit_entries WHERE shop = $1 ORDER BY id",
    [shop],
  );
  expect(rows).toContainEqual({ action: "system.backfilled", detail: { count: 2 } });
});

it("what changes while the present state is on its way is not overwritten by it", async () => {
  const { rig } = api;
  const shop = await rig.installedShop();
  const bench = createWorkbench(rig);
  const tell = (second: number) =>
    bench.process({
      shop,
      topic: "products/update",
      body: productBody(1, at(second), []),
      triggeredAt: at(second),
    });
  await tell(1);
  const before = receiver.requests.length;
  const made = await api.call(api.merchant(shop), "POST", "/systems", {
    name: "PIM",
    kind: "pim",
    url: receiver.url,
    domains: ["products"],
    deliveryPolicy: { mode: "every" },
    backfill: true,
  });
  expect(made.status).toBe(201);
  const held = api.queue.jobs.filter((job) => job.name === "run-replay");
  expect(held).toEqual([]);
  // The one row there is goes with the answer already; the newer one overtakes it before any lane runs.
  await tell(40);
  const jobs = bench.jobs.filter((job) => job.name === "fan-out-changes");
  await rig.db.transaction((tx) =>
    fanOutChanges(
      rig,
      tx,
      jobs.map((job) => job.payload as JobPayload<"fan-out-changes">),
    ),
  );
  const lanes = createLanes(rig);
  await expect
    .poll(async () => (await statusesOf(rig, shop)).every((status) => status === "delivered"), soon)
    .toBe(true);
  await lanes.stop(1_000);
  const versions = receiver.requests
    .slice(before)
    .map(({ body }) => Date.parse(body.resource?.version ?? ""));
  expect(versions).toEqual([Date.parse(at(1)), Date.parse(at(40))]);
});
