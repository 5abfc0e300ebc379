import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { getSystem, pauseSystem, resumeSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon, whenQuiet } from "./lane-set-up.ts";
import { deliveriesOf, publish, statusesOf } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const many = (count: number, prefix = "r") =>
  Array.from({ length: count }, (_, index) => ({ resource: `${prefix}${String(index)}` }));

/** Opens after four failures; probes come `probeAfterMs` later. */
const openBreakable = (probeAfterMs: number, circuit: Record<string, unknown> = {}) =>
  bench.openLine({
    policy: { maxAttempts: 3, concurrency: 2, baseDelayMs: 60_000, maxDelayMs: 60_000 },
    circuit: { minimumRequests: 4, failurePercent: 50, probeAfterMs, ...circuit },
  });

const circuitOf = async (line: Line) => (await getSystem(rig.db, line.shop, line.id))?.circuitState;

/** A line whose circuit has just opened, with `count` changes waiting in all. */
async function openBroken(probeAfterMs: number, count = 20): Promise<Line> {
  const line = await openBreakable(probeAfterMs);
  line.receiver.react = () => ({ status: 500 });
  await publish(rig, line.shop, ...many(count));
  bench.startLanes();
  await expect.poll(() => circuitOf(line), soon).not.toBe("closed");
  return line;
}

const countBy = async (shop: string) => {
  const counts: Record<string, number> = {};
  for (const status of await statusesOf(rig, shop)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe("a system that fails", () => {
  it("is left alone: its work waits with a reason, and what was not begun is untouched", async () => {
    const line = await openBroken(60_000);
    const sent = await whenQuiet(() => line.receiver.requests.length, 1_500);
    expect(sent).toBeGreaterThanOrEqual(4);
    expect(sent).toBeLessThanOrEqual(6);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ waiting: 20 });
    const rows = await deliveriesOf(rig, line.shop);
    expect(rows.filter((row) => row.attempts === 0)).toHaveLength(20 - sent);
    expect(rows.filter((row) => row.attempts === 1)).toHaveLength(sent);
    expect(rows[0]?.reason).toMatch(/does not answer/);
    expect(await getSystem(rig.db, line.shop, line.id)).toMatchObject({
      status: "active",
      circuitState: "open",
      circuitSince: expect.any(String) as string,
      circuitProbeAt: expect.any(String) as string,
    });
  });

  it("holds what comes meanwhile too, from its first moment", async () => {
    const line = await openBroken(60_000, 8);
    const before = await whenQuiet(() => line.receiver.requests.length, 1_000);
    await publish(rig, line.shop, ...many(3, "new"));
    const added = (await deliveriesOf(rig, line.shop)).slice(-3);
    expect(added.map((row) => [row.status, row.attempts])).toEqual(Array(3).fill(["waiting", 0]));
    await sleep(1_200);
    expect(line.receiver.requests).toHaveLength(before);
  });

  it("stays open for other workers and after a restart", async () => {
    const line = await openBroken(60_000, 8);
    const before = await whenQuiet(() => line.receiver.requests.length, 1_000);
    bench.startLanes();
    bench.startLanes();
    await publish(rig, line.shop, ...many(3, "new"));
    await sleep(2_000);
    expect(line.receiver.requests).toHaveLength(before);
  });

  it.each([400, 404, 422, 429])(
    "with %i does not open the circuit: it is there",
    async (status) => {
      const line = await openBreakable(60_000);
      line.receiver.react = () => ({ status });
      await publish(rig, line.shop, ...many(12));
      bench.startLanes();
      await expect.poll(() => line.receiver.requests.length, soon).toBe(12);
      expect(await circuitOf(line)).toBe("closed");
    },
  );

  it("in fewer cases than the percentage goes on being sent to", async () => {
    const line = await openBreakable(60_000, { minimumRequests: 10, failurePercent: 70 });
    line.receiver.react = ({ body }) => ({
      status: Number(body.resource?.id.slice(1)) % 2 === 0 ? 500 : 200,
    });
    await publish(rig, line.shop, ...many(30));
    bench.startLanes();
    // Full jitter lets a few of the failed ones come again at once.
    const reached = () => new Set(line.receiver.requests.map(({ body }) => body.resource?.id)).size;
    await expect.poll(reached, soon).toBe(30);
    expect(await circuitOf(line)).toBe("closed");
  });

  it.each(["hang", "drop"] as const)("by %s opens it as well", async (fault) => {
    const line = await bench.openLine({
      policy: { timeoutMs: 100, maxAttempts: 3 },
      circuit: { minimumRequests: 4, failurePercent: 50, probeAfterMs: 60_000 },
    });
    line.receiver.react = () => fault;
    await publish(rig, line.shop, ...many(10));
    bench.startLanes();
    await expect.poll(() => circuitOf(line), soon).toBe("open");
  });
});

