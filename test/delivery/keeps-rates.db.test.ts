import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { takeToken, waitForTokenMs } from "#app/delivery/pace.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon } from "./lane-set-up.ts";
import { publish } from "./publish.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const many = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ resource: `r${String(index)}` }));

/** The most requests that arrived within any `windowMs`. */
function busiest(times: readonly number[], windowMs: number): number {
  return Math.max(
    ...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length),
  );
}

describe("the token bucket", () => {
  it.each([1, 5, 50, 400])(
    "at %i per second is never ahead of it by more than its burst",
    (rate) => {
      let fullAtMs = 0;
      let nowMs = 1_000_000;
      const times: number[] = [];
      while (times.length < 3 * rate) {
        nowMs += waitForTokenMs(fullAtMs, rate, nowMs);
        expect(waitForTokenMs(fullAtMs, rate, nowMs)).toBe(0);
        fullAtMs = takeToken(fullAtMs, rate, nowMs);
        times.push(nowMs);
      }
      expect(busiest(times, 999.9)).toBeLessThanOrEqual(Math.ceil(rate * 1.1));
      const spanMs = (times.at(-1) ?? 0) - (times[0] ?? 0);
      expect(spanMs).toBeLessThanOrEqual(3_000);
      expect(spanMs).toBeGreaterThan(1_900);
    },
  );

  it("without a rate lets everything go", () => {
    expect(waitForTokenMs(takeToken(5_000, undefined, 10), undefined, 10)).toBe(0);
  });
});

describe("a system with a rate limit", () => {
  it("is not sent more, with any number of workers, and over rests of its lane", async () => {
    const line = await bench.openLine({ policy: { ratePerSecond: 10, concurrency: 8 } });
    bench.startLanes();
    bench.startLanes();
    await publish(rig, line.shop, ...many(15));
    for (let round = 0; round < 10; round += 1) {
      await publish(rig, line.shop, { resource: `extra${String(round)}` });
      await sleep(20);
    }
    await expect.poll(() => line.receiver.requests.length, soon).toBe(25);
    const times = line.receiver.requests.map((request) => request.atMs);
    expect(busiest(times, 1_000)).toBeLessThanOrEqual(12);
    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(2_000);
  });

  it("keeps what it may not be sent yet open to a newer version", async () => {
    const line = await bench.openLine({ policy: { ratePerSecond: 1, mode: "latest" } });
    bench.startLanes();
    await publish(rig, line.shop, ...many(4).map((draft) => ({ ...draft, second: 1 })));
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    await publish(rig, line.shop, { resource: "r3", second: 2 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(4);
    await sleep(1_500);
    const versions = line.receiver.requests
      .filter((request) => request.body.resource?.id === "r3")
      .map((request) => request.body.resource?.version);
    expect(versions).toEqual(["2026-11-23T10:00:02.000Z"]);
  });
});
