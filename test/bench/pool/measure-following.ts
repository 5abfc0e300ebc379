import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "#app/db.server.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { withGroup } from "#test/lab/open-group.ts";
import { rigOn } from "#test/worker/rig-on.ts";

/** From a sale, whose webhook leaves at once, to the other stores' acknowledged writes. */
export interface Following {
  readonly sales: number;
  readonly followP50Ms: number;
  readonly followP99Ms: number;
}

const sales = 40;
const warmUps = 5;
const units = 500;
const gapMs = 100;
const withinMs = 30_000;

/**
 * Sells in one store after the other and watches the twin until the other two show a unit less: the
 * write is there when Shopify has it.
 */
export async function measureFollowing(): Promise<Following> {
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const own = { url: database.url, db, close: () => db.close().then(() => database.drop()) };
  return withGroup(
    rigOn(own),
    { twin: { seed: 7 } },
    async ({ shops, skus, stock, levelOf, twin }) => {
      const [sku = ""] = skus;
      await stock(sku, units);
      const took: number[] = [];
      for (let sale = 1; sale <= warmUps + sales; sale += 1) {
        const shop = shops[sale % shops.length] ?? "";
        const startMs = performance.now();
        twin.operations.sell({ shop, sku });
        while (shops.some((one) => levelOf(one, sku).available !== units - sale)) {
          if (performance.now() - startMs > withinMs)
            throw new Error("the other stores did not follow");
          await sleep(2);
        }
        if (sale > warmUps) took.push(performance.now() - startMs);
        await sleep(gapMs);
      }
      const sorted = took.toSorted((a, b) => a - b);
      const at = (share: number) => sorted[Math.min(sales - 1, Math.floor(sales * share))] ?? 0;
      return { sales, followP50Ms: at(0.5), followP99Ms: at(0.99) };
    },
  );
}
