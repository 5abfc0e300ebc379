import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { deliveriesOf, publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ resource: `r${String(index)}`, second: 1 }));

/** Breaks the sessions that hold lane locks; returns how many held one. */
async function breakLockSessions(): Promise<number> {
  const { rows } = await rig.db.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
       AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );
  return rows.length;
}

describe("two workers", () => {
  it("never deliver to one system at once", async () => {
    const line = await bench.openLine({ policy: { concurrency: 2 } });
    line.receiver.react = () => ({ status: 200, delayMs: 10 });
    bench.startLanes();
    bench.startLanes();
    for (let round = 0; round < 5; round += 1) {
      await publish(rig, line.shop, ...many(10));
      await sleep(30);
    }
    await expect
      .poll(async () => new Set(await statusesOf(rig, line.shop)), soon)
      .toEqual(new Set(["delivered"]));
    expect(line.receiver.requests).toHaveLength(50);
    expect(line.receiver.overlap.all).toBe(2);
  });

  it("share the systems: one that hangs in a worker does not stop the other's", async () => {
    const stuck = await bench.openLine({ policy: { timeoutMs: 5_000 } });
    stuck.receiver.react = () => "hang";
    const fine = await bench.openLine();
    bench.startLanes();
    bench.startLanes();
    await publish(rig, stuck.shop, {});
    await publish(rig, fine.shop, {});
    await expect.poll(() => statusesOf(rig, fine.shop), soon).toEqual(["delivered"]);
    await expect.poll(() => statusesOf(rig, stuck.shop), soon).toEqual(["delivering"]);
  });
});

describe("a lost lock session", () => {
  it("frees the lane; what was in flight is taken over and sent again under its id", async () => {
    const line = await bench.openLine({ policy: { maxAttempts: 5 } });
    line.receiver.react = ({ headers }) =>
      headers["x-converge-attempt"] === "1" ? { status: 422, delayMs: 2_500 } : { status: 200 };
    bench.startLanes();
    bench.startLanes();
    const [id] = await publish(rig, line.shop, { resource: "a", second: 1 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    expect(await breakLockSessions()).toBe(1);
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered"]);
    const headers = line.receiver.requests.map((request) => request.headers);
    expect(headers.map((item) => [item["webhook-id"], item["x-converge-attempt"]])).toEqual([
      [id, "1"],
      [id, "2"],
    ]);
    // The first attempt is refused, too late: that changes nothing any more.
    await sleep(2_600);
    expect(await deliveriesOf(rig, line.shop)).toMatchObject([
      { status: "delivered", attempts: 2 },
    ]);
  });

  it("is opened again: a worker alone goes on by itself", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    await publish(rig, line.shop, {});
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered"]);
    await rig.db.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'converge-lanes' AND datname = current_database()",
    );
    await publish(rig, line.shop, {});
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered", "delivered"]);
  });
});

describe("stopping", () => {
  it("finishes what is in flight and hands back the rest as if it had never been taken", async () => {
    const line = await bench.openLine({ policy: { concurrency: 2 } });
    line.receiver.react = () => ({ status: 200, delayMs: 400 });
    await publish(rig, line.shop, ...many(10));
    const lanes = bench.startLanes();
    await expect.poll(() => line.receiver.requests.length, soon).toBe(2);
    const startedMs = Date.now();
    await lanes.stop(5_000);
    expect(Date.now() - startedMs).toBeLessThan(4_000);
    const rows = await deliveriesOf(rig, line.shop);
    const untouched = rows.filter((row) => row.status === "pending");
    expect(rows.filter((row) => row.status === "delivered")).toHaveLength(2);
    expect(untouched).toHaveLength(8);
    expect(untouched.every((row) => row.attempts === 0)).toBe(true);
    expect(line.receiver.requests).toHaveLength(2);
  });

  it("does not wait longer than it may; the next worker sends what was cut off", async () => {
    const line = await bench.openLine({ policy: { timeoutMs: 3_000 } });
    line.receiver.react = ({ headers }) =>
      headers["x-converge-attempt"] === "1" ? "hang" : { status: 200 };
    const lanes = bench.startLanes();
    await publish(rig, line.shop, {});
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    const startedMs = Date.now();
    await lanes.stop(300);
    expect(Date.now() - startedMs).toBeLessThan(1_500);
    expect(await statusesOf(rig, line.shop)).toEqual(["delivering"]);
    bench.startLanes();
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered"]);
    expect(line.receiver.requests).toHaveLength(2);
  });
});
