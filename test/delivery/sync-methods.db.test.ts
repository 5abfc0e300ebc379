import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { replayDeadLetters } from "#app/delivery/index.server.ts";
import { readSlas, replaceSlas } from "#app/freshness/index.server.ts";
import { defaultSla } from "#app/freshness/default-slas.ts";
import type { FreshnessSla } from "#app/freshness/types.ts";
import { cadencesOf } from "#app/polling/index.server.ts";
import { listSystems, pauseSystem } from "#app/systems/index.server.ts";
import { createRig, holdJobs, type Rig } from "#test/worker/rig.ts";
import { createBench, soon } from "./lane-set-up.ts";
import { connectSystem, fanOut, publish, statusesOf, storeChanges } from "./publish.ts";

let rig: Rig;
let bench: ReturnType<typeof createBench>;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const choose = async (shop: string, sla: Partial<FreshnessSla> & Pick<FreshnessSla, "domain">) => {
  const items = [{ ...defaultSla(sla.domain), ...sla }];
  const chosen = await replaceSlas({ ...rig, systemsOf: listSystems }, shop, "user:1", items);
  if (!chosen.ok) throw new Error(JSON.stringify(chosen.errors));
};

const latest = { policy: { mode: "latest" } };

describe("webhook and polling, webhook and queue", () => {
  it("a newer version takes the place of the one that waits, unless every change was chosen", async () => {
    const line = await bench.openLine(latest);
    await pauseSystem(rig, line.shop, "user:1", line.id);
    const two = [
      { resource: "gid://shopify/InventoryLevel/1", second: 1 },
      { resource: "gid://shopify/InventoryLevel/1", second: 2 },
    ];
    await publish(rig, line.shop, ...two);
    expect(await statusesOf(rig, line.shop)).toEqual(["superseded", "waiting"]);
    const queued = await bench.openLine(latest);
    await choose(queued.shop, { domain: "inventory", syncMethod: "webhook_queue" });
    await publish(rig, queued.shop, ...two);
    bench.startLanes();
    await expect.poll(() => queued.receiver.requests.length, soon).toBe(2);
    expect(queued.receiver.requests.map(({ body }) => body.resource?.version)).toEqual([
      "2026-11-23T10:00:01.000Z",
      "2026-11-23T10:00:02.000Z",
    ]);
  });
});

describe("webhook and queue", () => {
  it("what failed is sent again whole and in order, too", async () => {
    const line = await bench.openLine(latest);
    await choose(line.shop, { domain: "inventory", syncMethod: "webhook_queue" });
    line.receiver.react = () => ({ status: 422 });
    bench.startLanes();
    await publish(rig, line.shop, { resource: "a", second: 1 }, { resource: "a", second: 2 });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["dead", "dead"]);
    line.receiver.react = () => ({ status: 200 });
    line.receiver.requests.length = 0;
    const deps = { ...rig, queue: holdJobs() };
    await replayDeadLetters(deps, line.shop, "user:1", { all: true });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(2);
    const seconds = line.receiver.requests.map(({ body }) => body.resource?.version.slice(17, 19));
    expect(seconds).toEqual(["01", "02"]);
  });
});

