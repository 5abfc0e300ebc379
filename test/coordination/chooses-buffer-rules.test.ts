import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  figuresOf,
  isInForce,
  ruleFor,
  rulesInForce,
  unitsKept,
} from "#app/coordination/buffer-rules.ts";
import { parseBuffers } from "#app/coordination/parse-buffers.ts";
import type { BufferRule } from "#app/coordination/types.ts";

/** Which rule decides how much is kept back of an article at a place, and how much that is. */

const base = { groupId: "grp_1", sku: null, mode: "fixed", value: 3, peakWindows: [] } as const;
const rule = (more: Partial<BufferRule> = {}): BufferRule => ({ ...base, ...more });
const [north, south] = ["north.myshopify.com", "south.myshopify.com"];
const group = { id: "grp_1", shops: [north, south] };
const place = { shop: north, locationId: "gid://shopify/Location/1" };
const mug = { sku: "MUG", collections: new Set(["gid://shopify/Collection/7"]) };
const day = (date: number) => `2026-11-${String(date)}T00:00:00.000Z`;
const at = (date: number) => Date.parse(day(date));

const scopes = {
  sku: { sku: "MUG" },
  collection: { collectionId: "gid://shopify/Collection/7" },
  location: place,
  store: { shop: north },
  all: {},
} satisfies Record<string, Partial<BufferRule>>;

const chosen = (rules: readonly BufferRule[], date = 10) =>
  ruleFor(rulesInForce(rules, at(date)), mug, place);

describe("of the rules that hold for an article at a place", () => {
  it("the highest priority decides, then the closest, then the earlier in the list", () => {
    const closest = Object.values(scopes).map((scope) => rule(scope));
    while (closest.length > 0) {
      expect(chosen([...closest].reverse())).toBe(closest[0]);
      closest.shift();
    }
    const raised = rule({ priority: 1 });
    expect(chosen([rule(scopes.sku), raised])).toBe(raised);
    const lowered = rule({ ...scopes.sku, priority: -1 });
    expect(chosen([lowered, rule()])).toEqual(rule());
    const [first, second] = [rule({ value: 1 }), rule({ value: 2 })];
    expect(chosen([first, second])).toBe(first);
    const both = rule({ ...scopes.sku, shop: north });
    expect(chosen([rule(scopes.sku), both])).toBe(both);
  });

  it("none is of another article, collection, store or location, or of another time", () => {
    for (const other of [
      { sku: "CUP" },
      { collectionId: "gid://shopify/Collection/8" },
      { shop: south },
      { ...place, locationId: "gid://shopify/Location/2" },
      { activeFrom: day(11) },
      { activeUntil: day(10) },
    ])
      expect(chosen([rule({ priority: 9, ...other })])).toBeNull();
    const timed = rule({ activeFrom: day(10), activeUntil: day(11) });
    expect(chosen([timed, rule({ value: 8 })], 10)).toBe(timed);
    expect(chosen([timed, rule({ value: 8 })], 11)).toEqual(rule({ value: 8 }));
  });

  const anyRule = fc
    .record(
      {
        sku: fc.constantFrom(null, "MUG", "CUP"),
        value: fc.nat(9),
        priority: fc.integer({ min: -1, max: 1 }),
        shop: fc.constantFrom(north, south),
        locationId: fc.constantFrom("gid://shopify/Location/1", "gid://shopify/Location/2"),
        collectionId: fc.constantFrom("gid://shopify/Collection/7", "gid://shopify/Collection/8"),
        activeFrom: fc.constantFrom(day(10), day(11)),
        activeUntil: fc.constantFrom(day(12), day(13)),
      },
      { requiredKeys: ["value"] },
    )
    .map((more) => rule(more));
  const anyRules = fc.array(anyRule, { maxLength: 12 });
  const anyDate = fc.integer({ min: 10, max: 13 });

  /** What is named, most telling first, as a text that sorts like it. */
  const weightOf = ({ sku, collectionId, locationId, shop, priority = 0 }: BufferRule) =>
    [
      String(priority + 5),
      ...[sku ?? undefined, collectionId, locationId, shop].map((name) =>
        name === undefined ? "0" : "1",
      ),
    ].join("");
  const holds = (one: BufferRule, where: typeof place | null, date: number) =>
    isInForce(one, at(date)) &&
    (one.sku === null || one.sku === mug.sku) &&
    (one.shop === undefined || one.shop === where?.shop) &&
    (one.locationId === undefined || one.locationId === where?.locationId) &&
    (one.collectionId === undefined || mug.collections.has(one.collectionId));

  it("one decides that no other outweighs, in any list", () => {
    fc.assert(
      fc.property(anyRules, anyDate, fc.constantFrom(place, null), (rules, date, where) => {
        const found = ruleFor(rulesInForce(rules, at(date)), mug, where);
        const fitting = rules.filter((one) => holds(one, where, date));
        expect(found === null).toBe(fitting.length === 0);
        if (found === null) return;
        expect(fitting).toContain(found);
        for (const one of fitting) {
          expect(weightOf(one) <= weightOf(found)).toBe(true);
          if (weightOf(one) === weightOf(found))
            expect(rules.indexOf(found)).toBeLessThanOrEqual(rules.indexOf(one));
        }
      }),
    );
  });

  it("places without a rule of their own go with the pool", () => {
    const pool = { ...mug, buffer: 4 };
    const levels = [
      { ...place, levelId: "a", buffer: null },
      { shop: south, locationId: "gid://shopify/Location/3", levelId: "b", buffer: 2 },
    ];
    fc.assert(
      fc.property(anyRules, anyDate, (rules, date) => {
        const inForce = rulesInForce(rules, at(date));
        const figures = figuresOf(inForce, pool, levels, ({ value }) => value);
        expect(figures.buffer).toBe(ruleFor(inForce, mug, null)?.value ?? 0);
        for (const { level, buffer } of figures.levels)
          expect(buffer ?? figures.buffer).toBe(ruleFor(inForce, mug, level)?.value ?? 0);
        if (rules.every(({ shop, locationId }) => shop === undefined && locationId === undefined))
          expect(figures.levels.map(({ buffer }) => buffer)).toEqual([null, null]);
      }),
    );
  });
});

