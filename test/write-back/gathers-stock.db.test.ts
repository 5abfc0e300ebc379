import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { openQueue } from "#app/queue/index.server.ts";
import { writeStock } from "#app/write-back/index.server.ts";
import { createWorkbench } from "#test/processing/workbench.ts";
import { all, createStockRig, type Level, stockJob } from "./stock-set-up.ts";

/** Many writes of stock go out in few calls, and each of them still has its own end. */

const stock = await createStockRig();
const { rig, edit, shopify, write, intentsOf, availableOf } = stock;
let shop: string;

afterAll(() => stock.close());

async function takeLevels(count: number): Promise<Level[]> {
  const taken = await stock.takeLevels(count);
  shop = taken.shop;
  return taken.levels;
}

const jobFor = (level: Level, set: Record<string, number>, more: object = {}) =>
  stockJob(shop, level, set, more);
const echoes = (some: readonly Level[]) => stock.echoes(shop, some);
const complaints = () => stock.complaints(shop);

describe("writes of stock that come together", () => {
  it("go out up to 250 in one call, each with its own end and echo", async () => {
    const mine = await takeLevels(260);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const sent = shopify();
    expect(await write(jobs, sent)).toEqual(all(null, 260));
    // Which of the two goes first is left open.
    const sizes = sent.writes.map((one) => one.rows.length);
    expect(sizes.toSorted((a, b) => b - a)).toEqual([250, 10]);
    expect(sent.reads).toHaveLength(3);
    expect(await availableOf(mine)).toEqual(all(4, 260));
    expect(await intentsOf(jobs)).toEqual(all("applied 1", 260));
    expect(await echoes(mine)).toHaveLength(260);
    await write(jobs, sent);
    expect(sent.writes).toHaveLength(2);
  });

  it("of several kinds and names each go their way", async () => {
    const [one, two, three] = await takeLevels(3);
    if (!one || !two || !three) throw new Error("too few levels");
    const named = {
      resource: { type: "InventoryItem", id: two.itemId, locationId: two.locationId },
    };
    const jobs = [
      jobFor(one, { available: 1 }),
      jobFor(two, { available: 2 }, named),
      jobFor(three, { onHand: 30 }),
    ];
    const sent = shopify();
    await write(jobs, sent);
    expect(sent.writes.map((each) => each.rows.length)).toEqual([2, 1]);
    expect((await availableOf([one, two])).join()).toBe("1,2");
    expect(await intentsOf(jobs)).toEqual(all("applied 1", 3));
  });

  it("of one article end with the newest; the older one is superseded unseen", async () => {
    const [level] = await takeLevels(1);
    if (!level) throw new Error("too few levels");
    const older = jobFor(level, { available: 3 }, { observedAt: "2099-01-01T00:00:00Z" });
    const newer = jobFor(level, { available: 7 });
    const same = jobFor(level, { available: 8 });
    const sent = shopify();
    await write([older, newer], sent);
    expect(sent.writes).toHaveLength(1);
    expect(await availableOf([level])).toEqual([7]);
    expect(await intentsOf([older, newer])).toEqual(["superseded 0", "applied 1"]);
    // Two of one moment: one after the other, never in one call.
    await write([same, jobFor(level, { available: 9 })], sent);
    expect(sent.writes.map((one) => one.rows.length)).toEqual([1, 1, 1]);
    expect(await complaints()).toEqual([]);
  });
});

describe("a batch that meets somebody else's change", () => {
  it("goes without the row that changed, which is read and sent again", async () => {
    const mine = await takeLevels(6);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const [, , third] = mine;
    let met = false;
    const sent = shopify((answer) => {
      if (!met && third) edit(third, 11);
      met = true;
      return answer();
    });
    expect(await write(jobs, sent)).toEqual(all(null, 6));
    expect(await availableOf(mine)).toEqual(all(4, 6));
    expect(sent.writes.map((one) => one.rows.length)).toEqual([6, 5, 1]);
    expect(new Set(sent.writes.map((one) => one.key)).size).toBe(3);
    expect(sent.writes[2]?.rows[0]).toMatchObject({ changeFromQuantity: 11 });
    const ends = all("applied 1", 6);
    ends[2] = "applied 2";
    expect(await intentsOf(jobs)).toEqual(ends);
    expect(sent.reads).toHaveLength(2);
  });

  it("leaves a sale alone: that row alone is a conflict", async () => {
    const mine = await takeLevels(3);
    const [sold] = mine;
    // Shopify dates changes by the second.
    await sleep(1_100);
    const observedAt = new Date().toISOString();
    await sleep(1_100);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }, { observedAt }));
    let met = false;
    const sent = shopify((answer) => {
      if (!met && sold) edit(sold, 9);
      met = true;
      return answer();
    });
    await write(jobs, sent);
    expect(await availableOf(mine)).toEqual([9, 4, 4]);
    expect(await intentsOf(jobs)).toEqual(["conflict 1", "applied 1", "applied 1"]);
    expect(await complaints()).toMatchObject([{ kind: "write_conflict" }]);
  });

  it("is halved where Shopify does not say which row it minds", async () => {
    const mine = await takeLevels(8);
    const jobs = mine.map((level, index) => jobFor(level, { available: index + 20 }));
    const sent = shopify(async (answer, { rows }) => {
      if (!rows.some((row) => row.quantity === 25)) return answer();
      const error = { code: "INVALID_REASON", field: null, message: "Not this one." };
      return { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors: [error] } };
    });
    expect(await write(jobs, sent)).toEqual(all(null, 8));
    expect(await availableOf(mine)).toEqual([20, 21, 22, 23, 24, 10, 26, 27]);
    const ends = all("applied 1", 8);
    ends[5] = "dead 1";
    expect(await intentsOf(jobs)).toEqual(ends);
    const [found, ...others] = await complaints();
    expect(others).toEqual([]);
    expect(found?.cause).toContain("Not this one.");
  });

  it("goes without a row that Shopify refuses, and somebody is told", async () => {
    const mine = await takeLevels(4);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    let refused = false;
    const sent = shopify(async (answer) => {
      if (refused) return answer();
      refused = true;
      const field = ["input", "quantities", "1", "locationId"];
      const error = { code: "INVALID_LOCATION", field, message: "No such place." };
      return { inventorySetQuantities: { inventoryAdjustmentGroup: null, userErrors: [error] } };
    });
    await write(jobs, sent);
    const ends = await intentsOf(jobs);
    const dead = (await complaints())[0]?.resource.id;
    expect(ends.filter((end) => end === "dead 1")).toHaveLength(1);
    expect(sent.writes.map((one) => one.rows.length)).toEqual([4, 3]);
    expect(mine.map((level) => level.id)).toContain(dead);
    expect((await availableOf(mine)).filter((value) => value === 4)).toHaveLength(3);
    expect(await echoes(mine)).toHaveLength(3);
  });
});

