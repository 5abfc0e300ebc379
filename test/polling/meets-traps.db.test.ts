import { afterEach, describe, expect, it } from "vitest";
import { NORTH } from "#test/twin-conformance/support.ts";
import { createPollRig, type PollRig } from "./poll-rig.ts";

let poll: PollRig;
afterEach(() => poll.close());

const all = () => true;
const rows = () => poll.twin.operations.listStock({ shop: NORTH, limit: 20 });

/** Sets the stock of the nth article to something it never was. */
function setStock(nth: number, available: number): void {
  const row = rows()[nth];
  if (!row) throw new Error("the twin has too few articles");
  const [level] = row.levels;
  poll.twin.operations.setStock({
    shop: NORTH,
    sku: row.sku,
    available,
    ...(level && { locationId: level.locationId }),
  });
}

describe("a clock that is wrong by 90 s", () => {
  it.each([90_000, -90_000])("(%i ms) loses nothing and invents nothing", async (skewMs) => {
    poll = await createPollRig({}, skewMs);
    for (let round = 0; round < 6; round += 1) {
      setStock(round, 1_000 + round);
      const isLost = round % 2 === 0;
      await poll.deliver(() => isLost);
      poll.sleep(20_000);
      expect(await poll.pass("inventory")).toMatchObject({ found: isLost ? 1 : 0 });
    }
    poll.sleep(60_000);
    expect((await poll.missed())["missed"]).toHaveLength(3);
    const told = (await poll.bench.changes(NORTH)).map((change) => change.data["available"]);
    expect(told.sort()).toEqual([1_000, 1_001, 1_002, 1_003, 1_004, 1_005]);
  });
});

describe("a question that waits for its turn", () => {
  it("neither takes a change for older than the installation, nor dates it wrongly", async () => {
    poll = await createPollRig();
    setStock(0, 1_000);
    const changedAtMs = poll.rig.clock.now();
    await poll.deliver(all);
    poll.sleep(20_000);
    poll.beforeAnswer = () => {
      poll.sleep(30_000);
    };
    expect(await poll.pass("inventory")).toMatchObject({ found: 1 });
    const { rows: found } = await poll.rig.db.query<{ at: Date }>(
      "SELECT changed_at AS at FROM missed_webhooks",
    );
    expect(Math.abs(Number(found[0]?.at) - changedAtMs)).toBeLessThan(2_000);
  });
});

describe("a search that knows of changes late", () => {
  it("loses none of them, and is looked back at further from then on", async () => {
    poll = await createPollRig({ searchLagMs: 400_000 });
    await poll.pass("products");
    const product = rows()[0]?.productId ?? "";
    poll.twin.operations.editProduct({ shop: NORTH, productId: product, title: "Late" });
    await poll.deliver(all);
    let found = 0;
    for (let pass = 0; pass < 30 && found === 0; pass += 1) {
      poll.sleep(30_000);
      found += (await poll.pass("products"))?.found ?? 0;
    }
    expect(found).toBe(1);
    const overlap = await poll.rig.db.query<{ seconds: number }>(
      "SELECT overlap_seconds AS seconds FROM poll_feeds WHERE feed = 'products'",
    );
    expect(overlap.rows[0]?.seconds).toBeGreaterThan(800);
  });
});

describe("a place that opens in mid-pass", () => {
  it("is read by the next pass, from the moment it was opened", async () => {
    poll = await createPollRig();
    await poll.pass("inventory");
    poll.sleep(30_000);
    let opened = false;
    poll.beforeAnswer = (name) => {
      if (name !== "PolledLevels" || opened) return;
      opened = true;
      const { operations } = poll.twin;
      const { locationId } = operations.createLocation({ shop: NORTH, name: "Pop-up" });
      operations.connectStock({ shop: NORTH, locationId, sku: rows()[0]?.sku ?? "", available: 9 });
    };
    await poll.pass("inventory");
    await poll.deliver(all);
    poll.sleep(30_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 1 });
    expect((await poll.bench.changes(NORTH)).at(-1)?.data["available"]).toBe(9);
  });
});

describe("several changes of one record", () => {
  it("of which the last one's webhook came are not missed, whatever became of the others", async () => {
    poll = await createPollRig();
    await poll.pass("inventory");
    for (const available of [5, 6, 7]) {
      setStock(0, available);
      await poll.deliver(() => available < 7);
      poll.sleep(1_000);
    }
    poll.sleep(60_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
  });

  it("back and forth say nothing new: nobody is told, nothing is missed", async () => {
    poll = await createPollRig();
    await poll.pass("inventory");
    setStock(0, 41);
    await poll.deliver();
    poll.sleep(30_000);
    setStock(0, 42);
    setStock(0, 41);
    await poll.deliver(all);
    poll.sleep(30_000);
    expect(await poll.pass("inventory")).toMatchObject({ found: 0 });
    expect(await poll.bench.changes(NORTH)).toHaveLength(1);
  });
});