describe("what a rule keeps back", () => {
  it("is units, a share or what was worked out; more in a peak, and never less than its floor", () => {
    const peakWindows = [{ from: day(27), to: day(28), factor: 2.5 }];
    expect(unitsKept(rule(), 45, 9, at(10))).toBe(3);
    expect(unitsKept(rule({ mode: "percent", value: 10 }), 45, 9, at(10))).toBe(5);
    expect(unitsKept(rule({ mode: "percent", value: 10 }), -4, 9, at(10))).toBe(0);
    expect(unitsKept(rule({ mode: "auto", value: 1 }), 45, 9, at(10))).toBe(9);
    expect(unitsKept(rule({ peakWindows }), 45, 9, at(28) - 1)).toBe(8);
    expect(unitsKept(rule({ peakWindows }), 45, 9, at(28))).toBe(3);
    expect(unitsKept(rule({ mode: "percent", value: 10, floor: 7 }), 45, 9, at(10))).toBe(7);
    expect(unitsKept(rule({ mode: "percent", value: 10, floor: 7 }), 95, 9, at(10))).toBe(10);
    expect(unitsKept(rule({ floor: 4, peakWindows }), 45, 9, at(27))).toBe(8);
    const longer = { from: day(26), to: day(29), factor: 2 };
    const overlapping = rule({ peakWindows: [longer, ...peakWindows, longer] });
    expect([26, 27, 28, 29].map((date) => unitsKept(overlapping, 45, 9, at(date)))).toEqual([
      6, 8, 6, 3,
    ]);
  });
});

