import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { resolveDiscrepancy } from "#app/discrepancies/index.server.ts";
import { weekTime } from "#app/freshness/index.server.ts";
import { goneAmong } from "#app/mirror/index.server.ts";
import { replaceRules } from "#app/ownership/index.server.ts";
import { cancelRun, readPatterns, startRun } from "#app/reconciliation/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createReconRig, type ReconRig, rowsOf, type TwinLevel } from "./recon-rig.ts";

let recon: ReconRig;
let levels: TwinLevel[];

beforeAll(async () => {
  recon = await createReconRig();
});
afterAll(() => recon.close());

/** Everybody agrees: the mirror has learned the store, and the system says what Shopify says. */
beforeEach(async () => {
  await own("shopify", "flag");
  await recon.run();
  levels = await recon.levels();
  await recon.rig.db.query("DELETE FROM deliveries");
  await recon.rig.db.query("DELETE FROM discrepancies");
  recon.writes.length = 0;
});

async function own(owner: string, onForeignWrite: string) {
  const items = [{ domain: "inventory", owner, onForeignWrite }];
  const { rig, shop } = recon;
  await replaceRules({ ...rig, systemsOf: listSystems }, shop, "user:1", items);
}

const pick = (n: number) => {
  const level = levels[n];
  if (!level) throw new Error("the twin has too few levels");
  return level;
};

describe("a store where everybody agrees", () => {
  it("is compared row by row and nothing is found", async () => {
    await recon.snapshot(rowsOf(levels));
    const run = await recon.run(recon.system.id);
    expect(run).toMatchObject({
      status: "completed",
      compared: levels.length,
      found: 0,
      repaired: 0,
      inFlight: 0,
      note: null,
    });
    expect(await recon.discrepancies()).toEqual([]);
    expect(await recon.sent()).toEqual([]);
    const { rows } = await recon.rig.db.query("SELECT 1 FROM reconciliation_rows");
    expect(rows).toEqual([]);
  });

  it("agrees about an article's total, and about what is stocked nowhere", async () => {
    const totals = Map.groupBy(levels, (level) => level.sku);
    await recon.snapshot([
      ...[...totals].map(([sku, places]) => ({
        sku,
        available: places.reduce((sum, place) => sum + place.available, 0),
      })),
      { sku: "OLD", available: 0 },
    ]);
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 0, inFlight: 0 });
  });
});

describe("Shopify against the mirror", () => {
  it("a missed change is found, taken in and goes out with its source", async () => {
    const level = pick(0);
    recon.twin.operations.setStock({
      shop: NORTH,
      available: level.available + 7,
      ...place(level),
    });
    const run = await recon.run();
    expect(run).toMatchObject({ status: "completed", found: 1, repaired: 1 });
    expect(await recon.findings(run.id)).toMatchObject({
      items: [
        {
          side: "mirror",
          kind: "value",
          state: "repaired",
          shopifyValue: { available: level.available + 7 },
          otherValue: { available: level.available },
        },
      ],
    });
    expect(await recon.sent()).toEqual([{ resource_id: level.id, source: "reconciliation" }]);
    expect(await recon.discrepancies()).toEqual([]);
    expect(await recon.run()).toMatchObject({ found: 0 });
  });

  it("of several records in one hour is told as a pattern of that hour", async () => {
    for (const n of [5, 6, 7]) {
      const level = pick(n);
      const { twin } = recon;
      twin.operations.setStock({ shop: NORTH, available: level.available + 7, ...place(level) });
    }
    const run = await recon.run();
    const [pattern] = await readPatterns(recon.rig.db, [run], "Asia/Kathmandu");
    expect(pattern).toMatchObject({ system: "shopify", kind: "value", field: "available" });
    const { time } = weekTime(Date.now(), "Asia/Kathmandu");
    expect(pattern).toMatchObject({ count: 3, hour: { of: Number(time.slice(0, 2)), count: 3 } });
  });

  it("is only told in a report", async () => {
    const level = pick(1);
    recon.twin.operations.setStock({
      shop: NORTH,
      available: level.available + 1,
      ...place(level),
    });
    expect(await recon.run("shopify", { mode: "report" })).toMatchObject({ found: 1, repaired: 0 });
    expect(await recon.sent()).toEqual([]);
  });

  it("a record that Shopify does not have any more is taken in as gone", async () => {
    const id = "gid://shopify/InventoryLevel/999?inventory_item_id=999";
    const { shop } = recon;
    await recon.rig.db.query(
      `INSERT INTO mirror_resources SELECT shop, type, $2, version, version_at, triggered_at, deleted,
         digest, state, event_id, applied_at FROM mirror_resources WHERE shop = $1 AND id = $3`,
      [shop, id, pick(2).id],
    );
    // The state of another record cannot be opened: it is sealed for that one.
    const purpose = `mirror:${shop}:InventoryLevel ${id}`;
    await recon.rig.db.query("UPDATE mirror_resources SET state = $2 WHERE shop = $1 AND id = $3", [
      shop,
      recon.rig.vault.seal('{"available":5}', purpose),
      id,
    ]);
    const run = await recon.run();
    expect(run).toMatchObject({ found: 1, repaired: 1 });
    expect((await recon.findings(run.id)).items).toMatchObject([
      { kind: "missing_in_shopify", shopifyValue: null, otherValue: { available: 5 } },
    ]);
    expect(await recon.sent()).toEqual([{ resource_id: id, source: "reconciliation" }]);
    expect(await recon.run()).toMatchObject({ found: 0 });
  });
});

