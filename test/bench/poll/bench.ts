import { randomUUID } from "node:crypto";
import { openDatabase } from "#app/db.server.ts";
import { meanPoints } from "#app/polling/certificate-store.ts";
import { claimFeed, readFeeds } from "#app/polling/feed-store.ts";
import { keepCadences } from "#app/polling/keep-cadences.ts";
import { type PassDeps, runPass } from "#app/polling/run-pass.ts";
import { type Feed, feeds } from "#app/polling/types.ts";
import { installShop } from "#app/shops/index.server.ts";
import { StartError } from "#app/start/start-error.ts";
import { createBenchDatabase } from "#test/bench/bench-database.ts";
import { graphqlOf, openStore } from "#test/polling/twin-client.ts";
import { NO_FAULTS } from "#test/twin/faults/fault-table.ts";
import { NORTH } from "#test/twin-conformance/support.ts";
import { rigOn } from "#test/worker/rig-on.ts";

const usualSkus = 300;
/** Sales a minute: each is an order and a stock level. A busy day of a store on the Standard plan, and a rush. */
const paces = [0, 6, 60] as const;
/** Business before the app comes: every fifth minute a pass looks back as far as this. */
const minutesBefore = 60;
/** Played for each pace, in the stores' own time: two of the passes of each feed look back that far. */
const minutes = 10;
const stepMs = 5_000;
/** Shopify's Standard plan gives 100 points a second. https://shopify.dev/docs/api/usage/limits */
const standardPerHour = 360_000;
const mostShare = 0.25;

interface Cost {
  readonly salesPerMinute: number;
  readonly perFeed: Readonly<Partial<Record<Feed, number>>>;
  readonly pointsPerHour: number;
}

/**
 * What polling a store at the default SLAs costs of its API budget, by Shopify's own count of points,
 * at several paces of business.
 * @throws {StartError} when it is more than a quarter of the Standard plan's.
 */
export async function runPollBench(skus = usualSkus): Promise<{ table: string; figures: object }> {
  const costs: Cost[] = [];
  for (const salesPerMinute of paces) costs.push(await play(skus, salesPerMinute));
  const most = Math.max(...costs.map((cost) => cost.pointsPerHour));
  if (most > standardPerHour * mostShare)
    throw new StartError(`Polling takes ${String(most)} points an hour: more than a quarter.`);
  return { table: tableOf(skus, costs), figures: { skus, standardPerHour, costs } };
}

async function play(skus: number, salesPerMinute: number): Promise<Cost> {
  let nowMs = Date.parse("2026-11-27T09:00:00Z");
  // In many stores a sale moves its product's stamp as well.
  const faults = { ...NO_FAULTS, productNoise: true };
  const store = await openStore(() => nowMs, { skusPerStore: skus, faults });
  const database = await createBenchDatabase();
  const db = openDatabase(database.url, { applicationName: "converge bench" });
  const rig = rigOn({ url: database.url, db, close: () => db.close() });
  const watcher = { asked: [], beforeAnswer: () => undefined };
  const deps: PassDeps = {
    ...rig,
    clock: { now: () => nowMs },
    shopify: { graphql: graphqlOf(store.client, watcher, () => nowMs) },
    enqueue: async () => undefined,
    random: () => 0.5,
  };
  try {
    let owedSales = 0;
    const live = async (untilMs: number, pollAll: () => Promise<void>) => {
      for (; nowMs < untilMs; nowMs += stepMs) {
        for (owedSales += (salesPerMinute * stepMs) / 60_000; owedSales >= 1; owedSales -= 1)
          store.twin.operations.sell({ shop: NORTH });
        await pollAll();
      }
    };
    await live(nowMs + minutesBefore * 60_000, async () => undefined);
    await db.transaction((tx) => installShop(tx, NORTH, "", nowMs));
    await keepCadences(db);
    const dueMs = new Map<Feed, number>(feeds.map((feed) => [feed, nowMs]));
    await live(nowMs + minutes * 60_000, async () => {
      for (const feed of feeds)
        if ((dueMs.get(feed) ?? 0) <= nowMs) dueMs.set(feed, await poll(deps, feed));
    });
    return await costOf(deps, salesPerMinute);
  } finally {
    await Promise.all([store.twin.close(), store.app.close()]);
    await rig.close();
    await database.drop();
  }
}

/** Runs a feed's pass; returns when its next one is due. */
async function poll(deps: PassDeps, feed: Feed): Promise<number> {
  const claim = await claimFeed(deps.db, randomUUID(), NORTH, feed);
  if (!claim) throw new StartError(`The feed ${feed} was not free.`);
  const startedAtMs = deps.clock.now();
  await runPass(deps, claim, new AbortController().signal);
  return startedAtMs + claim.everySeconds * 1_000;
}

async function costOf(deps: PassDeps, salesPerMinute: number): Promise<Cost> {
  const points = await meanPoints(deps.db, NORTH);
  const perFeed = Object.fromEntries(
    (await readFeeds(deps.db, NORTH)).map(({ feed, everySeconds }) => [
      feed,
      Math.ceil(((points.get(feed) ?? 0) * 3600) / everySeconds),
    ]),
  );
  const pointsPerHour = Object.values(perFeed).reduce((sum, each) => sum + each, 0);
  return { salesPerMinute, perFeed, pointsPerHour };
}

function tableOf(skus: number, costs: readonly Cost[]): string {
  const head = `Points an hour of polling at the default SLAs, a store of about ${String(skus)} SKUs;\nShopify's Standard plan has ${String(standardPerHour)} an hour.`;
  const rows = costs.map(({ salesPerMinute, perFeed, pointsPerHour }) =>
    [
      String(salesPerMinute),
      ...feeds.map((feed) => String(perFeed[feed] ?? 0)),
      String(pointsPerHour),
      `${((100 * pointsPerHour) / standardPerHour).toFixed(1)} %`,
    ].join(" | "),
  );
  return [head, "", ["sales/min", ...feeds, "together", "of Standard"].join(" | "), ...rows].join(
    "\n",
  );
}