describe("rules that somebody sends", () => {
  const faultsIn = (...items: unknown[]) => {
    const parsed = parseBuffers(items, group);
    return parsed.ok ? [] : parsed.errors.map((error) => error.field);
  };
  const one = (more: object) => ({ ...base, ...more });

  it("are refused by the name of the field, with the way out, where they are wrong", () => {
    expect(faultsIn(one({}), one({ sku: "MUG" }), one({ mode: "auto", value: 0.5 }))).toEqual([
      "items.2.sku",
    ]);
    expect(faultsIn(one({ groupId: "grp_2", mode: "most", value: "3" }))).toEqual([
      "items.0.groupId",
      "items.0.mode",
      "items.0.value",
    ]);
    expect(faultsIn(one({ value: 1.5 }), one({ sku: "A", mode: "percent", value: 101 }))).toEqual([
      "items.0.value",
      "items.1.value",
    ]);
    expect(faultsIn(one({ mode: "auto", value: 0 }), "rule", null)).toEqual([
      "items.0.value",
      "items.1",
      "items.2",
    ]);
    const peak = { from: day(27), to: day(28), factor: 2.5 };
    const wrong = { from: "soon", to: peak.from, factor: 0.5 };
    expect(faultsIn(one({ peakWindows: [peak, wrong, { ...peak, to: peak.from }] }))).toEqual([
      "items.0.peakWindows.1.from",
      "items.0.peakWindows.1.factor",
      "items.0.peakWindows.2.to",
    ]);
    expect(parseBuffers([one({})], null)).toMatchObject({ ok: false });
    expect(parseBuffers("rules", group)).toMatchObject({
      ok: false,
      errors: [{ field: "items" }],
    });
  });

  it.each([
    [{ floor: 1.5 }, "floor"],
    [{ floor: -1 }, "floor"],
    [{ floor: "3" }, "floor"],
    [{ priority: 0.5 }, "priority"],
    [{ priority: 1_001 }, "priority"],
    [{ shop: "elsewhere.myshopify.com" }, "shop"],
    [{ shop: "" }, "shop"],
    [{ locationId: place.locationId }, "shop"],
    [{ shop: north, locationId: "1" }, "locationId"],
    [{ shop: north, locationId: "gid://shopify/Collection/1" }, "locationId"],
    [{ collectionId: 7 }, "collectionId"],
    [{ sku: "MUG", collectionId: "gid://shopify/Collection/7" }, "collectionId"],
    [{ activeFrom: "soon" }, "activeFrom"],
    [{ activeFrom: "2026-11-27" }, "activeFrom"],
    [{ activeFrom: "2026-02-30T99:00:00Z" }, "activeFrom"],
    [{ activeUntil: "9999-12-31T23:00:00-05:00" }, "activeUntil"],
    [{ activeFrom: day(27), activeUntil: day(27) }, "activeUntil"],
  ])("%o is refused by %s", (more, field) => {
    expect(faultsIn(one(more))).toEqual([`items.0.${field}`]);
  });

  it.each([
    [{ from: "2026-11-27" }, "from"],
    [{ from: "27 Nov 2026 00:00:00 GMT" }, "from"],
    [{ from: "0999-11-27T00:00:00Z" }, "from"],
    [{ to: "9999-12-31T23:00:00-05:00" }, "to"],
    [{ to: "2026-11-28T00:00:00" }, "to"],
    [{ to: undefined }, "to"],
    [{ factor: 101 }, "factor"],
    [{ factor: "2" }, "factor"],
  ])("have no peak with %o", (more, field) => {
    const peakWindows = [{ from: day(27), to: day(28), factor: 100, ...more }];
    expect(faultsIn(one({ peakWindows }))).toEqual([`items.0.peakWindows.0.${field}`]);
  });

  it("stand as they were sent, times in UTC, without what was not said", () => {
    const said = one({
      floor: 0,
      priority: -3,
      ...place,
      collectionId: "gid://shopify/Collection/7",
      activeFrom: day(27),
      peakWindows: [{ from: day(28), to: day(29), factor: 1 }],
    });
    const sent = {
      ...said,
      activeFrom: "2026-11-27T01:00:00+01:00",
      activeUntil: null,
      peakWindows: [
        {
          from: "2026-11-28T01:00:00+01:00",
          to: "2026-11-28T19:00:00.000-05:00",
          factor: 1,
          note: "Sale",
        },
      ],
    };
    expect(parseBuffers([sent], group)).toEqual({ ok: true, rules: [said] });
  });

  it("may say more about the same for another place or time, but not twice the same", () => {
    const timed = one({ activeFrom: day(27), activeUntil: day(28) });
    expect(faultsIn(one({}), one({ shop: north }), one(place), timed)).toEqual([]);
    expect(faultsIn(timed, { ...timed, priority: 2 })).toEqual(["items.1.sku"]);
    expect(faultsIn(one({ shop: north }), one({ shop: north, value: 9 }))).toEqual(["items.1.sku"]);
    const many = Array.from({ length: 51 }, (_, index) =>
      one({ collectionId: `gid://shopify/Collection/${String(index)}` }),
    );
    expect(faultsIn(...many)).toEqual(["items"]);
  });
});
