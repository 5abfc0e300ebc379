import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  answerHold,
  confirmHold,
  expireHolds,
  getHold,
  listEntries,
  placeHold,
  releaseHold,
} from "#app/coordination/index.server.ts";
import type { HoldView } from "#app/coordination/types.ts";
import { updateSystem } from "#app/systems/index.server.ts";
import { connectSystem } from "#test/delivery/publish.ts";
import { tablesNaming } from "#test/privacy/whole-database.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;
let carrier: string;

beforeAll(async () => {
  rig = await createPoolRig();
  // Of the other store, and of another kind of data: it is asked all the same.
  const options = { domains: ["orders"] };
  carrier = (await connectSystem(rig, SOUTH, "http://127.0.0.1:9/", options)).id;
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 10, south: 10 });
  await rig.tellBoth(sku);
});

const share = async (available: number) => {
  await rig.say(sku, { available });
  await rig.settle();
};
const wanted = (more: object = {}) => ({
  sku,
  quantity: 3,
  participants: [rig.warehouse.id, carrier],
  ttlSeconds: 600,
  reference: "#1001",
  autoConfirm: true,
  ...more,
});
const place = async (more: object = {}): Promise<HoldView> => {
  const placed = await placeHold(rig.deps, NORTH, wanted(more));
  if (placed.outcome !== "held") throw new Error(JSON.stringify(placed));
  await rig.settle();
  return placed.hold;
};
const answer = async (id: string, systemId: string, given: "acknowledged" | "refused") => {
  const answered = await answerHold(rig.deps, systemId, id, given);
  await rig.settle();
  return answered?.outcome === "ok" ? answered.hold.status : answered?.outcome;
};
const statusOf = async (id: string) => (await getHold(rig, NORTH, id))?.status;
/** Available in both stores, and reserved in the first. */
const stock = async () => {
  const [north, south] = [await rig.quantities(NORTH, sku), await rig.quantities(SOUTH, sku)];
  return [north.available, south.available, north.reserved];
};
/** What the first store has in its hands, as Converge has it. */
const onHand = async () => {
  const { rows } = await rig.db.query<{ units: number }>(
    `SELECT l.on_hand AS units FROM pool_levels l JOIN pools p ON p.id = l.pool_id
     WHERE l.shop = $1 AND p.sku = $2`,
    [NORTH, sku],
  );
  return rows[0]?.units;
};
/** What it means from now on that the carrier says nothing. */
const silence = (onSilence: string | null) =>
  updateSystem(
    rig,
    SOUTH,
    "user:1",
    carrier,
    { deliveryPolicy: { onSilence } },
    { allowPrivate: true },
  );
/** What was told about a hold, in order, and to how many. */
const told = async (id: string) => {
  const { rows } = await rig.db.query<{ type: string; count: number }>(
    `SELECT type, count(*)::int AS count FROM changes WHERE resource_id = $1
     GROUP BY type ORDER BY min(processed_at)`,
    [id],
  );
  return rows.map(({ type, count }) => `${type} ${String(count)}`);
};

