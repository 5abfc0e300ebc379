import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, soon, whenQuiet } from "./lane-set-up.ts";
import { deliveriesOf, fanOut, publish, statusesOf, storeChanges } from "./publish.ts";
import type { Receiver } from "./receiver.ts";

let rig: Rig;
let bench: Bench;

beforeAll(async () => {
  rig = await createRig();
  bench = createBench(rig);
});
afterEach(() => bench.clear());
afterAll(() => rig.close());

const secondsOf = (receiver: Receiver, resource: string) =>
  receiver.requests
    .filter((request) => request.body.resource?.id === resource)
    .map((request) => Number(request.body.resource?.version.slice(17, 19)));

describe("for one system and one resource", () => {
  it("one delivery is in flight, versions ascending, while others go beside it", async () => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status: 200, delayMs: 15 });
    const drafts = [5, 3, 1, 4, 2].flatMap((second) =>
      ["a", "b", "c"].map((resource) => ({ resource, second })),
    );
    await publish(rig, line.shop, ...drafts);
    bench.startLanes();
    await expect.poll(() => line.receiver.requests.length, soon).toBe(15);
    for (const resource of ["a", "b", "c"])
      expect(secondsOf(line.receiver, resource)).toEqual([1, 2, 3, 4, 5]);
    expect(line.receiver.overlap.perResource).toBe(1);
    expect(line.receiver.overlap.all).toBe(3);
  });

  it("a newer version waits for the retries of an older one", async () => {
    const line = await bench.openLine({ policy: { baseDelayMs: 100, maxDelayMs: 100 } });
    line.receiver.react = ({ headers, body }) =>
      body.resource?.version.includes(":01.") && headers["x-converge-attempt"] !== "3"
        ? { status: 500 }
        : { status: 200 };
    bench.startLanes({ random: () => 1 });
    await publish(rig, line.shop, { resource: "a", second: 1 }, { resource: "a", second: 2 });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["delivered", "delivered"]);
    expect(secondsOf(line.receiver, "a")).toEqual([1, 1, 1, 2]);
  });

  it("in mode latest a version that failed gives way to a newer one at once", async () => {
    const line = await bench.openLine({
      policy: { mode: "latest", baseDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    line.receiver.react = ({ body }) => ({
      status: body.resource?.version.includes(":01.") ? 500 : 200,
      delayMs: 100,
    });
    bench.startLanes({ random: () => 1 });
    await publish(rig, line.shop, { resource: "a", second: 1 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    await publish(rig, line.shop, { resource: "a", second: 2 });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["superseded", "delivered"]);
    expect(secondsOf(line.receiver, "a")).toEqual([1, 2]);
  });

  it("a version that comes out of processing late is not sent after a newer one", async () => {
    const line = await bench.openLine();
    bench.startLanes();
    const [late, newer] = await storeChanges(rig, line.shop, [
      { resource: "a", second: 1 },
      { resource: "a", second: 2 },
    ]);
    if (!late || !newer) throw new Error("two changes expected");
    await fanOut(rig, [newer]);
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    await fanOut(rig, [late]);
    await expect
      .poll(async () => (await statusesOf(rig, line.shop)).sort(), soon)
      .toEqual(["delivered", "superseded"]);
    expect(secondsOf(line.receiver, "a")).toEqual([2]);
  });

  it("a late version is not sent after a newer one whose answer was lost: it may be there", async () => {
    const line = await bench.openLine({ policy: { baseDelayMs: 1_000, maxDelayMs: 1_000 } });
    line.receiver.react = ({ headers }) =>
      headers["x-converge-attempt"] === "1" ? "drop" : { status: 200 };
    bench.startLanes({ random: () => 1 });
    const [late, newer] = await storeChanges(rig, line.shop, [
      { resource: "a", second: 1 },
      { resource: "a", second: 2 },
    ]);
    if (!late || !newer) throw new Error("two changes expected");
    await fanOut(rig, [newer]);
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["retrying"]);
    await fanOut(rig, [late]);
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["superseded", "delivered"]);
    expect(secondsOf(line.receiver, "a")).toEqual([2, 2]);
  });

  it("a late version does not go beside a newer one that is on its way", async () => {
    const line = await bench.openLine();
    line.receiver.react = () => ({ status: 200, delayMs: 500 });
    bench.startLanes();
    const [late, newer] = await storeChanges(rig, line.shop, [
      { resource: "a", second: 1 },
      { resource: "a", second: 2 },
    ]);
    if (!late || !newer) throw new Error("two changes expected");
    await fanOut(rig, [newer]);
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    await fanOut(rig, [late]);
    await expect
      .poll(async () => (await statusesOf(rig, line.shop)).sort(), soon)
      .toEqual(["delivered", "superseded"]);
    expect(secondsOf(line.receiver, "a")).toEqual([2]);
  });

  it.each(["every", "latest"])(
    "two versions with the same stamp keep the mirror's order, whoever fans out first (%s)",
    async (mode) => {
      const line = await bench.openLine({ policy: { mode } });
      const stored = await storeChanges(rig, line.shop, [
        { resource: "a", second: 1, data: '{"available":1}' },
        { resource: "a", second: 1, data: '{"available":2}' },
        { resource: "a", second: 1, data: '{"available":3}' },
      ]);
      for (const change of [...stored].reverse()) await fanOut(rig, [change]);
      bench.startLanes();
      await expect.poll(() => line.receiver.requests.at(-1)?.body.data["available"], soon).toBe(3);
      await whenQuiet(() => line.receiver.requests.length, 300);
      const seen = line.receiver.requests.map((request) => request.body.data["available"]);
      expect(seen).toEqual([1, 2, 3].slice(-seen.length));
      if (mode === "every") expect(seen).toEqual([1, 2, 3]);
    },
  );
});

