import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { countByHand, listEntries } from "#app/coordination/index.server.ts";
import { poolOwnerOf } from "#app/coordination/group-store.ts";
import { replaceRules } from "#app/ownership/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;
let sku: string;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());
beforeEach(async () => {
  sku = rig.nextShared({ north: 9, south: 4 });
  await own("shopify");
  await rig.tellBoth(sku);
});

const own = (owner: string) =>
  replaceRules({ ...rig, systemsOf: listSystems }, NORTH, "user:1", [
    { domain: "inventory", owner, onForeignWrite: "flag" },
  ]);
const count = (onHand: number, of = sku) =>
  countByHand(rig.deps, { shop: SOUTH, actor: "user:2" }, { sku: of, onHand });
const shown = async () => [
  (await rig.quantities(NORTH, sku)).available,
  (await rig.quantities(SOUTH, sku)).available,
];

/** Units of open orders in both stores. */
const committed = async () =>
  (await rig.quantities(NORTH, sku)).committed + (await rig.quantities(SOUTH, sku)).committed;

describe("a count by hand", () => {
  it("is what the stores share, less what is in open orders, and stands in ledger and log", async () => {
    rig.sell(NORTH, sku, 2);
    const onHand = 10 + (await committed());
    const counted = await count(onHand);
    await rig.settle();
    const pool = await rig.pool(sku);
    expect([await shown(), pool?.quantity, pool?.sum]).toEqual([[10, 10], 10, 10]);
    expect(counted).toEqual({ outcome: "taken", poolId: pool?.id });
    const [entry] = await listEntries(rig, pool?.id ?? "", { limit: 1, before: null });
    expect(entry).toMatchObject({ kind: "set", note: "Counted by hand.", shop: SOUTH });
    const { rows } = await rig.db.query(
      "SELECT shop, actor, detail FROM audit_entries WHERE action = 'pool.counted' AND subject = $1",
      [pool?.id],
    );
    expect(rows).toEqual([{ shop: SOUTH, actor: "user:2", detail: { sku, onHand } }]);
    // A merchant's word is no system's: the first that owns inventory may speak for the pools.
    expect(await poolOwnerOf(rig.db, rig.groupId)).toBeNull();
  });

  it("is carried out once, whoever dies on the way, and twice sent is twice the same", async () => {
    const open = await committed();
    for (let dieAfter = 1; dieAfter < 6; dieAfter += 1) {
      const dies = rig.dieAfter(dieAfter);
      await Promise.allSettled([count(open + dieAfter), count(open + dieAfter)]);
      await rig.settle().catch(() => undefined);
      rig.restore();
      await count(open + dieAfter);
      await rig.settle();
      expect([dieAfter, await shown(), (await rig.pool(sku))?.sum]).toEqual([
        dieAfter,
        [dieAfter, dieAfter],
        dieAfter,
      ]);
      if (!dies.died()) break;
    }
  });

  it("is refused where a system says how many there are, and changes nothing", async () => {
    await own(rig.warehouse.id);
    expect(await count(5)).toMatchObject({ outcome: "refused", field: "" });
    await own("shopify");
    expect(await count(5)).toMatchObject({ outcome: "taken" });
    // Somebody gives it to the warehouse before the count is carried out.
    await own(rig.warehouse.id);
    await rig.settle();
    expect([await shown(), (await rig.pool(sku))?.quantity]).toEqual([[9, 4], 0]);
  });

  it("of what the store does not have is refused by the name of the field", async () => {
    expect(await count(5, "NO-SUCH")).toMatchObject({ outcome: "refused", field: "sku" });
    const stranger = { shop: await rig.installedShop(), actor: "user:3" };
    expect(await countByHand(rig.deps, stranger, { sku, onHand: 5 })).toMatchObject({
      outcome: "refused",
      field: "",
    });
  });
});
