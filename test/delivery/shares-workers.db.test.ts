import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { createRig } from "#test/worker/rig.ts";
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
