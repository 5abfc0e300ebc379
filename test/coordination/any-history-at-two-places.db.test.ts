import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  linkAllStores,
  mapLocations,
  placeHold,
  releaseHold,
} from "#app/coordination/index.server.ts";
import { defaultPoolLocation } from "#app/coordination/types.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createTwoPlaceRig, type TwoPlaceRig } from "./two-places.ts";
import { workerCommands } from "./worker-commands.ts";

/**
 * Any history of sales, owner's words, holds, dying processes and stores that show the pool locations
 * of their group elsewhere in mid-sale: each pool is the sum of its ledger, what is sold is gone from
 * one of them exactly once, and in the end every store shows each where it says.
 */

let rig: TwoPlaceRig["rig"];
let west: string;

beforeAll(async () => {
  ({ rig, west } = await createTwoPlaceRig());
});
afterAll(() => rig.close());

/** At which place a store shows the default pool location and West; null: nowhere. */
type Places = readonly [number | null, number | null];

interface Model {
  /** Units by hold, of those that are not over, and the store they are of. */
  readonly open: Map<string, { readonly shop: string; readonly quantity: number }>;
  readonly places: Map<string, Places>;
  /** Units that were sold where a pool was shown, by the pool's id. */
  readonly sold: Map<string, number>;
}

interface Real {
  readonly sku: string;
}

const shops = fc.constantFrom(NORTH, SOUTH);
const place = fc.constantFrom(0, 1);
const few = fc.integer({ min: 1, max: 4 });
const pools = () => [defaultPoolLocation, west];

function command(
  name: string,
  act: (real: Real, model: Model) => Promise<void>,
): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    run: async (model, real) => {
      await act(real, model);
      let held = 0;
      for (const id of pools()) {
        const pool = await rig.pool(real.sku, id);
        expect({ name, id, ...pool }).toMatchObject({
          quantity: pool?.sum ?? 0,
          held: pool?.heldSum ?? 0,
        });
        held += pool?.held ?? 0;
      }
      const promised = [...model.open.values()].reduce((sum, { quantity }) => sum + quantity, 0);
      expect({ name, held }).toEqual({ name, held: promised });
      expect(rig.written.filter((available) => available < 0)).toEqual([]);
    },
    toString: () => name,
  };
}

async function show(sku: string, shop: string, places: Places): Promise<void> {
  const items = pools().map((poolLocation, index) => {
    const at = places[index] ?? null;
    return { poolLocation, shownAt: at === null ? null : rig.levelOf(shop, sku, at).locationId };
  });
  const mapped = await mapLocations(rig.deps, { shop, actor: "user:1" }, items);
  expect(mapped).toEqual({ outcome: "mapped" });
}

/** The pool a level shows; null: none, or it was not read since: what is sold before that is the store's own. */
async function poolShownAt({ shop, id }: { shop: string; id: string }): Promise<string | null> {
  const { rows } = await rig.db.query<{ pool: string }>(
    `SELECT pool_id AS pool FROM pool_levels
     WHERE shop = $1 AND level_id = $2 AND seen IS NOT NULL`,
    [shop, id],
  );
  return rows[0]?.pool ?? null;
}

/** Units by which stores have lowered each pool of an article. */
async function countedSales(sku: string): Promise<Map<string, number>> {
  const { rows } = await rig.db.query<{ pool: string; units: number }>(
    `SELECT p.id AS pool, -sum(l.delta)::int AS units FROM pools p
     JOIN pool_ledger l ON l.pool_id = p.id AND l.shop IS NOT NULL AND l.kind <> 'set'
     WHERE p.group_id = $1 AND p.sku = $2 GROUP BY p.id HAVING sum(l.delta) <> 0`,
    [rig.groupId, sku],
  );
  return new Map(rows.map(({ pool, units }) => [pool, units]));
}

const someWhere: fc.Arbitrary<Places> = fc.constantFrom<Places[]>(
  [0, 1],
  [1, 0],
  [0, null],
  [1, null],
  [null, 0],
  [null, 1],
  [null, null],
);

