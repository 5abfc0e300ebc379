import { afterAll, describe, expect, it } from "vitest";
import { ShopifyUnavailableError } from "#app/shopify/index.server.ts";
import { all, createStockRig, type Level, stockJob } from "./stock-set-up.ts";

/** Whatever cuts a batch off, each of its rows is written once. */

const stock = await createStockRig();
const { edit, sell, shopify, write, intentsOf, availableOf } = stock;
let shop: string;

afterAll(() => stock.close());

async function takeLevels(count: number): Promise<Level[]> {
  const taken = await stock.takeLevels(count);
  shop = taken.shop;
  return taken.levels;
}

const jobFor = (level: Level, set: Record<string, number>) => stockJob(shop, level, set);
const echoes = (some: readonly Level[]) => stock.echoes(shop, some);

const dies = () => {
  throw new ShopifyUnavailableError(shop, "no answer");
};

describe("a batch that is cut off", () => {
  it("after it was written, its answer lost, is sent again as it was: a sale in between stays", async () => {
    const mine = await takeLevels(5);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const lost = shopify(async (answer) => {
      await answer();
      dies();
    });
    expect((await write(jobs, lost)).map(String)).toEqual(
      all("ShopifyUnavailableError: no answer", 5),
    );
    const [first] = mine;
    if (first) sell(first);
    // Whoever comes first ends it for all, whatever it came for.
    const again = shopify();
    expect(await write(jobs.slice(3), again)).toEqual([null, null]);
    expect(again.writes).toEqual(lost.writes);
    expect(await intentsOf(jobs)).toEqual(all("applied 1", 5));
    expect(await availableOf(mine)).toEqual([3, 4, 4, 4, 4]);
    await write(jobs, again);
    expect(again.writes).toHaveLength(1);
  });

  it("before it was sent goes as it was; it was on record", async () => {
    const mine = await takeLevels(5);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const cut = shopify(dies);
    await write(jobs, cut);
    expect(await availableOf(mine)).toEqual(all(10, 5));
    expect(await echoes(mine)).toHaveLength(5);
    const again = shopify();
    await write(jobs, again);
    expect(again.writes).toEqual(cut.writes);
    expect(await availableOf(mine)).toEqual(all(4, 5));
  });

  it("and whose rejection was lost is read again: its key is used up", async () => {
    const mine = await takeLevels(3);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const [first] = mine;
    const lost = shopify(async (answer) => {
      if (first) edit(first, 12);
      await answer();
      dies();
    });
    await write(jobs, lost);
    const again = shopify();
    await write(jobs, again);
    expect(again.writes[0]).toEqual(lost.writes[0]);
    expect(again.writes.map((one) => one.rows.length)).toEqual([3, 3]);
    expect(await availableOf(mine)).toEqual(all(4, 3));
    expect(await intentsOf(jobs)).toEqual(all("applied 2", 3));
  });

  it("a day ago is read before it goes: what somebody else set meanwhile is seen", async () => {
    const mine = await takeLevels(3);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const cut = shopify(dies);
    await write(jobs, cut);
    for (const level of mine) edit(level, 12);
    const tomorrow = { now: () => Date.now() + 24 * 3_600_000 };
    const again = shopify();
    await write(jobs, again, tomorrow);
    expect(again.reads).toHaveLength(1);
    expect(again.writes).toHaveLength(1);
    expect(again.writes[0]?.key).not.toBe(cut.writes[0]?.key);
    expect(again.writes[0]?.rows[0]).toMatchObject({ changeFromQuantity: 12 });
    expect(await availableOf(mine)).toEqual(all(4, 3));
  });

  it("and carried out by three workers at once is written once", async () => {
    const mine = await takeLevels(6);
    const jobs = mine.map((level) => jobFor(level, { available: 4 }));
    const sent = shopify();
    await Promise.all([
      write(jobs, sent),
      write(jobs.slice(0, 4), sent),
      write(jobs.slice(2), sent),
    ]);
    await write(jobs, sent);
    const rows = new Map(sent.writes.map((one) => [one.key, one.rows.length]));
    expect([...rows.values()].reduce((sum, count) => sum + count, 0)).toBe(6);
    expect(await availableOf(mine)).toEqual(all(4, 6));
    expect(await intentsOf(jobs)).toEqual(all("applied 1", 6));
  });
});
