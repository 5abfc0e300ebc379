import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { uninstallShop } from "#app/shops/index.server.ts";
import { deleteSystem, pauseSystem, resumeSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon } from "./lane-set-up.ts";
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

/** A system that takes a quarter of a second for each of forty deliveries, already at work. */
async function openBusyLine(): Promise<Line> {
  const line = await bench.openLine({ policy: { concurrency: 1 } });
  line.receiver.react = () => ({ status: 200, delayMs: 250 });
  await publish(rig, line.shop, ...many(40));
  bench.startLanes();
  await expect.poll(() => line.receiver.requests.length, soon).toBeGreaterThan(1);
  return line;
}

/** Fails when anything is sent from 2 s after now on (5 s are allowed). */
async function expectSilence(line: Line): Promise<void> {
  await sleep(2_000);
  const sent = line.receiver.requests.length;
  expect(sent).toBeLessThan(40);
  await sleep(1_500);
  expect(line.receiver.requests.length).toBe(sent);
}

const countBy = async (shop: string) => {
  const counts: Record<string, number> = {};
  for (const status of await statusesOf(rig, shop)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe("a paused system", () => {
  it("is sent nothing; its work waits, untouched, and goes on after resume", async () => {
    const line = await openBusyLine();
    await pauseSystem(rig, line.shop, "user:1", line.id);
    await expectSilence(line);
    const sent = line.receiver.requests.length;
    expect(await countBy(line.shop)).toEqual({ delivered: sent, waiting: 40 - sent });
    const waiting = (await deliveriesOf(rig, line.shop)).filter((row) => row.status === "waiting");
    expect(waiting.every((row) => row.attempts === 0)).toBe(true);
    line.receiver.react = () => ({ status: 200 });
    await resumeSystem(rig, line.shop, "user:1", line.id);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 40 });
    expect(line.receiver.requests).toHaveLength(40);
  });

  it("gets what came while it was paused", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    await pauseSystem(rig, line.shop, "user:1", line.id);
    await publish(rig, line.shop, ...many(3));
    await sleep(1_200);
    expect(line.receiver.requests).toEqual([]);
    await resumeSystem(rig, line.shop, "user:1", line.id);
    await expect.poll(() => countBy(line.shop), soon).toEqual({ delivered: 3 });
  });
});

describe("a shop that uninstalled the app", () => {
  it("has nothing sent for it any more, not even what was already claimed", async () => {
    const line = await openBusyLine();
    await rig.db.transaction((tx) => uninstallShop(tx, line.shop, null, Date.now()));
    await expectSilence(line);
    await publish(rig, line.shop, ...many(1));
    await expectSilence(line);
  });
});

describe("a disconnected system", () => {
  it("is sent nothing any more", async () => {
    const line = await openBusyLine();
    await deleteSystem(rig, line.shop, "user:1", line.id);
    await expectSilence(line);
  });
});