describe("a hold", () => {
  it("takes units out of every store, and is confirmed by the last of its participants", async () => {
    await share(10);
    const { id } = await place();
    expect([await stock(), await told(id)]).toEqual([[7, 7, 3], ["hold.requested 2"]]);
    expect(await confirmHold(rig.deps, NORTH, id)).toMatchObject({ outcome: "refused" });
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("held");
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("held");
    expect(await answer(id, carrier, "acknowledged")).toBe("confirmed");
    expect(await answer(id, carrier, "acknowledged")).toBe("confirmed");
    // Too late to be of another mind, and no harm done.
    expect(await answer(id, carrier, "refused")).toBe("refused");
    expect(await statusOf(id)).toBe("confirmed");
    expect([await stock(), await told(id)]).toEqual([
      [7, 7, 3],
      ["hold.requested 2", "hold.confirmed 2"],
    ]);
    expect(await rig.pool(sku)).toMatchObject({ quantity: 10, held: 3, heldSum: 3 });
  });

  it("refused by one is released for all, and what comes later changes nothing", async () => {
    await share(10);
    const { id } = await place();
    expect(await answer(id, carrier, "refused")).toBe("released");
    expect(await answer(id, rig.warehouse.id, "acknowledged")).toBe("refused");
    expect([await stock(), await told(id)]).toEqual([
      [10, 10, 0],
      ["hold.requested 2", "hold.released 2"],
    ]);
    expect(await rig.pool(sku)).toMatchObject({ quantity: 10, held: 0, heldSum: 0 });
  });

  it.each([2, 0])("brings back no more units than the pool has left: %i", async (left) => {
    await share(10);
    const { id } = await place();
    await share(left);
    expect(await stock()).toEqual([0, 0, 3]);
    let lost = 0;
    rig.putAround(async (ask, _shop, text) => {
      const answer = await ask();
      if (!text.includes("AdjustInventory") || lost > 0) return answer;
      lost += 1;
      throw new Error("the answer was lost");
    });
    await releaseHold(rig.deps, NORTH, id, "No need.");
    await rig.settle();
    expect([lost, await stock()]).toEqual([1, [left, left, 0]]);
    expect(await onHand()).toBe(left);
    expect(await getHold(rig, NORTH, id)).toMatchObject({ status: "released", reserved: 0 });
    await share(20);
    expect(await stock()).toEqual([20, 20, 0]);
  });

  it("ends by itself when its time is up, and comes back if a clock is behind", async () => {
    await share(10);
    const { id } = await place({ ttlSeconds: 60 });
    rig.due("expire-hold", id);
    await rig.settle();
    expect([await statusOf(id), await stock()]).toEqual(["held", [7, 7, 3]]);
    rig.later(61_000);
    rig.due("expire-hold", id);
    await rig.settle();
    expect([await statusOf(id), await stock()]).toEqual(["expired", [10, 10, 0]]);
  });

  it("is written off once, though nobody hears for a day that it was", async () => {
    await share(10);
    const { id } = await place();
    await share(0);
    let sent = 0;
    rig.putAround(async (ask, _shop, text) => {
      const answer = await ask();
      if (!text.includes("AdjustInventory")) return answer;
      sent += 1;
      throw new Error("the answer was lost");
    });
    await releaseHold(rig.deps, NORTH, id, "No need.");
    await rig.step();
    await rig.step();
    expect(sent).toBeGreaterThan(0);
    const before = sent;
    rig.later(24 * 3_600_000);
    await rig.settle();
    expect([sent, await stock()]).toEqual([before, [0, 0, 0]]);
    expect(await getHold(rig, NORTH, id)).toMatchObject({ status: "released", reserved: 0 });
  });

  it("is not agreed to by the silence of somebody who was never asked", async () => {
    await share(10);
    await silence("confirm");
    const asking = wanted({ participants: [carrier], ttlSeconds: 60 });
    const placed = await placeHold(rig.deps, NORTH, asking);
    if (placed.outcome !== "held") throw new Error(JSON.stringify(placed));
    const { id } = placed.hold;
    rig.later(61_000);
    // Its units have not left what is available: nobody was told.
    await rig.db.transaction((tx) => expireHolds(rig.deps, tx, [{ shop: NORTH, holdId: id }]));
    expect([await statusOf(id), await told(id)]).toEqual(["expired", []]);
    await rig.settle();
    expect(await stock()).toEqual([10, 10, 0]);
  });

  it("is confirmed in the end by the silence of a system of which that is said", async () => {
    await share(10);
    const endOf = async () => {
      const { id } = await place({ ttlSeconds: 60 });
      await answer(id, rig.warehouse.id, "acknowledged");
      rig.later(61_000);
      rig.due("expire-hold", id);
      await rig.settle();
      return [await statusOf(id), ...(await told(id)).slice(1)];
    };
    expect(await silence("confirm")).toMatchObject({ ok: true });
    expect(await endOf()).toEqual(["confirmed", "hold.confirmed 2"]);
    expect(await stock()).toEqual([7, 7, 3]);
    expect(await silence(null)).toMatchObject({ ok: true });
    expect(await endOf()).toEqual(["expired", "hold.released 2"]);
    expect(await silence("perhaps")).toMatchObject({
      ok: false,
      errors: [{ field: "deliveryPolicy.onSilence", message: "Choose one of: refuse, confirm." }],
    });
  });

  it("waits for the merchant where it does not confirm itself", async () => {
    await share(10);
    const { id } = await place({ autoConfirm: false, participants: [carrier] });
    expect(await answer(id, carrier, "acknowledged")).toBe("held");
    expect(await confirmHold(rig.deps, SOUTH, id)).toBeNull();
    expect(await confirmHold(rig.deps, NORTH, id)).toMatchObject({ outcome: "ok" });
    expect(await releaseHold(rig.deps, NORTH, id, "No need.")).toMatchObject({ outcome: "ok" });
    await rig.settle();
    expect(await stock()).toEqual([10, 10, 0]);
  });

  it("on the last unit is one, however many want it at once", async () => {
    await share(1);
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        placeHold(rig.deps, index % 2 === 0 ? NORTH : SOUTH, wanted({ quantity: 1 })),
      ),
    );
    expect(all.map((one) => one.outcome).sort()).toEqual([
      "held",
      ...Array<string>(7).fill("not_enough"),
    ]);
    await rig.settle();
    expect((await stock()).slice(0, 2)).toEqual([0, 0]);
  });

  it("is nobody's but its participants'", async () => {
    await share(10);
    const { id } = await place({ participants: [rig.warehouse.id] });
    expect(await answerHold(rig.deps, carrier, id, "acknowledged")).toBeNull();
    const stranger = await rig.installedShop();
    expect(await getHold(rig, stranger, id)).toBeNull();
    expect(await releaseHold(rig.deps, stranger, id, "")).toBeNull();
    expect((await getHold(rig, SOUTH, id))?.reference).toBe("#1001");
    const pool = await rig.pool(sku);
    const [entry] = await listEntries(rig, pool?.id ?? "", { limit: 1, before: null });
    expect(entry?.note).toBe("#1001");
    expect(await tablesNaming(rig.db, "#1001")).toEqual([]);
  });

  it("without a group is on what the store has, and follows its sales and edits", async () => {
    const { id } = await place();
    expect(await stock()).toEqual([7, 10, 3]);
    rig.sell(NORTH, sku, 5);
    const none = await placeHold(rig.deps, NORTH, wanted());
    expect(none).toEqual({ outcome: "not_enough", free: 2 });
    rig.edit(NORTH, sku, 30);
    await rig.hint(NORTH, sku);
    await rig.settle();
    expect(await answer(id, carrier, "refused")).toBe("released");
    // Nobody but Shopify says what a lone store has.
    expect(await stock()).toEqual([33, 10, 0]);
    const confirmed = await place({ participants: [carrier] });
    await answer(confirmed.id, carrier, "acknowledged");
    expect(await stock()).toEqual([30, 10, 3]);
  });

  it("is no edit of somebody, in a store whose warehouse has edits put back", async () => {
    await place();
    await rig.hint(NORTH, sku);
    await rig.settle();
    await rig.confirm();
    const writes = rig.bench.jobs.filter((job) => job.name.startsWith("write-"));
    expect([writes, await stock()]).toEqual([[], [7, 10, 3]]);
    const { rows } = await rig.db.query("SELECT 1 FROM discrepancies WHERE sku = $1", [sku]);
    expect(rows).toEqual([]);
  });

  it("of units that are sold in the very moment is released, and nobody is asked", async () => {
    let sold = false;
    rig.putAround((ask, _shop, text) => {
      if (text.includes("MoveInventory") && !sold) {
        sold = true;
        rig.sell(NORTH, sku, 9);
      }
      return ask();
    });
    const { id } = await place();
    expect([await statusOf(id), await told(id), await stock()]).toEqual([
      "released",
      [],
      [1, 10, 0],
    ]);
  });
});

describe("a process that dies after any step", () => {
  it("leaves a hold that goes on to its end", async () => {
    await share(10);
    for (let dieAfter = 1; ; dieAfter += 1) {
      const dies = rig.dieAfter(dieAfter);
      const { id } = await place();
      rig.restore();
      await rig.settle();
      expect([dieAfter, await stock(), await told(id)]).toEqual([
        dieAfter,
        [7, 7, 3],
        ["hold.requested 2"],
      ]);
      const diesAgain = rig.dieAfter(dieAfter);
      await releaseHold(rig.deps, NORTH, id, "No need.");
      await rig.settle();
      rig.restore();
      await rig.settle();
      expect([dieAfter, await stock(), await statusOf(id)]).toEqual([
        dieAfter,
        [10, 10, 0],
        "released",
      ]);
      expect(await rig.pool(sku)).toMatchObject({ quantity: 10, sum: 10, held: 0, heldSum: 0 });
      if (!dies.died() && !diesAgain.died()) return expect(dieAfter).toBeGreaterThan(5);
    }
  }, 180_000);
});
