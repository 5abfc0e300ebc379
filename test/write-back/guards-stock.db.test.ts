import { print } from "graphql";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { listDiscrepancies, resolveDiscrepancy } from "#app/discrepancies/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { goneAmong } from "#app/mirror/index.server.ts";
import { replaceRules } from "#app/ownership/index.server.ts";
import { confirmResource } from "#app/polling/index.server.ts";
import { previewRules } from "#app/processing/index.server.ts";
import type { Shopify } from "#app/shopify/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { readTimeline } from "#app/timeline/index.server.ts";
import { writeBack } from "#app/write-back/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { at, installedClient, NORTH, startSmallTwin } from "#test/twin-conformance/support.ts";
import { createRig } from "#test/worker/rig.ts";

/**
 * The whole way of a foreign write: a webhook tells that stock moved, Converge counts, decides whose
 * change it was, reports it or puts it back, and recognises what it wrote itself.
 */

let nowMs = Date.now();
const clock = { now: () => nowMs };
const rig = { ...(await createRig()), clock };
const twin = await startSmallTwin({ now: () => nowMs });
const client = await installedClient(twin);
const bench = createWorkbench(rig);
const shopify: Pick<Shopify, "graphql"> = {
  graphql: (async (_shop: string, document: Parameters<typeof print>[0], variables: object) =>
    (await client(print(document), { ...variables })).data) as Shopify["graphql"],
};
const items = at<
  { sku: string; inventoryLevels: { nodes: { id: string; location: { id: string } }[] } }[]
>(
  await client(
    `{ inventoryItems(first: 20) { nodes { sku inventoryLevels(first: 1) { nodes { id location { id } } } } } }`,
  ),
  "inventoryItems",
  "nodes",
);

let shop: string;
let systemId: string;
let level: { id: string; sku: string; locationId: string };

afterAll(() => Promise.all([rig.close(), twin.close()]));

beforeEach(async () => {
  const item = items.shift();
  const [node] = item?.inventoryLevels.nodes ?? [];
  if (!item || !node) throw new Error("the twin has too few articles");
  level = { id: node.id, sku: item.sku, locationId: node.location.id };
  shop = await rig.installedShop();
  systemId = (await connectSystem(rig, shop, "http://127.0.0.1:9/")).id;
  twin.operations.setStock({ shop: NORTH, available: 10, ...place() });
});

const place = () => ({ sku: level.sku, locationId: level.locationId });

async function own(onForeignWrite: string) {
  const items = [{ domain: "inventory", owner: systemId, onForeignWrite }];
  await replaceRules({ ...rig, systemsOf: listSystems }, shop, "user:1", items);
}

async function quantities() {
  const answer = await client(
    `query L($id: ID!) { inventoryLevel(id: $id) { quantities(names: ["available"]) { quantity updatedAt } } }`,
    { id: level.id },
  );
  const [available] = at<{ quantity: number; updatedAt: string }[]>(
    answer,
    "inventoryLevel",
    "quantities",
  );
  if (!available) throw new Error("the twin does not say what is available");
  return available;
}

/** The webhook Shopify would send now, and everything that follows from it but the writes. */
async function tell() {
  const { quantity, updatedAt } = await quantities();
  const tail = (gid: string) => gid.replace(/\?.*$/, "").split("/").at(-1) ?? "";
  const itemId = /inventory_item_id=(\d+)/.exec(level.id)?.[1] ?? "1";
  await bench.process({
    shop,
    topic: "inventory_levels/update",
    triggeredAt: new Date(nowMs).toISOString(),
    body: `{"inventory_item_id":${itemId},"location_id":${tail(
      level.locationId,
    )},"available":${String(quantity)},"updated_at":"${updatedAt}","admin_graphql_api_id":"${
      level.id
    }"}`,
  });
  nowMs += 5_000;
  const confirms = takeJobs("confirm-resource");
  for (const job of confirms)
    await confirmResource(
      { ...rig, shopify, enqueue: bench.queue.enqueue },
      job as JobPayload<"confirm-resource">,
    );
  await bench.run();
  nowMs += 5_000;
}

function takeJobs(name: string): unknown[] {
  const mine = bench.jobs.filter((job) => job.name === name);
  for (const job of mine) bench.jobs.splice(bench.jobs.indexOf(job), 1);
  return mine.map((job) => job.payload);
}