describe("a probe", () => {
  it("that gets through closes the circuit, and everything arrives once", async () => {
    const line = await openBroken(400);
    const failed = new Set(line.receiver.requests.map((request) => request.headers["webhook-id"]));
    line.receiver.requests.splice(0);
    line.receiver.react = () => ({ status: 200 });
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 20 });
    expect(await circuitOf(line)).toBe("closed");
    const ids = line.receiver.requests.map((request) => request.headers["webhook-id"]);
    expect(new Set(ids).size).toBe(20);
    expect(ids.length).toBeLessThanOrEqual(20 + failed.size);
  });

  it("is one, over all workers, and uses up no attempts", async () => {
    const line = await openBroken(500, 10);
    bench.startLanes();
    bench.startLanes();
    line.receiver.react = () => ({ status: 500, delayMs: 300 });
    const before = await whenQuiet(() => line.receiver.requests.length, 150);
    const counted = (await deliveriesOf(rig, line.shop)).reduce(
      (sum, row) => sum + row.attempts,
      0,
    );
    await sleep(4_000);
    const probes = line.receiver.requests.slice(before);
    // 0.5 s after it opened, then after 1, 2 and 4 s more: not more than three in this time.
    expect(probes.length).toBeGreaterThanOrEqual(1);
    expect(probes.length).toBeLessThanOrEqual(3);
    line.receiver.overlap.all = 0;
    await sleep(2_500);
    expect(line.receiver.overlap.all).toBeLessThanOrEqual(1);
    const rows = await deliveriesOf(rig, line.shop);
    expect(rows.every((row) => row.status !== "dead")).toBe(true);
    expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBeGreaterThan(counted);
    const { rows: used } = await rig.db.query<{ used: number }>(
      "SELECT max(attempts - probes) AS used FROM deliveries WHERE shop = $1",
      [line.shop],
    );
    expect(used[0]?.used).toBeLessThanOrEqual(1);
  });

  it("whose worker died is followed by another when its time is over", async () => {
    const line = await openBroken(60_000, 8);
    await whenQuiet(() => line.receiver.requests.length, 500);
    await rig.db.query(
      `UPDATE systems SET circuit_state = 'half_open', circuit_probe_at = now() + interval '1500 ms'
       WHERE id = $1`,
      [line.id],
    );
    line.receiver.requests.splice(0);
    line.receiver.react = () => ({ status: 200 });
    await sleep(700);
    expect(line.receiver.requests).toEqual([]);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 8 });
  });

  it("that is refused with 4xx closes it: the system is there", async () => {
    const line = await openBroken(300, 8);
    line.receiver.react = () => ({ status: 422 });
    await expect.poll(() => countBy(line.shop), soon).toEqual({ dead: 8 });
    expect(await circuitOf(line)).toBe("closed");
  });

  it("goes at once when a person pauses and resumes the system", async () => {
    const line = await openBroken(60_000, 8);
    await whenQuiet(() => line.receiver.requests.length, 500);
    line.receiver.react = () => ({ status: 200 });
    await pauseSystem(rig, line.shop, "user:1", line.id);
    await resumeSystem(rig, line.shop, "user:1", line.id);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 8 });
  });
});

describe("a system that is silent for five days", () => {
  it("is disabled and the log says so; its work is kept and goes after a resume", async () => {
    const line = await openBroken(60_000, 8);
    await whenQuiet(() => line.receiver.requests.length, 500);
    await rig.db.query(
      `UPDATE systems SET circuit_since = now() - interval '5 days', circuit_probe_at = now(),
         status_since = now() - interval '6 days' WHERE id = $1`,
      [line.id],
    );
    await expect
      .poll(() => getSystem(rig.db, line.shop, line.id), soon)
      .toMatchObject({
        status: "disabled",
        statusReason: expect.stringMatching(/five days/) as string,
      });
    await expect.poll(() => countBy(line.shop), soon).toEqual({ waiting: 8 });
    const { rows } = await rig.db.query(
      "SELECT actor, subject FROM audit_entries WHERE shop = $1 AND action = 'system.disabled'",
      [line.shop],
    );
    expect(rows).toEqual([{ actor: "converge", subject: line.id }]);
    line.receiver.react = () => ({ status: 200 });
    await resumeSystem(rig, line.shop, "user:1", line.id);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 8 });
  });
});
