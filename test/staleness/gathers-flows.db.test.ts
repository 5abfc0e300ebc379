import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DataDomain } from "#app/data-domains.ts";
import { discardDeadLetters } from "#app/delivery/index.server.ts";
import { eventStatuses } from "#app/events/types.ts";
import { deliveryStatuses } from "#app/delivery/types.ts";
import type { JobName, JobPayload } from "#app/jobs.ts";
import { openQueue, type Queue } from "#app/queue/index.server.ts";
import { type Flow, gatherFlows } from "#app/staleness/gather-flows.ts";
import { stalenessOf } from "#app/staleness/staleness-rule.ts";
import { worstStaleness } from "#app/staleness/index.server.ts";
import { pauseSystem } from "#app/systems/index.server.ts";
import { parkJobs } from "#app/worker/wait-for-shop.ts";
import { connectSystem, publish } from "#test/delivery/publish.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { plantDeliveries, plantEvents, plantPass } from "./plant.ts";

let rig: Rig;

let queue: Queue;

beforeAll(async () => {
  rig = await createRig();
  const { database, log, vault } = rig;
  queue = await openQueue({ url: database.url, log, vault, role: "web" });
});
afterAll(async () => {
  await queue.stop(1_000);
  await rig.close();
});

const minuteMs = 60_000;
const url = "https://wms.example.com";

/** A shop of an hour, read a minute ago, with a system that has been there for as long. */
async function openStore(mode: "latest" | "every" = "latest") {
  const shop = await rig.installedShop();
  const system = await connectSystem(rig, shop, url, {
    domains: ["products", "orders"],
    policy: { mode },
  });
  await rig.db.query("UPDATE systems SET created_at = now() - interval '1 hour' WHERE id = $1", [
    system.id,
  ]);
  const nowMs = Date.now();
  for (const feed of ["products", "orders"]) await plantPass(rig, shop, feed, nowMs - minuteMs);
  return { shop, systemId: system.id, nowMs };
}

async function flowOf(shop: string, domain: DataDomain, systemId: string | null): Promise<Flow> {
  const flows = await gatherFlows(rig.db, [shop]);
  const flow = flows.find((one) => one.domain === domain && (one.system?.id ?? null) === systemId);
  if (!flow) throw new Error("there is no such flow");
  return flow;
}

function enqueue<Name extends JobName>(
  name: Name,
  payload: JobPayload<Name> & { readonly shop: string },
): Promise<void> {
  const job = { payload, group: payload.shop };
  return rig.db.transaction((tx) => queue.enqueue(tx, name, [job]));
}

const planted = (statuses: readonly string[]) =>
  fc.array(
    fc.record({
      domain: fc.constantFrom("products", "orders"),
      secondsAgo: fc.integer({ min: 1, max: 3_000 }),
      status: fc.constantFrom(...statuses),
    }),
    { maxLength: 12 },
  );

const unfinished = ["received", "pending", "delivering", "retrying", "waiting", "dead"];