describe("a system against Shopify", () => {
  const differing = () => [
    { ...rowsOf(levels)[0], available: pick(0).available + 100 },
    ...rowsOf(levels).slice(2),
    { sku: "UNKNOWN", available: 4 },
  ];

  it("each kind of difference is found, once, and none is invented", async () => {
    await recon.snapshot(differing());
    const run = await recon.run(recon.system.id);
    expect(run).toMatchObject({ status: "completed", found: 3, repaired: 2 });
    const found = await recon.discrepancies();
    expect(found.map(({ kind, resource }) => [kind, resource.sku, resource.id]).sort()).toEqual(
      [
        ["missing_in_shopify", "UNKNOWN", "sku:UNKNOWN"],
        ["missing_in_system", pick(1).sku, pick(1).id],
        ["value", pick(0).sku, pick(0).id],
      ].sort(),
    );
    expect(found.find((item) => item.kind === "value")).toMatchObject({
      shopifyValue: { available: pick(0).available },
      systemValue: { available: pick(0).available + 100 },
      owner: "shopify",
      system: recon.system.id,
      status: "open",
    });
    // The system is sent what Shopify has, whether it was ever sent it or not.
    expect((await recon.sent()).map((one) => one.resource_id).sort()).toEqual(
      [pick(0).id, pick(1).id].sort(),
    );
  });

  it("is not found again while the repair is on its way, and resolves itself afterwards", async () => {
    await recon.snapshot(differing());
    await recon.run(recon.system.id);
    const sentTwice = (await recon.sent()).length;
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 1, inFlight: 2 });
    expect((await recon.sent()).length).toBe(sentTwice);
    await recon.rig.db.query(
      "UPDATE deliveries SET status = 'delivered', finished_at = now() + interval '1 s'",
    );
    // The same old word of the system says nothing new.
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 1, inFlight: 2 });
    await recon.snapshot(rowsOf(levels), "inventory", 4_000);
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 0, inFlight: 0 });
    expect((await recon.discrepancies()).map((item) => [item.status, item.resolution])).toEqual(
      Array.from({ length: 3 }, () => ["resolved", "Both sides agree again."]),
    );
  });

  it("does not count what changed in Shopify after the system spoke", async () => {
    await recon.snapshot(rowsOf(levels), "inventory", 0);
    const level = pick(3);
    recon.twin.operations.setStock({
      shop: NORTH,
      available: level.available + 3,
      ...place(level),
    });
    const run = await recon.run(recon.system.id);
    expect(run).toMatchObject({ found: 1, repaired: 1, inFlight: 1 });
    const all = (await recon.findings(run.id)).items;
    expect(all.find((one) => one.state === "in_flight")).toMatchObject({ owner: null });
    const counted = (await recon.findings(run.id, { counted: true })).items;
    expect(counted.map((one) => one.key)).toEqual(
      all.filter((one) => one.state !== "in_flight").map((one) => one.key),
    );
    expect(counted.length).toBe(all.length - 1);
    expect(await recon.discrepancies()).toEqual([]);
  });

  it("says that a webhook was missed when Converge did not know either", async () => {
    const level = pick(4);
    recon.twin.operations.setStock({
      shop: NORTH,
      available: level.available + 3,
      ...place(level),
    });
    await recon.snapshot(rowsOf(levels));
    await recon.run(recon.system.id);
    expect(await recon.discrepancies()).toMatchObject([
      { kind: "value", cause: expect.stringContaining("Missed webhook") as string },
    ]);
  });

  it("that owns the data: its value is written by the rule, or waits for a person", async () => {
    await own(recon.system.id, "revert");
    await recon.snapshot(differing());
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 3, repaired: 1 });
    expect(recon.writes).toMatchObject([
      { resource: { id: pick(0).id }, set: { available: pick(0).available + 100 } },
    ]);
    expect(await recon.sent()).toEqual([]);

    recon.writes.length = 0;
    await own(recon.system.id, "flag");
    expect(await recon.run(recon.system.id)).toMatchObject({ found: 3, repaired: 0 });
    expect(recon.writes).toEqual([]);
    const open = (await recon.discrepancies()).find((item) => item.kind === "value");
    const deps = { ...recon.rig, enqueue: recon.deps.enqueue as never, goneAmong };
    await resolveDiscrepancy(deps, recon.shop, "user:1", open?.id ?? "", {
      with: "owner",
      reason: "counted by hand",
    });
    await recon.settle();
    expect(recon.writes).toMatchObject([{ set: { available: pick(0).available + 100 } }]);
  });

  it("by hand: a person's word sends the system what Shopify has", async () => {
    await recon.snapshot(differing());
    await recon.run(recon.system.id, { mode: "report" });
    expect(await recon.sent()).toEqual([]);
    const open = (await recon.discrepancies()).find((item) => item.kind === "value");
    const deps = { ...recon.rig, enqueue: recon.deps.enqueue as never, goneAmong };
    const decision = { with: "owner", reason: "Shopify is right" } as const;
    await resolveDiscrepancy(deps, recon.shop, "user:1", open?.id ?? "", decision);
    await recon.settle();
    expect(await recon.sent()).toEqual([{ resource_id: pick(0).id, source: "reconciliation" }]);
  });

  it("by hand: what its owner does not have at all is sent to it too", async () => {
    await own(recon.system.id, "flag");
    await recon.snapshot(rowsOf(levels).slice(1));
    await recon.run(recon.system.id);
    expect(await recon.sent()).toEqual([]);
    const [open] = await recon.discrepancies();
    expect(open).toMatchObject({ kind: "missing_in_system", owner: recon.system.id });
    const deps = { ...recon.rig, enqueue: recon.deps.enqueue as never, goneAmong };
    const decision = { with: "owner", reason: "the warehouse is new" } as const;
    await resolveDiscrepancy(deps, recon.shop, "user:1", open?.id ?? "", decision);
    await recon.settle();
    expect(await recon.sent()).toEqual([{ resource_id: pick(0).id, source: "reconciliation" }]);
    expect(recon.writes).toEqual([]);
  });

  it("reports nothing as missing when it could not read all lines", async () => {
    const { rig, shop, system } = recon;
    const { takeSnapshot } = await import("#app/reconciliation/index.server.ts");
    const of = { shop, systemId: system.id, domain: "inventory", source: "pushed" } as const;
    const text = `${JSON.stringify(rowsOf(levels)[0])}\nnot json\n`;
    await takeSnapshot(rig, of, (await import("./recon-rig.ts")).bytesOf(text));
    expect(await recon.run(recon.system.id)).toMatchObject({
      found: 0,
      note: expect.stringContaining("could not be read") as string,
    });
  });
});

describe("runs", () => {
  it("of the same are one at a time", async () => {
    const request = {
      domain: "inventory",
      system: "shopify",
      mode: "repair",
      trigger: "manual",
      actor: "user:1",
    } as const;
    const both = await Promise.all([
      startRun(recon.deps, recon.shop, request),
      startRun(recon.deps, recon.shop, request),
    ]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    expect(both.find((one) => !one.ok)).toMatchObject({ because: "state" });
    await recon.settle();
  });

  it("can be cancelled, and leave nothing behind", async () => {
    const id = await recon.start();
    expect(await cancelRun(recon.deps, recon.shop, "user:1", id)).toBe(true);
    await recon.settle();
    expect(await recon.view(id)).toMatchObject({ status: "cancelled", phase: null });
    expect(await cancelRun(recon.deps, recon.shop, "user:1", id)).toBe(false);
  });
});

function place({ sku, locationId }: TwinLevel) {
  return { sku, locationId };
}
