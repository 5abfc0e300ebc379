import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { previewRecovery, recoverSystem } from "#app/delivery/index.server.ts";
import { pauseSystem, resumeSystem } from "#app/systems/index.server.ts";
import { createRig, type Rig } from "#test/worker/rig.ts";
import { type Bench, createBench, type Line, soon } from "./lane-set-up.ts";
import { deliveriesOf, publish, statusesOf, storeChanges } from "./publish.ts";
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

/** The test's clock stands still: brings it up to now, and past changes dated a millisecond apart. */
const pass = (changes: number) =>
  steps.step(Math.max(0, Date.now() - steps.deps.clock.now()) + changes + 50);

/** A system that took one change, failed for good at another, and was never sent a third. */
async function openGap(): Promise<Line> {
  const line = await bench.openLine();
  await publish(rig, line.shop, { resource: "taken" }, { resource: "failed" });
  await rig.db.query(
    `UPDATE deliveries SET status = CASE resource_id WHEN 'taken' THEN 'delivered' ELSE 'dead' END,
       finished_at = now(), attempts = 1 WHERE shop = $1`,
    [line.shop],
  );
  await storeChanges(rig, line.shop, [
    { resource: "missed" },
    { resource: "not-its-own", domain: "orders" },
  ]);
  await pass(2);
  return line;
}

const hourAgo = () => new Date(Date.now() - 3_600_000).toISOString();
const recover = ({ shop, id }: Line, since = hourAgo()) =>
  recoverSystem(steps.deps, shop, "user:1", id, { since });
const resources = ({ receiver }: Line) =>
  receiver.requests.map((request) => request.body.resource?.id).sort();

describe("a recovery", () => {
  it("sends what failed and what was never sent, and nothing twice", async () => {
    const line = await openGap();
    const before = await deliveriesOf(rig, line.shop);
    const preview = await previewRecovery(steps.deps, line.shop, line.id, { since: hourAgo() });
    expect(preview).toMatchObject({ count: 2, effects: { willDeliver: 2 } });
    expect(await deliveriesOf(rig, line.shop)).toEqual(before);
    expect(await recover(line)).toMatchObject({ count: 2 });
    bench.startLanes();
    await expect.poll(() => resources(line), soon).toEqual(["failed", "missed"]);
    await expect
      .poll(async () => (await statusesOf(rig, line.shop)).sort(), soon)
      .toEqual(["dead", "delivered", "delivered", "delivered"]);
    expect(await recover(line)).toEqual({ count: 0, jobId: null });
    expect(resources(line)).toHaveLength(2);
  });

  it("asked for by two people at once happens once", async () => {
    const line = await openGap();
    const started = await Promise.all([recover(line), recover(line), recover(line)]);
    expect(started.reduce((sum, item) => sum + (item?.count ?? 0), 0)).toBe(2);
    bench.startLanes();
    await expect.poll(() => resources(line), soon).toEqual(["failed", "missed"]);
  });

  it("of a paused system waits for the resume", async () => {
    const line = await openGap();
    await pauseSystem(rig, line.shop, "user:1", line.id);
    const preview = await previewRecovery(steps.deps, line.shop, line.id, { since: hourAgo() });
    expect(preview).toMatchObject({ count: 2, effects: { willDeliver: 0, willWait: 2 } });
    await recover(line);
    bench.startLanes();
    expect(await statusesOf(rig, line.shop)).not.toContain("delivering");
    expect(line.receiver.requests).toEqual([]);
    await resumeSystem(rig, line.shop, "user:1", line.id);
    await expect.poll(() => resources(line), soon).toEqual(["failed", "missed"]);
  });

  it("leaves out what the system itself wrote, and what lies outside the time", async () => {
    const line = await openGap();
    await rig.db.query(
      "UPDATE changes SET origin = $2 WHERE shop = $1 AND resource_id = 'missed'",
      [line.shop, line.id],
    );
    const count = async (range: { since: string; until?: string }) =>
      (await previewRecovery(steps.deps, line.shop, line.id, range))?.count;
    expect(await count({ since: hourAgo() })).toBe(1);
    expect(
      await count({
        since: new Date(Date.now() + 60_000).toISOString(),
        until: "2100-01-01T00:00:00Z",
      }),
    ).toBe(0);
    expect(await count({ since: "2020-01-01T00:00:00Z", until: hourAgo() })).toBe(0);
  });

  it("of many goes page by page, at its pace", async () => {
    const line = await bench.openLine();
    await storeChanges(
      rig,
      line.shop,
      Array.from({ length: 1_050 }, (_, n) => ({ resource: `r${String(n)}` })),
    );
    await pass(1_050);
    expect(await recover(line)).toMatchObject({ count: 1_050 });
    expect(await deliveriesOf(rig, line.shop)).toHaveLength(5);
    await steps.step(1_000);
    expect(await deliveriesOf(rig, line.shop)).toHaveLength(10);
  });

  it("is refused with the field's name when its time is none; a foreign system is not there", async () => {
    const line = await openGap();
    await expect(recover(line, "yesterday")).rejects.toThrow(/^since: "yesterday"/);
    await expect(
      recoverSystem(steps.deps, line.shop, "user:1", line.id, {
        since: hourAgo(),
        until: "2020-01-01T00:00:00Z",
      }),
    ).rejects.toThrow(/^until: /);
    const other = await rig.installedShop();
    const since = hourAgo();
    expect(await recoverSystem(steps.deps, other, "user:1", line.id, { since })).toBeNull();
    expect(await previewRecovery(steps.deps, other, line.id, { since })).toBeNull();
  });
});
