import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  answerHold,
  consumeHolds,
  getHold,
  placeHold,
  releaseHold,
  replaceBuffers,
} from "#app/coordination/index.server.ts";
import { NORTH, SOUTH } from "#test/twin-conformance/support.ts";
import { createPoolRig } from "./pool-rig.ts";
import { workerCommands } from "./worker-commands.ts";

/**
 * Any history of sales, hand edits, owner's words, holds, buffers and dying processes: whatever the
 * order, a pool is the sum of its ledger, what is held is what open holds hold, nothing that Converge
 * writes goes below zero, and in the end every store shows what the pool and the buffers say.
 */

type Rig = Awaited<ReturnType<typeof createPoolRig>>;

let rig: Rig;

beforeAll(async () => {
  rig = await createPoolRig();
});
afterAll(() => rig.close());

interface Model {
  /** Units by hold, of those that are not over. */
  readonly open: Map<string, number>;
  rules: readonly Rule[];
}

/** What is kept back: everywhere, or (the store's rule first) in one store. */
interface Rule {
  readonly shop?: string;
  readonly mode: "fixed" | "percent";
  readonly value: number;
  readonly floor: number;
}

function keptIn(shop: string, rules: readonly Rule[], quantity: number): number {
  const rule =
    rules.find((one) => one.shop === shop) ?? rules.find((one) => one.shop === undefined);
  if (rule === undefined) return 0;
  const share = (Math.max(0, quantity) * rule.value) / 100;
  return Math.max(rule.floor, rule.mode === "fixed" ? rule.value : Math.ceil(share));
}

async function keepBack(rules: readonly Rule[]): Promise<void> {
  const items = rules.map((rule) => ({ groupId: rig.groupId, ...rule }));
  const saved = await replaceBuffers(rig.deps, { shop: NORTH, actor: "user:1" }, items);
  expect(saved.ok).toBe(true);
}

interface Real {
  readonly sku: string;
}

type Act = (real: Real, model: Model) => Promise<void>;

function command(name: string, act: Act): fc.AsyncCommand<Model, Real> {
  return {
    check: () => true,
    run: async (model, real) => {
      await act(real, model);
      const pool = await rig.pool(real.sku);
      const held = [...model.open.values()].reduce((sum, units) => sum + units, 0);
      expect({ name, ...pool }).toMatchObject({ quantity: pool?.sum ?? 0, held, heldSum: held });
      expect(rig.written.filter((available) => available < 0)).toEqual([]);
    },
    toString: () => name,
  };
}

const shops = fc.constantFrom(NORTH, SOUTH);
const few = fc.integer({ min: 1, max: 4 });
const anyRule: fc.Arbitrary<Rule> = fc.record(
  {
    shop: shops,
    mode: fc.constantFrom("fixed", "percent"),
    value: fc.nat(9),
    floor: fc.nat(3),
  },
  { requiredKeys: ["mode", "value", "floor"] },
);
const anyRules = fc.uniqueArray(anyRule, { maxLength: 3, selector: ({ shop }) => shop });

async function anyHold(model: Model, act: (id: string) => Promise<unknown>): Promise<void> {
  const [id] = [...model.open.keys()];
  if (id === undefined) return;
  await act(id);
  model.open.delete(id);
}

const commands = [
  fc.tuple(shops, few).map(([shop, units]) =>
    command(`sell ${String(units)} in ${shop}`, async ({ sku }) => {
      // Shopify sells no more than it shows.
      if ((await rig.quantities(shop, sku)).available >= units) rig.sell(shop, sku, units);
    }),
  ),
  shops.map((shop) => command(`tell ${shop}`, async ({ sku }) => rig.hint(shop, sku))),
  fc.tuple(shops, fc.nat(15)).map(([shop, available]) =>
    command(`edit ${shop} to ${String(available)}`, async ({ sku }) => {
      rig.edit(shop, sku, available);
    }),
  ),
  fc
    .tuple(fc.constantFrom("available", "onHand"), fc.integer({ min: 4, max: 20 }))
    .map(([name, units]) =>
      command(`say ${name} ${String(units)}`, async ({ sku }) => {
        await rig.say(sku, { [name]: units });
      }),
    ),
  fc.tuple(shops, few).map(([shop, quantity]) =>
    command(`hold ${String(quantity)} in ${shop}`, async ({ sku }, { open }) => {
      const wanted = { groupId: rig.groupId, sku, quantity, reference: "#1", autoConfirm: true };
      const participants = [rig.warehouse.id];
      const placed = await placeHold(rig.deps, shop, { ...wanted, participants, ttlSeconds: 600 });
      if (placed.outcome === "held") open.set(placed.hold.id, quantity);
    }),
  ),
  fc.constant(
    command("refuse a hold", (_real, model) =>
      anyHold(model, (id) => answerHold(rig.deps, rig.warehouse.id, id, "refused")),
    ),
  ),
  fc.constant(
    command("release a hold", async (_real, model) =>
      anyHold(model, async (id) => {
        await answerHold(rig.deps, rig.warehouse.id, id, "acknowledged");
        await releaseHold(rig.deps, NORTH, id, "No need.");
        await releaseHold(rig.deps, SOUTH, id, "No need.");
      }),
    ),
  ),
  fc.constant(
    command("an order takes what was held for it", async ({ sku }, model) =>
      anyHold(model, async (holdId) => {
        await answerHold(rig.deps, rig.warehouse.id, holdId, "acknowledged");
        const { shop = NORTH, quantity: units = 0 } = (await getHold(rig, NORTH, holdId)) ?? {};
        if ((await rig.quantities(shop, sku)).available >= units) rig.sell(shop, sku, units);
        const word = { shop, holdId, orderId: `gid://shopify/Order/${holdId}`, units };
        await rig.db.transaction((tx) => consumeHolds(rig.deps, tx, [word, word]));
        await rig.db.transaction((tx) => consumeHolds(rig.deps, tx, [word]));
      }),
    ),
  ),
  anyRules.map((rules) =>
    command(`keep back ${JSON.stringify(rules)}`, async (_real, model) => {
      await keepBack(rules);
      model.rules = rules;
    }),
  ),
  ...workerCommands(() => rig, command),
];

describe("stock that stores share", () => {
  it("adds up in any history", async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 25, size: "max" }), async (history) => {
        const sku = rig.shared.shift();
        if (sku === undefined) return;
        await rig.hint(NORTH, sku);
        await rig.hint(SOUTH, sku);
        await rig.say(sku, { available: 10 });
        await rig.settle();
        const real: Real = { sku };
        const model: Model = { open: new Map(), rules: [] };
        await keepBack([]);
        await fc.asyncModelRun(() => ({ model, real }), history);
        rig.restore();
        await rig.settle();
        await rig.hint(NORTH, sku);
        await rig.hint(SOUTH, sku);
        await rig.settle();
        const { quantity = 0, held = 0 } = (await rig.pool(sku)) ?? {};
        const target = (shop: string) =>
          Math.max(0, quantity - held - keptIn(shop, model.rules, quantity));
        const shown = [
          (await rig.quantities(NORTH, sku)).available,
          (await rig.quantities(SOUTH, sku)).available,
        ];
        expect(shown).toEqual([target(NORTH), target(SOUTH)]);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  }, 120_000);
});
