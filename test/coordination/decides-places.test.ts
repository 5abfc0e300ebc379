import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KnownLevel } from "#app/coordination/choose-level.ts";
import { choosePool } from "#app/coordination/choose-pool.ts";
import { levelShowing, mustLeave } from "#app/coordination/shown-at.ts";
import { whereMost } from "#app/coordination/types.ts";

/** Where a store shows a pool, when it has to go from there, and of which pool units are held. */

const stocked = (...places: readonly [string, number][]): KnownLevel[] =>
  places.map(([locationId, available]) => ({
    levelId: `level-${locationId}`,
    itemId: "item",
    locationId,
    available,
  }));

describe("the level at which a store shows a pool", () => {
  const levels = stocked(["a", 9], ["b", 5], ["c", 1]);

  it("is at the location it says; nowhere where it says nothing, or does not stock it", () => {
    const places = new Map([["west", "b"]]);
    expect(levelShowing(places, "west", levels)?.locationId).toBe("b");
    expect(levelShowing(places, "default", levels)).toBeNull();
    expect(levelShowing(new Map([["west", "d"]]), "west", levels)).toBeNull();
  });

  it("is where there is most of the article, less what other pool locations take", () => {
    const most = new Map([["default", whereMost]]);
    expect(levelShowing(most, "default", levels)?.locationId).toBe("a");
    expect(levelShowing(new Map([...most, ["west", "a"]]), "default", levels)?.locationId).toBe(
      "b",
    );
    const all = new Map([...most, ["west", "a"], ["east", "b"], ["south", "c"]]);
    expect(levelShowing(all, "default", levels)).toBeNull();
  });

  it("leaves when it is shown nowhere, when another takes the place, and for where it is stocked", () => {
    const at = { locationId: "a" };
    const cases: [Record<string, string>, boolean][] = [
      [{ default: whereMost }, false],
      [{ default: "a" }, false],
      [{ default: "b" }, true],
      // Not in stock there: it stays, unless something else is to be shown here.
      [{ default: "d" }, false],
      [{ default: "d", west: "a" }, true],
      [{ default: whereMost, west: "a" }, true],
      [{ west: "b" }, true],
    ];
    for (const [places, leaves] of cases)
      expect([places, mustLeave(new Map(Object.entries(places)), "default", at, levels)]).toEqual([
        places,
        leaves,
      ]);
  });

  it("is never one of two pool locations, and never one that has to leave", () => {
    const location = fc.constantFrom("a", "b", "c", "d");
    const places = fc
      .record({
        default: fc.option(fc.oneof(location, fc.constant(whereMost))),
        west: fc.option(location),
      })
      .filter((one) => one.default === null || one.default !== one.west)
      .map(
        (one) =>
          new Map(Object.entries(one).flatMap(([id, at]) => (at === null ? [] : [[id, at]]))),
      );
    const stock = fc.uniqueArray(fc.tuple(location, fc.nat(9)), { selector: ([id]) => id });
    fc.assert(
      fc.property(places, stock, (map, some) => {
        const known = stocked(...some);
        const shown = ["default", "west"].map((id) => levelShowing(map, id, known));
        if (shown[0] !== null && shown[1] !== null) expect(shown[0]).not.toBe(shown[1]);
        for (const [index, id] of ["default", "west"].entries()) {
          const level = shown[index];
          if (level) expect(mustLeave(map, id, level, known)).toBe(false);
        }
      }),
    );
  });
});

describe("the pool that units are held of", () => {
  const pool = (id: string, quantity: number, more: object = {}) => ({
    id,
    poolLocationId: id,
    quantity,
    held: 0,
    shownHere: false,
    ...more,
  });

  it("is one that has them whole, shown here before elsewhere, then with most, then the default", () => {
    const choose = (quantity: number, ...pools: ReturnType<typeof pool>[]) =>
      choosePool(pools, quantity)?.id;
    expect(choose(3, pool("east", 2, { shownHere: true }), pool("west", 3))).toBe("west");
    expect(choose(3, pool("east", 3, { shownHere: true }), pool("west", 9))).toBe("east");
    expect(choose(3, pool("east", 9), pool("west", 10, { held: 2 }))).toBe("east");
    expect(choose(3, pool("a", 5), pool("default", 5))).toBe("default");
    // Nobody has them: the most there is says how many.
    expect(choose(8, pool("east", 2, { shownHere: true }), pool("west", 3))).toBe("west");
    expect(choose(1)).toBeUndefined();
  });
});
