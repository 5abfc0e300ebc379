import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  cancelReplay,
  getReplay,
  listDeadLetters,
  listReplays,
  pauseReplay,
  previewReplay,
  replayDeadLetters,
  replayEvent,
  resumeReplay,
} from "#app/delivery/index.server.ts";
import { deleteSystem, pauseSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon } from "./lane-set-up.ts";
import { connectSystem, deliveriesOf, publish, statusesOf } from "./publish.ts";
import { createSteps, type Steps } from "./replay-set-up.ts";

let rig: Rig;
let bench: Bench;
let steps: Steps;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
beforeEach(() => {
  steps = createSteps(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

/** A line with `count` dead deliveries, made in the database; no lanes are running. */
async function openDeadLine(count: number): Promise<Line> {
  const line = await bench.openLine();
  await publish(
    rig,
    line.shop,
    ...Array.from({ length: count }, (_, n) => ({ resource: `r${String(n)}` })),
  );
  await rig.db.query(
    `UPDATE deliveries SET status = 'dead', finished_at = now(), reason = 'test', attempts = 1
     WHERE shop = $1`,
    [line.shop],
  );
  return line;
}

const replayed = async (shop: string) =>
  (await deliveriesOf(rig, shop)).filter((row) => row.generation > 0).length;

const start = (shop: string, options: { pacePerSecond?: number } = {}) =>
  replayDeadLetters(steps.deps, shop, "user:1", { all: true }, options);

const progress = async (shop: string, id: string | null) => {
  const view = await getReplay(rig.db, shop, id ?? "");
  return view && [view.status, view.done, view.total];
};

describe("a replay of many", () => {
  it("goes five a second, and a handful at once", async () => {
    const few = await openDeadLine(25);
    const { jobId: done } = await start(few.shop);
    expect(await replayed(few.shop)).toBe(25);
    expect(await progress(few.shop, done)).toEqual(["completed", 25, 25]);

    const line = await openDeadLine(40);
    const { count, jobId } = await start(line.shop);
    expect(count).toBe(40);
    const seen = [await replayed(line.shop)];
    for (let second = 0; second < 7; second += 1) {
      await steps.step(1_000);
      seen.push(await replayed(line.shop));
    }
    expect(seen).toEqual([5, 10, 15, 20, 25, 30, 35, 40]);
    expect(await progress(line.shop, jobId)).toEqual(["completed", 40, 40]);
    expect(await steps.step(1_000)).toBe(0);
  });

  it("keeps its pace per system, so that a small one does not wait for a big one", async () => {
    const line = await openDeadLine(30);
    const small = await connectSystem(rig, line.shop, line.receiver.url);
    await publish(rig, line.shop, { resource: "a" }, { resource: "b" });
    await rig.db.query(
      "UPDATE deliveries SET status = 'dead', finished_at = now() WHERE system_id = $1",
      [small.id],
    );
    await start(line.shop, { pacePerSecond: 3 });
    const made = (await deliveriesOf(rig, line.shop)).filter((row) => row.generation > 0);
    expect(made.filter((row) => row.systemId === small.id)).toHaveLength(2);
    expect(made.filter((row) => row.systemId === line.id)).toHaveLength(3);
  });

  it("goes on slowly, catches up a little after a standstill, and spreads what goes at once", async () => {
    const line = await openDeadLine(60);
    await start(line.shop, { pacePerSecond: 0.5 });
    expect(await replayed(line.shop)).toBe(1);
    await steps.step(1_000);
    expect(await replayed(line.shop)).toBe(1);
    await steps.step(1_000);
    expect(await replayed(line.shop)).toBe(2);

    const other = await openDeadLine(60);
    steps = createSteps(rig);
    await start(other.shop, { pacePerSecond: 4 });
    await steps.step(3_600_000);
    const rows = (await deliveriesOf(rig, other.shop)).filter((row) => row.generation > 0);
    expect(rows).toHaveLength(4 + 20);
    const due = rows.slice(4).map((row) => row.nextAttemptAt.getTime());
    expect(Math.max(...due) - Math.min(...due)).toBe(19 * 250);
  });

  it("of a pace that is none is refused, and nothing happens", async () => {
    const line = await openDeadLine(1);
    for (const pacePerSecond of [0, -1, Number.NaN, 100_000])
      await expect(start(line.shop, { pacePerSecond })).rejects.toThrow("pacePerSecond");
    expect((await listReplays(rig.db, line.shop)).items).toEqual([]);
  });
});

describe("a replay that is cut off", () => {
  it("in the middle of a step repeats nothing and leaves nothing out", async () => {
    const line = await openDeadLine(40);
    const { jobId } = await start(line.shop);
    const die = () => {
      throw new Error("the worker died");
    };
    for (let crash = 0; crash < 3; crash += 1) {
      // The queue gives the job out again: here it never left the list.
      const kept = [...steps.deps.queue.jobs];
      await expect(steps.step(500, die)).rejects.toThrow("the worker died");
      steps.deps.queue.jobs.splice(0, steps.deps.queue.jobs.length, ...kept);
      await steps.step(1_000);
    }
    await steps.toTheEnd();
    expect(await progress(line.shop, jobId)).toEqual(["completed", 40, 40]);
    const rows = await deliveriesOf(rig, line.shop);
    expect(rows.filter((row) => row.generation === 1)).toHaveLength(40);
    expect(rows.filter((row) => row.generation > 1)).toHaveLength(0);
  });

  it("whose job is given out twice at once goes one step", async () => {
    const line = await openDeadLine(40);
    await start(line.shop);
    const [job] = steps.deps.queue.jobs;
    if (job) steps.deps.queue.jobs.push(job, job);
    await steps.step(1_000);
    expect(await replayed(line.shop)).toBe(10);
    expect(steps.deps.queue.jobs).toHaveLength(1);
  });

  it("and lost its job can be resumed", async () => {
    const line = await openDeadLine(40);
    const { jobId } = await start(line.shop);
    steps.deps.queue.jobs.splice(0);
    await resumeReplay(steps.deps, line.shop, "user:1", jobId ?? "");
    expect(steps.deps.queue.jobs).toEqual([]);
    await steps.step(61_000);
    await resumeReplay(steps.deps, line.shop, "user:1", jobId ?? "");
    await steps.toTheEnd();
    expect(await progress(line.shop, jobId)).toEqual(["completed", 40, 40]);
  });
});

describe("a person", () => {
  it("pauses and resumes a replay; jobs of before do nothing", async () => {
    const line = await openDeadLine(40);
    const { jobId } = await start(line.shop);
    const id = jobId ?? "";
    expect(await pauseReplay(steps.deps, line.shop, "user:2", id)).toMatchObject({
      status: "paused",
      done: 5,
    });
    await steps.step(5_000);
    expect(await replayed(line.shop)).toBe(5);
    await resumeReplay(steps.deps, line.shop, "user:2", id);
    await resumeReplay(steps.deps, line.shop, "user:2", id);
    expect(steps.deps.queue.jobs).toHaveLength(1);
    await steps.toTheEnd();
    expect(await progress(line.shop, id)).toEqual(["completed", 40, 40]);
    const { rows } = await rig.db.query(
      "SELECT actor, action FROM audit_entries WHERE shop = $1 AND action <> 'system.connected' ORDER BY id",
      [line.shop],
    );
    expect(rows).toEqual([
      { actor: "user:1", action: "dead-letters.replayed" },
      { actor: "user:2", action: "replay.paused" },
      { actor: "user:2", action: "replay.resumed" },
    ]);
  });

  it("cancels a replay: the rest stays dead, and can be replayed again", async () => {
    const line = await openDeadLine(40);
    const { jobId } = await start(line.shop);
    const id = jobId ?? "";
    expect(await cancelReplay(steps.deps, line.shop, "user:1", id)).toMatchObject({
      status: "cancelled",
    });
    await steps.step(1_000);
    expect(await resumeReplay(steps.deps, line.shop, "user:1", id)).toMatchObject({
      status: "cancelled",
    });
    expect(await replayed(line.shop)).toBe(5);
    expect((await start(line.shop)).count).toBe(35);
  });

  it("cannot touch another shop's replay", async () => {
    const line = await openDeadLine(40);
    const { jobId } = await start(line.shop);
    const other = await rig.installedShop();
    expect(await getReplay(rig.db, other, jobId ?? "")).toBeNull();
    expect(await pauseReplay(steps.deps, other, "user:1", jobId ?? "")).toBeNull();
    expect(await cancelReplay(steps.deps, line.shop, "user:1", "no-id")).toBeNull();
    expect(await cancelReplay(steps.deps, line.shop, "user:1", randomUUID())).toBeNull();
    expect(await progress(line.shop, jobId)).toEqual(["running", 5, 40]);
  });
});

describe("a replay by filter", () => {
  it("takes what matches, and no more", async () => {
    const line = await openDeadLine(6);
    await rig.db.query(
      `UPDATE deliveries SET domain = 'orders' WHERE shop = $1 AND resource_id IN ('r0', 'r1')`,
      [line.shop],
    );
    await rig.db.query(
      `UPDATE deliveries SET finished_at = now() - interval '2 days'
       WHERE shop = $1 AND resource_id IN ('r1', 'r2')`,
      [line.shop],
    );
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const counts = async (filter: Parameters<typeof previewReplay>[2] & { filter: object }) =>
      (await previewReplay(rig.db, line.shop, filter)).count;
    expect(await counts({ filter: {} })).toBe(6);
    expect(await counts({ filter: { domain: "orders" } })).toBe(2);
    expect(await counts({ filter: { domain: "orders", from: yesterday } })).toBe(1);
    expect(await counts({ filter: { to: yesterday } })).toBe(2);
    expect(await counts({ filter: { systemId: "sys_other" } })).toBe(0);
    expect(await counts({ filter: { kind: "event" } })).toBe(0);
    await expect(counts({ filter: { from: "yesterday" } })).rejects.toThrow(/^from: "yesterday"/);
    const filter = { domain: "orders", from: yesterday } as const;
    const { count } = await replayDeadLetters(steps.deps, line.shop, "user:1", { filter });
    expect(count).toBe(1);
    const made = (await deliveriesOf(rig, line.shop)).filter((row) => row.generation > 0);
    expect(made.map((row) => row.resourceId)).toEqual(["r0"]);
  });
});

describe("a dry run", () => {
  it("says what each would lead to, and changes nothing", async () => {
    const line = await openDeadLine(3);
    await publish(rig, line.shop, { resource: "r0", second: 9 });
    await rig.db.query(
      "UPDATE deliveries SET status = 'delivered' WHERE shop = $1 AND status = 'pending'",
      [line.shop],
    );
    const before = await deliveriesOf(rig, line.shop);
    const preview = async () => (await previewReplay(rig.db, line.shop, { all: true })).effects;
    const none = { willDeliver: 0, superseded: 0, willWait: 0, deleted: 0, willProcess: 0 };
    expect(await preview()).toEqual({ ...none, willDeliver: 2, superseded: 1 });
    await pauseSystem(rig, line.shop, "user:1", line.id);
    expect(await preview()).toEqual({ ...none, willWait: 2, superseded: 1 });
    await deleteSystem(rig, line.shop, "user:1", line.id);
    expect(await preview()).toEqual({ ...none, deleted: 3 });
    expect(await deliveriesOf(rig, line.shop)).toEqual(before);
    // What it said comes true: nothing is made for a system that is gone.
    const { jobId } = await start(line.shop);
    expect(await getReplay(rig.db, line.shop, jobId ?? "")).toMatchObject({ done: 3, skipped: 3 });
    expect(await replayed(line.shop)).toBe(0);
  });
});

describe("replaying an event", () => {
  it("twice delivers it twice, on purpose, with the same webhook-id", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    const [id = ""] = await publish(rig, line.shop, {});
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered"]);
    const eventId = id.slice("evt_".length);
    for (let press = 0; press < 2; press += 1)
      expect(await replayEvent(steps.deps, line.shop, "user:1", eventId)).toEqual({ count: 1 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(3);
    await expect
      .poll(() => statusesOf(rig, line.shop), soon)
      .toEqual(["delivered", "delivered", "delivered"]);
    const headers = line.receiver.requests.map((request) => request.headers);
    expect(headers.map((item) => [item["webhook-id"], item["x-converge-replay"]])).toEqual([
      [id, undefined],
      [id, "true"],
      [id, "true"],
    ]);
  });

  it("that waits for its automatic retry sends it now, and once", async () => {
    const line = await bench.openLine({ policy: { baseDelayMs: 60_000, maxDelayMs: 60_000 } });
    line.receiver.react = () => ({ status: 500 });
    bench.startLanes();
    const [id = ""] = await publish(rig, line.shop, {});
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["retrying"]);
    line.receiver.react = () => ({ status: 200 });
    const press = () => replayEvent(steps.deps, line.shop, "user:1", id.slice("evt_".length));
    await Promise.all([press(), press()]);
    await expect.poll(() => statusesOf(rig, line.shop), soon).toContain("delivered");
    const arrived = line.receiver.requests.filter(
      (request) => request.headers["x-converge-attempt"] === "2",
    );
    expect(arrived).toHaveLength(1);
    const retries = (await deliveriesOf(rig, line.shop)).filter((row) => row.generation === 0);
    expect(retries).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });

  it("that is still on its way for the first time does nothing", async () => {
    const line = await bench.openLine();
    const [id = ""] = await publish(rig, line.shop, {});
    const eventId = id.slice("evt_".length);
    // The event itself is not stored here, only what came of it.
    expect(await replayEvent(steps.deps, line.shop, "user:1", randomUUID())).toBeNull();
    expect(await replayEvent(steps.deps, line.shop, "user:1", "no-id")).toBeNull();
    expect(await replayEvent(steps.deps, await rig.installedShop(), "user:1", eventId)).toBeNull();
    await replayEvent(steps.deps, line.shop, "user:1", eventId);
    expect(await statusesOf(rig, line.shop)).toEqual(["pending"]);
  });
});

describe("a dead letter", () => {
  it("that is in two replays at once is sent once", async () => {
    const line = await openDeadLine(30);
    const ids = (await listDeadLetters(rig.db, line.shop, { limit: 50 })).items.map(
      (item) => item.id,
    );
    await start(line.shop, { pacePerSecond: 3 });
    await replayDeadLetters(steps.deps, line.shop, "user:2", { ids }, { pacePerSecond: 4 });
    await steps.toTheEnd();
    expect(await replayed(line.shop)).toBe(30);
    const { items: views } = await listReplays(rig.db, line.shop);
    expect(views.map((view) => view.status)).toEqual(["completed", "completed"]);
    const carriedOut = views.reduce((sum, view) => sum + view.done - view.skipped, 0);
    expect(carriedOut).toBe(30);
  });
});