/** Carries out the writes that were handed over; returns how many there were. */
async function write(): Promise<number> {
  const jobs = [
    ...takeJobs("write-stock"),
    ...takeJobs("write-back"),
  ] as JobPayload<"write-back">[];
  for (const job of jobs) await writeBack({ ...rig, enqueue: bench.queue.enqueue, shopify }, job);
  nowMs += 1_000;
  return jobs.length;
}

const found = async () =>
  (await listDiscrepancies(rig, shop, { status: "open" }, { limit: 10 })).items;
const available = async () => (await quantities()).quantity;
const edit = (to: number) => twin.operations.setStock({ shop: NORTH, available: to, ...place() });
const sell = () => twin.operations.sell({ shop: NORTH, quantity: 1, ...place() });

describe("stock that a warehouse owns", () => {
  it("edited by hand in Shopify is put back once, and what was put back is no edit", async () => {
    await own("revert");
    await tell();
    edit(25);
    await tell();
    expect(await write()).toBe(1);
    expect(await available()).toBe(10);
    await tell();
    await tell();
    expect(await write()).toBe(0);
    expect(await found()).toEqual([]);
    expect(await available()).toBe(10);
    const story = await readTimeline(rig, shop, level.id);
    const kinds = story.map((item) => item.kind);
    expect(kinds.indexOf("write.pending")).toBeGreaterThan(kinds.indexOf("event.applied"));
    expect(kinds).toContain("write.applied");
    expect(story.map((item) => item.at)).toEqual(story.map((item) => item.at).sort());
    expect(await readTimeline(rig, await rig.installedShop(), level.id)).toEqual([]);
  });

  it("sold in Shopify is left alone", async () => {
    await own("revert");
    await tell();
    sell();
    await tell();
    sell();
    await tell();
    expect(await write()).toBe(0);
    expect(await found()).toEqual([]);
    expect(await available()).toBe(8);
  });

  it("edited by hand is reported as one discrepancy, however often; the owner's value can be written", async () => {
    await own("flag");
    await tell();
    edit(25);
    await tell();
    edit(26);
    await tell();
    expect(await write()).toBe(0);
    const [one, ...more] = await found();
    expect(more).toEqual([]);
    expect(one).toMatchObject({
      kind: "foreign_write",
      owner: systemId,
      shopifyValue: { available: 26 },
      systemValue: { available: 10 },
      times: 2,
    });
    const deps = { ...rig, enqueue: bench.queue.enqueue, goneAmong };
    const decision = { with: "owner", reason: "counted" } as const;
    const decide = () => resolveDiscrepancy(deps, shop, "user:1", one?.id ?? "", decision);
    const outcomes = await Promise.all([decide(), decide()]);
    expect(outcomes.map((item) => item?.outcome).sort()).toEqual(["closed", "done"]);
    expect(await write()).toBe(1);
    expect(await available()).toBe(10);
    await tell();
    expect(await found()).toEqual([]);
  });

  it("edited by hand under `accept` simply counts", async () => {
    await own("accept");
    await tell();
    edit(25);
    await tell();
    expect([await write(), await found(), await available()]).toEqual([0, [], 25]);
  });

  it("edited again and again ends in no loop: every edit is put back once", async () => {
    await own("revert");
    await tell();
    let writes = 0;
    for (const stubborn of [30, 31, 32]) {
      edit(stubborn);
      await tell();
      writes += await write();
      await tell();
      writes += await write();
    }
    expect(writes).toBe(3);
    expect(await available()).toBe(10);
  });

  it("is previewed: what a rule would have said of what happened", async () => {
    await own("accept");
    await tell();
    edit(25);
    await tell();
    const rules = (onForeignWrite: "accept" | "flag") => [
      { domain: "inventory" as const, owner: systemId, onForeignWrite },
    ];
    expect(await previewRules(rig, shop, rules("accept"))).toMatchObject([
      { accepted: 1, flagged: 0 },
    ]);
    // A webhook alone does not tell a sale from an edit.
    expect(await previewRules(rig, shop, rules("flag"))).toMatchObject([
      { accepted: 0, counted: 1 },
    ]);
  });
});
