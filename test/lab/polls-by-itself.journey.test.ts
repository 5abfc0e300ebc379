import { expect, it } from "vitest";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createRig } from "#test/worker/rig.ts";
import { healthySystems, levelsOf, pollEvery, withStore } from "./open-store.ts";

/** Nobody starts a pass here: real workers poll a store over HTTP, as often as its SLA says. */

const pollEverySeconds = 5;
/** A change is looked at once it is 8 s old, by every poll; by default a store is polled every 30 s. */
const foundWithinMs = 25_000;
/** It counts as missed 17 s after it happened, or as soon as a busy machine gets to it. */
const countedWithinMs = 90_000;

it("a change that Shopify lost reaches the systems by a poll, once, and is counted once", async () => {
  const draft = { twin: { skusPerStore: 20 }, systems: healthySystems };
  await withStore(await createRig(), draft, async (store) => {
    const { twin, installation, origin } = store;
    await pollEvery(store, pollEverySeconds);
    const [lost, told] = levelsOf(twin);
    if (!lost || !told) throw new Error("the twin has too few articles");
    const setStock = ({ sku, locationId }: typeof lost, available: number) =>
      twin.operations.setStock({ shop: NORTH, sku, locationId, available });

    setStock(told, 7);
    twin.operations.faults({ drop: 100 });
    const { inventoryLevelId } = setStock(lost, 4_711);
    twin.operations.faults({ drop: 0 });

    const counted = async () => {
      const page = await (await fetch(`${origin}/metrics`)).text();
      return [...page.matchAll(/^converge_missed_webhooks_total\{topic="([^"]+)"\} (\d+)$/gm)].map(
        ([, topic, count]) => [topic, Number(count)],
      );
    };
    const missed = [["inventory_levels/update", 1]];
    await expect.poll(counted, { timeout: countedWithinMs, interval: 250 }).toEqual(missed);
    const { rows: found } = await installation.rig.db.query<{ ms: number }>(
      `SELECT 1000 * extract(epoch FROM found_at - changed_at)::float8 AS ms FROM missed_webhooks`,
    );
    expect(found).toHaveLength(1);
    expect(found[0]?.ms).toBeLessThan(foundWithinMs);

    for (const system of installation.systems) {
      const answer = await fetch(`${system.url}/received/ledger`);
      const { items } = (await answer.json()) as {
        items: { source: string; resourceId: string; repeats: number }[];
      };
      const ofLost = items.filter((item) => item.resourceId === inventoryLevelId);
      expect(ofLost).toMatchObject([{ source: "poll", repeats: 0 }]);
    }
    // Passes go on, and find nothing that is new.
    const passes = "SELECT count(*)::int AS count FROM poll_passes WHERE started_at > $1";
    const later = new Date();
    await expect
      .poll(
        async () => {
          const { rows } = await installation.rig.db.query<{ count: number }>(passes, [later]);
          return rows[0]?.count;
        },
        { timeout: 30_000, interval: 250 },
      )
      .toBeGreaterThanOrEqual(4);
    expect(await counted()).toEqual(missed);
    for (const system of installation.systems)
      expect(system.received()).toMatchObject({ applied: 2, repeats: 0, regressions: 0 });
  });
}, 170_000);
