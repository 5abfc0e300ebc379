import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { learnShop } from "#app/polling/index.server.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createPollRig, type PollRig } from "./poll-rig.ts";

let poll: PollRig;
beforeAll(async () => {
  poll = await createPollRig();
  await learnShop(poll.deps, NORTH);
});
afterAll(() => poll.close());

/** One thing that happens: to which of three articles, whether its webhook is lost, and what comes after. */
const step = fc.record({
  article: fc.nat(2),
  available: fc.integer({ min: 1, max: 9 }),
  lost: fc.boolean(),
  thenSeconds: fc.constantFrom(0, 1, 9, 40),
  thenPoll: fc.boolean(),
});

/** Levels of the first three articles, one each. */
function levels() {
  return poll.twin.operations.listStock({ shop: NORTH, limit: 3 }).flatMap((row) => {
    const [level] = row.levels;
    return level ? [{ sku: row.sku, ...level }] : [];
  });
}

/** What systems were told last, by SKU, and how often they were told. */
async function told() {
  const changes = await poll.bench.changes(NORTH);
  const last = new Map(changes.map(({ sku, data }) => [sku, data["available"]]));
  return { last, times: changes.length };
}

describe("any history of stock with any losses", () => {
  it("ends, after one more pass, in what Shopify says; nothing is told twice", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (history) => {
        for (const { article, available, lost, thenSeconds, thenPoll } of history) {
          const level = levels()[article];
          if (!level) throw new Error("the twin has too few articles");
          if (level.available === available) continue;
          const { sku, locationId } = level;
          poll.twin.operations.setStock({ shop: NORTH, sku, locationId, available });
          await poll.deliver(() => lost);
          poll.sleep(thenSeconds * 1_000);
          if (thenPoll) await poll.pass("inventory");
        }
        poll.sleep(40_000);
        await poll.pass("inventory");
        const { last, times } = await told();
        for (const { sku, available } of levels())
          if (last.has(sku)) expect([sku, last.get(sku)]).toEqual([sku, available]);
        poll.sleep(40_000);
        await poll.pass("inventory");
        expect((await told()).times).toBe(times);
      }),
      { numRuns: 12 },
    );
  }, 120_000);
});