describe("a slow answer", () => {
  it("holds up its own resource only: what comes meanwhile goes beside it", async () => {
    const line = await bench.openLine({ policy: { timeoutMs: 8_000 } });
    line.receiver.react = ({ body }) => (body.resource?.id === "slow" ? "hang" : { status: 200 });
    bench.startLanes();
    await publish(rig, line.shop, { resource: "slow", second: 1 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(1);
    // Longer than a lane believes what it knows of its system.
    await sleep(1_200);
    const sentMs = Date.now();
    await publish(rig, line.shop, { resource: "quick", second: 1 });
    await expect.poll(() => line.receiver.requests.length, soon).toBe(2);
    expect(Date.now() - sentMs).toBeLessThan(3_000);
  });

  it("does not use more places than the system allows", async () => {
    const line = await bench.openLine({ policy: { concurrency: 2 } });
    line.receiver.react = () => ({ status: 200, delayMs: 30 });
    await publish(rig, line.shop, ...Array.from({ length: 10 }, () => ({})));
    bench.startLanes();
    await expect.poll(() => line.receiver.requests.length, soon).toBe(10);
    expect(line.receiver.overlap.all).toBe(2);
  });
});

describe("a lane", () => {
  it("rests while a newer version waits for an older one's retry: no busy loop", async () => {
    const line = await bench.openLine({
      policy: { mode: "every", baseDelayMs: 60_000, maxDelayMs: 60_000 },
    });
    line.receiver.react = () => ({ status: 500 });
    let queries = 0;
    const counted = {
      ...rig.db,
      query: ((text: string, values?: unknown[]) => {
        queries += 1;
        return rig.db.query(text, values);
      }) as typeof rig.db.query,
    };
    bench.startLanes({ random: () => 1, db: counted });
    await publish(rig, line.shop, { resource: "a", second: 1 }, { resource: "a", second: 2 });
    await expect.poll(() => statusesOf(rig, line.shop), soon).toEqual(["retrying", "pending"]);
    await sleep(500);
    queries = 0;
    await sleep(2_000);
    // Two sweeps look in, with some ten queries each.
    expect(queries).toBeLessThan(60);
  });

  it("takes a backlog of many pages to its end", async () => {
    const line = await bench.openLine({ policy: { concurrency: 32 } });
    const changes = await storeChanges(
      rig,
      line.shop,
      Array.from({ length: 300 }, (_, index) => ({
        resource: `r${String(index % 200)}`,
        second: Math.floor(index / 200) + 1,
      })),
    );
    await fanOut(rig, changes);
    bench.startLanes();
    await expect
      .poll(
        async () =>
          (await deliveriesOf(rig, line.shop)).filter((row) => row.status === "delivered").length,
        soon,
      )
      .toBe(300);
    expect(line.receiver.requests).toHaveLength(300);
  });
});