const commands = [
  fc.tuple(shops, few, place).map(([shop, units, at]) =>
    command(`sell ${String(units)} in ${shop} at ${String(at)}`, async ({ sku }, { sold }) => {
      // Shopify sells no more than it shows.
      if ((await rig.quantities(shop, sku, at)).available < units) return;
      rig.sell(shop, sku, units, at);
      const pool = await poolShownAt(rig.levelOf(shop, sku, at));
      if (pool !== null) sold.set(pool, (sold.get(pool) ?? 0) + units);
    }),
  ),
  fc.tuple(shops, place).map(([shop, at]) =>
    command(`tell ${shop} at ${String(at)}`, async ({ sku }) => {
      await rig.hint(shop, sku, undefined, at);
    }),
  ),
  fc.tuple(shops, someWhere).map(([shop, places]) =>
    command(`${shop} shows them at ${JSON.stringify(places)}`, async ({ sku }, model) => {
      await show(sku, shop, places);
      model.places.set(shop, places);
    }),
  ),
  fc.tuple(fc.boolean(), fc.integer({ min: 4, max: 20 })).map(([there, units]) =>
    command(`say ${String(units)}${there ? " of West" : ""}`, async ({ sku }) => {
      const at = there ? west : undefined;
      await rig.say(sku, { available: units }, new Date().toISOString(), at);
    }),
  ),
  fc.tuple(shops, few, fc.boolean()).map(([shop, quantity, there]) =>
    command(`hold ${String(quantity)} in ${shop}`, async ({ sku }, { open }) => {
      const wanted = { groupId: rig.groupId, sku, quantity, reference: "#1", autoConfirm: true };
      const placed = await placeHold(rig.deps, shop, {
        ...wanted,
        ...(there ? { poolLocation: west } : {}),
        participants: [],
        ttlSeconds: 600,
      });
      if (placed.outcome === "held") open.set(placed.hold.id, { shop, quantity });
    }),
  ),
  fc.constant(
    command("release a hold", async (_real, model) => {
      const [first] = model.open;
      if (first === undefined) return;
      const [id, { shop }] = first;
      await releaseHold(rig.deps, shop, id, "No need.");
      model.open.delete(id);
    }),
  ),
  ...workerCommands(() => rig, command),
];

/** Every hold is over, and everybody has heard of everything. */
async function comeToRest(sku: string, model: Model): Promise<void> {
  rig.restore();
  await rig.settle();
  for (const [id, { shop }] of model.open) await releaseHold(rig.deps, shop, id, "The end.");
  for (let round = 0; round < 2; round += 1) {
    await rig.settle();
    for (const shop of [NORTH, SOUTH])
      for (const at of [0, 1]) await rig.hint(shop, sku, undefined, at);
    await rig.settle();
    // What could not move while units were held moves now.
    await linkAllStores(rig.deps);
  }
  await rig.settle();
}

/** Units in reserved, at each place of each store. */
function reservedUnits(sku: string): Promise<number[]> {
  const at = [NORTH, SOUTH].flatMap((shop) => [0, 1].map((place) => ({ shop, place })));
  return Promise.all(
    at.map(async ({ shop, place }) => (await rig.quantities(shop, sku, place)).reserved),
  );
}

describe("stock at two pool locations", () => {
  it("adds up in any history, and each store shows it where it says", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 25, size: "max" }), async (history) => {
        const sku = rig.shared.shift();
        if (sku === undefined) return;
        const model: Model = { open: new Map(), places: new Map(), sold: new Map() };
        for (const shop of [NORTH, SOUTH]) {
          await show(sku, shop, [0, 1]);
          model.places.set(shop, [0, 1]);
          for (const at of [0, 1]) await rig.hint(shop, sku, undefined, at);
        }
        await rig.say(sku, { available: 10 });
        await rig.say(sku, { available: 10 }, new Date().toISOString(), west);
        await rig.settle();
        const real: Real = { sku };
        await fc.asyncModelRun(() => ({ model, real }), history);
        await comeToRest(sku, model);
        expect(await countedSales(sku)).toEqual(model.sold);
        expect(await reservedUnits(sku)).toEqual([0, 0, 0, 0]);
        for (const [index, id] of pools().entries()) {
          const { quantity = 0 } = (await rig.pool(sku, id)) ?? {};
          for (const [shop, places] of model.places) {
            const at = places[index] ?? null;
            if (at === null) continue;
            const { available } = await rig.quantities(shop, sku, at);
            expect([id, shop, at, available]).toEqual([id, shop, at, Math.max(0, quantity)]);
          }
        }
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 180_000);
});
