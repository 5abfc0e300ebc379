import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createRig } from "#test/worker/rig.ts";
import { roomyRate } from "#app/delivery/courtesy.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { floodWith, publish, statusesOf } from "./publish.ts";

let bench: Bench;

beforeAll(async () => {
  bench = createBench(await createRig());
});
afterEach(() => bench.clear());
afterAll(() => bench.rig.close());

/** More than a lane claims at once; far less than what waits. */
const mostInBetween = 300;

it("a store with thousands of waiting changes lets another store's changes pass at once", async () => {
  const noisy = await bench.openLine({ policy: { concurrency: 16 } });
  const quiet = await bench.openLine();
  const order: string[] = [];
  noisy.receiver.react = () => {
    order.push("noisy");
    return { status: 200, delayMs: 5 };
  };
  quiet.receiver.react = () => {
    order.push("quiet");
    return { status: 200 };
  };
  await floodWith(bench.rig, noisy.shop, 3_000);
  bench.startLanes();
  await expect.poll(() => order.length, soon).toBeGreaterThan(32);
  const passed: number[] = [];
  for (let round = 1; round <= 5; round += 1) {
    const from = order.length;
    await publish(bench.rig, quiet.shop, { resource: `r${String(round)}` });
    const arrived = () => order.filter((who) => who === "quiet").length;
    await expect.poll(arrived, soon).toBe(round);
    passed.push(order.lastIndexOf("quiet") - from);
  }
  expect(Math.max(...passed)).toBeLessThan(mostInBetween);
  expect(await statusesOf(bench.rig, noisy.shop)).toContain("pending");
}, 60_000);

/** What a lane may have claimed before it knows of another one, and goes on to send at once. */
const claimedBefore = 128;

it("a store that is minutes late goes slower while another one's changes come", async () => {
  const late = await bench.openLine({ policy: { concurrency: 64 } });
  const onTime = await bench.openLine();
  await floodWith(bench.rig, late.shop, 6_000);
  await bench.rig.db.query(
    "UPDATE changes SET processed_at = processed_at - interval '5 minutes' WHERE shop = $1",
    [late.shop],
  );
  const sent = { late: 0, onTime: 0 };
  late.receiver.react = () => {
    sent.late += 1;
    return { status: 200 };
  };
  onTime.receiver.react = () => {
    sent.onTime += 1;
    return { status: 200 };
  };
  await publish(bench.rig, onTime.shop, { resource: "first" });
  bench.startLanes();
  await expect.poll(() => sent.onTime, soon).toBe(1);
  await expect.poll(() => sent.late, soon).toBeGreaterThan(0);
  const [fromMs, before] = [Date.now(), sent.late];
  for (let round = 1; round <= 15; round += 1) {
    await publish(bench.rig, onTime.shop, { resource: `r${String(round)}` });
    await sleep(200);
  }
  const seconds = (Date.now() - fromMs) / 1_000;
  // What has been saved up for a tenth of a second may go at once.
  const most = claimedBefore + roomyRate * (seconds + 0.2);
  expect(sent.late - before).toBeLessThan(most);
  await expect.poll(() => sent.late - before, soon).toBeGreaterThan(claimedBefore);
}, 60_000);