describe("scheduled batch", () => {
  it("what changed goes out together, at the next batch and not before", async () => {
    const shop = await rig.installedShop();
    await connectSystem(rig, shop, "http://127.0.0.1:1/hook", latest);
    await choose(shop, {
      domain: "inventory",
      syncMethod: "scheduled_batch",
      pollEverySeconds: 60,
    });
    const changes = await storeChanges(rig, shop, [{}, {}, {}]);
    const nowMs = Date.parse("2026-11-26T10:00:20Z");
    await fanOut({ ...rig, clock: { now: () => nowMs } }, changes.slice(0, 2));
    await fanOut({ ...rig, clock: { now: () => nowMs + 30_000 } }, changes.slice(2));
    const { rows } = await rig.db.query<{ due: Date }>(
      "SELECT DISTINCT next_attempt_at AS due FROM deliveries WHERE shop = $1",
      [shop],
    );
    expect(rows).toEqual([{ due: new Date("2026-11-26T10:01:00Z") }]);
  });

  it("arrives then, in one go", async () => {
    const line = await bench.openLine(latest);
    await choose(line.shop, {
      domain: "inventory",
      syncMethod: "scheduled_batch",
      pollEverySeconds: 3,
    });
    bench.startLanes();
    await publish(rig, line.shop, {}, {}, {});
    await expect.poll(() => line.receiver.requests.length, soon).toBe(3);
    const dueMs = Math.ceil(Date.now() / 3_000) * 3_000 - 3_000;
    const { rows } = await rig.db.query<{ at: Date }>(
      `SELECT a.at FROM delivery_attempts a JOIN deliveries d ON d.id = a.delivery_id
       WHERE d.shop = $1`,
      [line.shop],
    );
    for (const { at } of rows) expect(at.getTime()).toBeGreaterThanOrEqual(dueMs);
  });
});

describe("webhook and cache invalidation", () => {
  it("tells the system at once, ahead of all that waits, which record is old, and then what it is", async () => {
    const line = await bench.openLine({
      domains: ["inventory", "pricing"],
      policy: { concurrency: 1, mode: "latest" },
    });
    const variant = "gid://shopify/ProductVariant/7";
    await publish(rig, line.shop, {}, {}, {});
    const [id = ""] = await publish(rig, line.shop, { domain: "pricing", resource: variant });
    bench.startLanes();
    await expect.poll(() => line.receiver.requests.length, soon).toBe(5);
    const [first, ...rest] = line.receiver.requests.map(({ body }) => body);
    expect(first).toMatchObject({
      id: `${id}.cache`,
      type: "cache.invalidated",
      domain: "pricing",
      resource: null,
      data: { resourceId: variant, sku: "MUG-1" },
    });
    expect(JSON.stringify(first).length).toBeLessThan(700);
    expect(rest.filter((body) => body.id === id)).toHaveLength(1);
  });

  it("of several that wait the newest is enough, and they do not wait for their record's changes", async () => {
    const shop = await rig.installedShop();
    const { id } = await connectSystem(rig, shop, "http://127.0.0.1:1/hook", {
      ...latest,
      domains: ["pricing"],
    });
    await pauseSystem(rig, shop, "user:1", id);
    const resource = "gid://shopify/ProductVariant/8";
    const changes = await storeChanges(rig, shop, [
      { domain: "pricing", resource, second: 1 },
      { domain: "pricing", resource, second: 2 },
    ]);
    for (const change of changes) await fanOut(rig, [change]);
    await fanOut(rig, changes);
    const { rows } = await rig.db.query<{ type: string; status: string }>(
      "SELECT type, status FROM deliveries WHERE shop = $1 ORDER BY type, created_at, id",
      [shop],
    );
    expect(
      rows
        .map((row) => `${row.type === "cache.invalidated" ? "word" : "change"} ${row.status}`)
        .sort(),
    ).toEqual(["change superseded", "change waiting", "word superseded", "word waiting"]);
  });
});

describe("event driven", () => {
  it("Shopify is not read for it: it goes along with the others, and alone once an hour", async () => {
    const slas = await readSlas(rig.db, await rig.installedShop());
    const pace = (changed: Partial<FreshnessSla>, domains: readonly string[]) =>
      cadencesOf(
        "a",
        slas.map((sla) => (domains.includes(sla.domain) ? { ...sla, ...changed } : sla)),
      ).find((one) => one.feed === "customers")?.everySeconds;
    expect(pace({}, [])).toBe(120);
    expect(pace({ syncMethod: "webhook_and_polling" }, ["loyalty"])).toBe(60);
    expect(pace({ syncMethod: "event_driven" }, ["loyalty", "customers"])).toBe(3_600);
  });
});
