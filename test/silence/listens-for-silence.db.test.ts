import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addTopicFigures, replaceExclusions } from "#app/freshness/index.server.ts";
import { listenForSilence, standingSilences } from "#app/silence/index.server.ts";
import { createPollRig, type PollRig } from "#test/polling/poll-rig.ts";
import { first, NORTH } from "#test/twin-conformance/support.ts";

const minute = 60_000;
const hour = 60 * minute;
const week = 7 * 24 * hour;

let poll: PollRig;

beforeEach(async () => {
  poll = await createPollRig();
  const nowMs = poll.rig.clock.now();
  await poll.rig.db.query("UPDATE shops SET installed_at = $2 WHERE shop = $1", [
    NORTH,
    new Date(nowMs - 8 * week),
  ]);
  // Orders and stock moved every ten minutes of the last six weeks, at these hours.
  const figures = [1, 2, 3, 4, 5, 6].flatMap((weeks) =>
    Array.from({ length: 48 }, (_, span) => nowMs - weeks * week - 2 * hour + span * 10 * minute),
  );
  await poll.rig.db.transaction((tx) =>
    addTopicFigures(
      tx,
      figures.flatMap((atMs) =>
        ["orders/create", "inventory_levels/update"].map((topic) => ({
          shop: NORTH,
          topic,
          kind: "received" as const,
          by: 3,
          atMs,
          delayMs: 500,
        })),
      ),
    ),
  );
  sell();
  await poll.deliver();
});
afterEach(() => poll.close());

function sell(): void {
  const { sku } = first(poll.twin.operations.listStock({ shop: NORTH, limit: 1 }));
  poll.twin.operations.sell({ shop: NORTH, sku, quantity: 1 });
}
const listen = () => listenForSilence(poll.deps, NORTH);
const silent = async () =>
  (await standingSilences(poll.rig.db, NORTH)).map(({ topic }) => topic).sort();
const questions = () => poll.asked.map(({ name }) => name).sort();

describe("a topic that is quieter than its rhythm", () => {
  it("costs one question while Shopify has nothing to tell, and is no silence", async () => {
    poll.sleep(20 * minute);
    await listen();
    expect(questions()).toEqual([]);
    poll.sleep(70 * minute);
    await listen();
    await listen();
    expect(questions()).toEqual(["ChangedPlaces", "CountOrders"]);
    expect(await silent()).toEqual([]);
  });

  it("is a silence once Shopify has changes that it did not tell of; they are read, and it ends", async () => {
    await poll.pass("orders");
    await poll.pass("inventory");
    poll.asked.splice(0);
    poll.sleep(30 * minute);
    sell();
    expect(await poll.deliver(() => true)).toBeGreaterThan(1);
    poll.sleep(60 * minute);
    // Two at once are one.
    await Promise.all([listen(), listen()]);
    await listen();
    expect(await silent()).toEqual(["inventory_levels/update", "orders/create"]);
    expect(new Set(questions())).toEqual(new Set(["ChangedPlaces", "CountOrders"]));
    expect(poll.asked.length).toBeLessThanOrEqual(4);
    expect(await poll.pass("orders")).toMatchObject({
      found: 1,
      reason: "orders/create is silent",
    });
    // Found by a read, still not told.
    expect(await silent()).toContain("orders/create");
    sell();
    await poll.deliver();
    expect(await silent()).toEqual([]);
    await listen();
    const { rows } = await poll.rig.db.query("SELECT since FROM topic_silences");
    expect(rows).toEqual([{ since: null }, { since: null }]);
  });

  it("is over when what was counted was read and is not news", async () => {
    await poll.pass("inventory");
    poll.sleep(30 * minute);
    sell();
    // The webhooks come, but nothing says that it was them.
    await poll.deliver();
    await poll.rig.db.query("UPDATE topic_heartbeats SET last_at = last_at - interval '1 hour'");
    poll.sleep(60 * minute);
    await listen();
    expect(await silent()).toContain("inventory_levels/update");
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
    expect(await silent()).not.toContain("inventory_levels/update");
  });

  it("asks nothing while reads are complete, nor in quiet hours", async () => {
    poll.sleep(90 * minute);
    await poll.pass("orders");
    await poll.pass("inventory");
    poll.asked.splice(0);
    await listen();
    poll.sleep(90 * minute);
    await replaceExclusions(
      { db: poll.rig.db, systemsOf: () => Promise.resolve([]) },
      NORTH,
      "me",
      [{ kind: "quiet_hours", fromTime: "00:00", toTime: "23:59" }],
    );
    await listen();
    expect(poll.asked).toEqual([]);
  });
});