describe("stock that Shopify has told of", () => {
  /** The notification of a level, as if it had come a while ago. */
  async function tell(mine: readonly Level[], available: number) {
    const bench = createWorkbench(rig);
    const tail = (gid: string) => gid.replace(/\?.*$/, "").split("/").at(-1) ?? "";
    await bench.process(
      ...mine.map((level) => ({
        shop,
        topic: "inventory_levels/update",
        body: `{"inventory_item_id":${tail(level.itemId)},"location_id":${tail(
          level.locationId,
        )},"available":${String(
          available,
        )},"updated_at":"2026-11-20T10:00:00Z","admin_graphql_api_id":"${level.id}"}`,
      })),
    );
  }

  it("is written without asking first", async () => {
    const mine = await takeLevels(4);
    await tell(mine, 10);
    const jobs = mine.map((level, index) =>
      jobFor(
        level,
        { available: 4 },
        index < 2
          ? {}
          : { resource: { type: "InventoryItem", id: level.itemId, locationId: level.locationId } },
      ),
    );
    const sent = shopify();
    await write(jobs, sent);
    expect(sent.reads).toEqual([]);
    expect(sent.writes).toHaveLength(1);
    expect(await availableOf(mine)).toEqual(all(4, 4));
    expect(await echoes(mine)).toHaveLength(4);
  });

  it("is asked for where it turns out to have changed, or where nothing seems left to do", async () => {
    const mine = await takeLevels(3);
    await tell(mine, 4);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const sent = shopify();
    await write(jobs, sent);
    expect(await availableOf(mine)).toEqual(all(4, 3));
    const [level] = mine;
    if (!level) throw new Error("too few levels");
    edit(level, 6);
    const job = jobFor(level, { available: 5 });
    await write([job], sent);
    expect(await availableOf([level])).toEqual([5]);
    expect(await intentsOf([job])).toEqual(["applied 2"]);
  });
});

it("a flood leaves in few calls, through the queue, and one that fails comes back alone", async () => {
  const mine = await takeLevels(400);
  const jobs = mine.map((level) => jobFor(level, { available: 4 }));
  const sent = shopify();
  const { url } = rig.database;
  const queue = await openQueue({ url, log: rig.log, vault: rig.vault, role: "worker" });
  const failed = new Set<string>();
  try {
    await queue.workTogether("write-stock", 2, async (payloads) => {
      const errors = await writeStock({ ...rig, shopify: sent }, payloads);
      const [first] = payloads;
      if (first === undefined || failed.size > 0) return errors;
      failed.add(first.eventId);
      return [new Error("once"), ...errors.slice(1)];
    });
    await rig.db.transaction((tx) =>
      queue.enqueue(
        tx,
        "write-stock",
        jobs.map((payload) => ({ payload, group: shop })),
      ),
    );
    const left = async () => {
      const { rows } = await rig.db.query<{ state: string; count: number }>(
        "SELECT state, count(*)::int AS count FROM pgboss.job WHERE name = 'write-stock' GROUP BY state",
      );
      return Object.fromEntries(rows.map((row) => [row.state, row.count]));
    };
    await expect.poll(left, { timeout: 30_000 }).toEqual({ completed: 400 });
  } finally {
    await queue.stop(1_000);
  }
  expect(failed.size).toBe(1);
  expect(sent.writes.length).toBeLessThan(6);
  expect(await availableOf(mine)).toEqual(all(4, 400));
}, 60_000);
