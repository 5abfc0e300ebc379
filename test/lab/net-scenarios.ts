import { setTimeout as sleep } from "node:timers/promises";
import { NORTH } from "#test/twin-conformance/support.ts";
import type { NetScenario, Stage } from "./run-nets.ts";

/** Webhooks get lost at random while people work. */
const losing = (percent: number, seconds: number) => async (stage: Stage) => {
  stage.twin.operations.faults({ drop: percent });
  await stage.work(seconds);
};

/** Nothing is told in the middle of it. */
const silently = async (stage: Stage, during: () => Promise<void>) => {
  await stage.work(2);
  // A change within the second of one that was told could not be told from it: stamps are whole seconds.
  await sleep(1_100);
  stage.twin.operations.faults({ drop: 100 });
  await during();
  stage.twin.operations.faults({ drop: 0 });
};

/** What only reading again finds, by name. */
export const netScenarios: Readonly<Record<string, NetScenario>> = {
  "some-lost": {
    about: "Shopify loses one webhook in a hundred",
    mishap: losing(1, 12),
  },
  "many-lost": {
    about: "Shopify loses every fifth webhook",
    mishap: losing(20, 8),
  },
  "hour-of-silence": {
    about: "Shopify sends nothing for an hour (four seconds here), and never sends it later",
    mishap: async (stage) => {
      await silently(stage, () => stage.work(4));
      await stage.work(2);
    },
  },
  "app-outage": {
    about: "web and workers are down for longer than Shopify tries",
    mishap: async (stage) => {
      const { processes } = stage.installation;
      await stage.work(2);
      await Promise.all(processes.map((one) => one.kill()));
      await stage.work(4);
      await stage.twin.settled(30_000);
      await Promise.all(processes.map((one) => one.untilReady()));
      await stage.work(2);
    },
  },
  unsubscribed: {
    about: "Shopify forgets that it was to tell of stock and products",
    mishap: async (stage) => {
      const { subscriptions } = stage.twin.appToml;
      await stage.work(2);
      const kept = subscriptions.filter(
        ({ topic }) => !/^(inventory_levels|products)\//.test(topic),
      );
      subscriptions.splice(0, subscriptions.length, ...kept);
      await stage.work(4);
    },
  },
  "polls-throttled": {
    about: "webhooks get lost and Shopify answers reads in a trickle: 20 points per second",
    store: { costBucket: { maximumAvailable: 1_000, restoreRate: 20 } },
    mishap: losing(20, 6),
  },
  "stale-search": {
    about: "webhooks get lost, and Shopify's search knows of changes 12 seconds late",
    searchLagMs: 12_000,
    mishap: async (stage) => {
      stage.twin.operations.faults({ searchLagMs: 12_000 });
      await losing(30, 5)(stage);
    },
  },
  "page-edge": {
    about: "hundreds of changes in one second, over several pages of one answer, and none is told",
    store: { skusPerStore: 350 },
    mishap: (stage) =>
      silently(stage, async () => {
        for (const level of stage.levels) stage.count(level);
        for (const id of new Set(stage.levels.map((level) => level.productId))) stage.rename(id);
        await sleep(500);
      }),
  },
  "new-place": {
    about: "a place opens while its store is being read, and nothing of it is told",
    mishap: async (stage) => {
      const { operations } = stage.twin;
      operations.faults({ slowShare: 100, slowMs: 300 });
      await silently(stage, async () => {
        for (const [index, { sku }] of stage.levels.slice(0, 6).entries()) {
          const name = `Pop-up ${String(index)}`;
          const { locationId } = operations.createLocation({ shop: NORTH, name });
          const available = 9_000 + index;
          const stocked = operations.connectStock({ shop: NORTH, locationId, sku, available });
          stage.note({ id: stocked.inventoryLevelId, eventId: stocked.eventId, value: available });
          await sleep(700);
        }
      });
    },
  },
  "wrong-clock": {
    about: "webhooks get lost, and the app's clock is wrong by 90 seconds",
    mishap: async (stage) => {
      const clockSkewSeconds = stage.random.next() < 0.5 ? 90 : -90;
      stage.twin.operations.faults({ clockSkewSeconds });
      await losing(20, 6)(stage);
    },
  },
};
