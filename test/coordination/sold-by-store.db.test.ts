import { afterAll, beforeAll, expect, it } from "vitest";
import { soldByStore } from "#app/coordination/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";

let rig: Awaited<ReturnType<typeof createPoolRig>>;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());

const hourMs = 3_600_000;

it("what stores sold of an article is told by store and hour, and nothing else that moved it", async () => {
  const sku = rig.nextShared({ north: 10, south: 10 });
  await rig.tellBoth(sku);
  await rig.say(sku, { available: 10 });
  await rig.settle();
  const poolId = (await rig.pool(sku))?.id ?? "";
  const sell = async (shop: string, units: number) => {
    rig.sell(shop, sku, units);
    await rig.tellBoth(sku);
  };
  await sell(NORTH, 2);
  await sell(SOUTH, 1);
  await rig.db.query(
    "UPDATE pool_ledger SET at = '2026-11-27T09:59:59Z' WHERE pool_id = $1 AND kind = 'sale'",
    [poolId],
  );
  await sell(NORTH, 3);
  await rig.db.query(
    "UPDATE pool_ledger SET at = '2026-11-27T10:00:00Z' WHERE pool_id = $1 AND delta = -3",
    [poolId],
  );
  const at = (hour: number) => `2026-11-27T${String(hour).padStart(2, "0")}:00:00.000Z`;
  const tenMs = Date.parse(at(10));
  expect(await soldByStore(rig.db, poolId, tenMs - hourMs)).toEqual([
    { shop: NORTH, at: at(9), units: 2 },
    { shop: SOUTH, at: at(9), units: 1 },
    { shop: NORTH, at: at(10), units: 3 },
  ]);
  expect(await soldByStore(rig.db, poolId, tenMs)).toHaveLength(1);
});