describe("what holds data up", () => {
  it("is the oldest of everything that is unfinished, in every stage, and nothing else", async () => {
    await fc.assert(
      fc.asyncProperty(
        planted(eventStatuses),
        planted(deliveryStatuses),
        async (events, deliveries) => {
          const { shop, systemId, nowMs } = await openStore("every");
          const dated = <T extends { secondsAgo: number }>(all: readonly T[]) =>
            all.map((one) => ({ ...one, changedAtMs: nowMs - one.secondsAgo * 1_000 }));
          await plantEvents(rig, shop, dated(events));
          await plantDeliveries(rig, shop, systemId, dated(deliveries));
          for (const domain of ["products", "orders"] as const)
            for (const system of [null, systemId]) {
              const held = [...events, ...(system === null ? [] : deliveries)]
                .filter((one) => one.domain === domain && unfinished.includes(one.status))
                .map((one) => one.secondsAgo);
              const { evidence } = await flowOf(shop, domain, system);
              expect(stalenessOf(evidence, nowMs).stalenessMs).toBe(Math.max(60, ...held) * 1_000);
            }
        },
      ),
      { numRuns: 12 },
    );
  });

  it("a dead letter counts until the system has a newer version of the record, or it is discarded", async () => {
    const { shop, systemId, nowMs } = await openStore();
    const dead = { domain: "products", changedAtMs: nowMs - 10 * minuteMs, status: "dead" };
    await plantDeliveries(rig, shop, systemId, [
      { ...dead, resourceId: "a" },
      { ...dead, changedAtMs: nowMs - 5 * minuteMs, resourceId: "b" },
    ]);
    const now = async () => stalenessOf((await flowOf(shop, "products", systemId)).evidence, nowMs);
    expect(await now()).toMatchObject({ stalenessMs: 10 * minuteMs, heldUpBy: "dead" });
    const newer = { domain: "products", changedAtMs: nowMs - 2 * minuteMs, status: "delivered" };
    await plantDeliveries(rig, shop, systemId, [{ ...newer, resourceId: "a" }]);
    expect(await now()).toMatchObject({ stalenessMs: 5 * minuteMs, heldUpBy: "dead" });
    await discardDeadLetters(rig, shop, "user:1", { filter: { systemId } }, "not needed");
    expect(await now()).toMatchObject({ stalenessMs: minuteMs, heldUpBy: null });
  });

  it("work that waits for a paused system counts from when it changed, and says why", async () => {
    const { shop, systemId, nowMs } = await openStore();
    await pauseSystem(rig, shop, "user:1", systemId);
    // Of long before the system was connected: the present state it asked for.
    await publish(rig, shop, { domain: "orders" });
    const { evidence } = await flowOf(shop, "orders", systemId);
    const staleness = stalenessOf(evidence, nowMs);
    expect(staleness.heldUpBy).toBe("paused");
    expect(Math.round(staleness.stalenessMs / minuteMs)).toBe(60);
    expect(stalenessOf((await flowOf(shop, "products", systemId)).evidence, nowMs)).toMatchObject({
      stalenessMs: minuteMs,
      heldUpBy: null,
    });
  });

  it("a change that was not handed to delivery yet counts, whatever its job says of it", async () => {
    const { shop, systemId, nowMs } = await openStore();
    const oldest = { products: nowMs - 7 * minuteMs };
    await enqueue("fan-out-changes", { shop, changeIds: ["evt_1"], oldest });
    const now = async (domain: DataDomain) =>
      stalenessOf((await flowOf(shop, domain, systemId)).evidence, nowMs);
    expect(await now("products")).toMatchObject({
      stalenessMs: 7 * minuteMs,
      heldUpBy: "queued",
    });
    expect((await now("orders")).heldUpBy).toBeNull();
  });

  it("what has to be read from Shopify counts until it is, however long that waits", async () => {
    const { shop, systemId, nowMs } = await openStore();
    const resource = { type: "Product", id: "gid://shopify/Product/1" };
    const asked = { shop, resource, correlationId: "c" };
    const job = { ...asked, oldest: { products: nowMs - 7 * minuteMs } };
    // Whose a known change was is asked as well; nothing is missing until then.
    await enqueue("confirm-resource", { ...asked, oldest: {} });
    const now = async (domain: DataDomain, system: string | null) =>
      stalenessOf((await flowOf(shop, domain, system)).evidence, nowMs);
    expect(await now("products", null)).toMatchObject({ stalenessMs: minuteMs, heldUpBy: null });

    await enqueue("confirm-resource", job);
    const held = { stalenessMs: 7 * minuteMs, heldUpBy: "processing" };
    expect(await now("products", null)).toMatchObject(held);
    expect(await now("products", systemId)).toMatchObject(held);
    expect((await now("orders", systemId)).heldUpBy).toBeNull();

    // The shop is lost: the job ends, and a new one waits with what it carried.
    await parkJobs({ ...rig, enqueue: queue.enqueue }, "confirm-resource", [job]);
    await rig.db.query(
      `UPDATE pgboss.job SET state = 'completed' WHERE id = (
         SELECT id FROM pgboss.job WHERE name = 'confirm-resource' AND group_id = $1
           AND data->'oldest' ? 'products' ORDER BY created_on LIMIT 1)`,
      [shop],
    );
    expect(await now("products", systemId)).toMatchObject(held);

    // Given up, it is left to the next comparison.
    await rig.db.query("UPDATE pgboss.job SET state = 'failed' WHERE group_id = $1", [shop]);
    expect(await now("products", systemId)).toMatchObject({ heldUpBy: null });
  });
});

it("a clock of Shopify's that is an hour ahead makes nothing fresher", async () => {
  const { shop, systemId, nowMs } = await openStore();
  const skewMs = 60 * minuteMs;
  await plantPass(rig, shop, "products", nowMs - 30_000, skewMs);
  const { evidence } = await flowOf(shop, "products", systemId);
  expect(stalenessOf(evidence, nowMs).stalenessMs).toBe(30_000);
});

it("the metrics tell the worst of all stores; a store that left counts no more", async () => {
  const { shop, systemId, nowMs } = await openStore();
  const status = "waiting";
  const changedAtMs = nowMs - 50 * minuteMs;
  await plantDeliveries(rig, shop, systemId, [{ domain: "orders", changedAtMs, status }]);
  const worst = async () => (await worstStaleness(rig.db, { now: () => nowMs })).get("orders");
  expect(await worst()).toBeGreaterThanOrEqual(3_000);
  await rig.db.query("UPDATE shops SET uninstalled_at = now()");
  expect(await worst()).toBeUndefined();
});
