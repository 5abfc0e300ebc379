import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deadSeries, systemHealth } from "#app/delivery/index.server.ts";
import { deleteSystem, pauseSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

describe("the health of a system", () => {
  it("counts what arrived, what was given up and what waits, each once", async () => {
    const line = await bench.openLine();
    line.receiver.react = ({ headers, body }) => {
      if (body.resource?.id === "bad") return { status: 422 };
      const retried = body.resource?.id === "late" && headers["x-converge-attempt"] === "1";
      return { status: retried ? 500 : 200 };
    };
    bench.startLanes();
    await publish(rig, line.shop, { resource: "bad" }, { resource: "late" }, { resource: "fine" });
    await expect
      .poll(() => statusesOf(rig, line.shop), soon)
      .toEqual(["dead", "delivered", "delivered"]);
    await pauseSystem(rig, line.shop, "user:1", line.id);
    await publish(rig, line.shop, { resource: "a" }, { resource: "b" });
    const nowMs = Date.now();
    const [health] = await systemHealth(rig.db, line.shop, nowMs);
    expect(health).toMatchObject({
      systemId: line.id,
      delivered: 2,
      failed: 1,
      waiting: 2,
      dead: 1,
      lastDeliveredAt: expect.any(String) as string,
    });
    expect(health?.oldestWaitingSeconds).toBeLessThan(30);
    // The last of two spans that end with the coming minute.
    const endMs = Math.ceil((nowMs + 1) / 60_000) * 60_000;
    const series = (toMs: number) => deadSeries(rig.db, line.shop, toMs - 600_000, toMs, 2);
    expect(await series(endMs)).toEqual([0, 1]);
    expect(await series(endMs - 3_600_000)).toEqual([0, 0]);
    // Two days on, the day is empty; what is open or dead now still is.
    const [later] = await systemHealth(rig.db, line.shop, nowMs + 2 * 86_400_000);
    expect(later).toMatchObject({ delivered: 0, failed: 0, waiting: 2, dead: 1 });
    expect(later?.oldestWaitingSeconds).toBeGreaterThan(86_400);
  });

  it("tells how long the one waits that waits longest, whatever it is about and how new that is", async () => {
    const line = await bench.openLine({ domains: ["orders", "products"] });
    await pauseSystem(rig, line.shop, "user:1", line.id);
    await publish(rig, line.shop, { domain: "orders" }, { domain: "products" });
    await rig.db.query(
      `UPDATE deliveries SET created_at = now() - interval '1 hour', version_at = now()
       WHERE shop = $1 AND domain = 'orders'`,
      [line.shop],
    );
    const [health] = await systemHealth(rig.db, line.shop, Date.now());
    expect(health?.waiting).toBe(2);
    expect(health?.oldestWaitingSeconds).toBeGreaterThan(3_500);
  });

  it("is silent about systems without traffic, gone ones and other shops'", async () => {
    const line = await bench.openLine();
    expect(await systemHealth(rig.db, line.shop, Date.now())).toEqual([]);
    await publish(rig, line.shop, {});
    expect(await systemHealth(rig.db, line.shop, Date.now())).toHaveLength(1);
    expect(await systemHealth(rig.db, await rig.installedShop(), Date.now())).toEqual([]);
    await deleteSystem(rig, line.shop, "user:1", line.id);
    expect(await systemHealth(rig.db, line.shop, Date.now())).toEqual([]);
  });

  it("costs the same with a hundred thousand deliveries of the day", async () => {
    const line = await bench.openLine();
    await publish(rig, line.shop, { resource: "seed" });
    await rig.db.query(
      `INSERT INTO deliveries (id, shop, system_id, change_id, event_id, domain, type, resource_type,
         resource_id, version_at, status, next_attempt_at, created_at, finished_at)
       SELECT gen_random_uuid(), shop, system_id, 'evt_' || n, event_id, domain, type, resource_type,
         'r' || n, version_at, CASE WHEN n % 5 = 0 THEN 'pending' ELSE 'delivered' END, now(), now(),
         now()
       FROM deliveries, generate_series(1, 100000) AS n WHERE shop = $1`,
      [line.shop],
    );
    await rig.db.query("ANALYZE deliveries");
    const [health] = await systemHealth(rig.db, line.shop, Date.now());
    expect(health?.waiting).toBe(10_000);
    const startedMs = performance.now();
    for (let round = 0; round < 5; round += 1) await systemHealth(rig.db, line.shop, Date.now());
    expect((performance.now() - startedMs) / 5).toBeLessThan(100);
  });
});
