import { describe, expect, it } from "vitest";
import { parseBuffers } from "#app/coordination/parse-buffers.ts";
import type { BufferRule } from "#app/coordination/types.ts";
import { momentOf, wallTime } from "#app/freshness/index.server.ts";
import { beginningsOf } from "#app/routes/app.store-group/beginnings.ts";
import {
  asItems,
  draftOf,
  formErrors,
  newPeak,
  newRule,
} from "#app/routes/app.store-group/buffer-draft.ts";
import { peakWords } from "#app/routes/app.store-group/peak-words.ts";
import { formatSpan } from "#app/ui/format/number.ts";

/** Rules as the form for buffers holds them, and back. */

const timeZone = "America/New_York";
const north = "north.myshopify.com";
const clock = {
  wallTime: (atMs: number) => wallTime(atMs, timeZone),
  momentOf: (time: string) => momentOf(time, timeZone),
};
const base = { groupId: "grp_1", sku: null, mode: "fixed", value: 3, peakWindows: [] } as const;
const back = (rule: BufferRule) => asItems([draftOf(rule, clock)], "grp_1", clock)[0];

describe("a draft of a buffer rule", () => {
  it("is sent as the rule was, whatever the form does not show", () => {
    const rules: BufferRule[] = [
      base,
      { ...base, sku: "MUG", floor: 0, priority: -2 },
      { ...base, collectionId: "gid://shopify/Collection/7", shop: "north.myshopify.com" },
      {
        ...base,
        shop: "north.myshopify.com",
        locationId: "gid://shopify/Location/1",
        peakWindows: [
          { from: "2026-11-27T05:00:31.250Z", to: "2026-11-28T05:00:00.000Z", factor: 2.5 },
          { from: "2026-12-24T05:00:00.000Z", to: "2026-12-27T04:59:59.999Z", factor: 100 },
        ],
        activeFrom: "2026-11-27T05:00:31.250Z",
        activeUntil: "2026-11-28T05:00:00.000Z",
      },
    ];
    for (const rule of rules) expect(back(rule)).toEqual(rule);
  });

  it("is sent with the moment at which the store's clocks show what was typed", () => {
    const rule = { ...base, activeFrom: "2026-11-27T05:00:31.250Z" };
    const draft = draftOf(rule, clock);
    expect(draft.from).toBe("2026-11-27T00:00");
    const typed = { ...draft, from: "2026-07-01T00:00", until: "soon" };
    expect(asItems([typed], "grp_1", clock)).toMatchObject([
      { activeFrom: "2026-07-01T04:00:00.000Z", activeUntil: "soon" },
    ]);
    expect(asItems([{ ...typed, from: "", until: "" }], "grp_1", clock)).toEqual([base]);
  });

  it("has peaks, at the moments at which the store's clocks show what was typed", () => {
    const peak = { from: "2026-11-27T05:00:31.250Z", to: "2026-11-28T05:00:00.000Z", factor: 2 };
    const draft = draftOf({ ...base, peakWindows: [peak] }, clock);
    expect(draft.peakWindows).toMatchObject([
      { from: "2026-11-27T00:00", to: "2026-11-28T00:00", factor: "2" },
    ]);
    const [saved = newPeak] = draft.peakWindows;
    const typed = [
      { ...saved, to: "2026-11-27T12:00", factor: "1.5" },
      { ...newPeak, from: "2026-07-01T00:00", to: "soon", factor: "" },
      newPeak,
    ];
    expect(asItems([{ ...draft, peakWindows: typed }], "grp_1", clock)).toMatchObject([
      {
        peakWindows: [
          { from: peak.from, to: "2026-11-27T17:00:00.000Z", factor: 1.5 },
          { from: "2026-07-01T04:00:00.000Z", to: "soon", factor: NaN },
          { from: undefined, to: undefined, factor: 2 },
        ],
      },
    ]);
    expect(asItems([{ ...draft, peakWindows: [] }], "grp_1", clock)).toEqual([base]);
  });

  it("that is wrong is refused at its very field, in the form's words", () => {
    const peaks = [
      newPeak,
      { ...newPeak, from: "2026-11-27T00:00", to: "2026-11-26T23:59", factor: "0.5" },
    ];
    const refused = (peakWindows: typeof peaks) => {
      const items = asItems([newRule, { ...newRule, where: north, peakWindows }], "grp_1", clock);
      const parsed = parseBuffers(items, { id: "grp_1", shops: [north] });
      return parsed.ok ? [] : formErrors(parsed.errors);
    };
    const at = (field: string, message: string) => ({
      field: `items.1.peakWindows.${field}`,
      message,
    });
    expect(refused(peaks)).toEqual([
      at("0.from", "Enter a date and a time."),
      at("0.to", "Enter a date and a time."),
      at("1.to", "It has to be after the time at which the peak begins."),
      at("1.factor", "Enter a number from 1 to 100."),
    ]);
    expect(refused(Array.from({ length: 21 }, () => newPeak))).toEqual([
      {
        field: "items.1.peakWindows",
        message: "A rule has at most 20 peaks: remove some.",
      },
    ]);
  });

  it("that is empty where something has to be said is refused in the form's words", () => {
    const items = asItems(
      [
        { ...newRule, about: "article", value: "" },
        { ...newRule, about: "collection" },
      ],
      "grp_1",
      clock,
    );
    expect(items).toMatchObject([{ sku: "", value: NaN }, { collectionId: "" }]);
    const said = (field: string, message: string) => formErrors([{ field, message }])[0]?.message;
    expect(said("items.1.collectionId", "Use a collection's id, like gid")).toBe(
      "Choose a collection.",
    );
    expect(said("items.1.activeUntil", "It has to be after activeFrom.")).not.toContain(
      "activeFrom",
    );
    expect(said("items.1.value", "Use a number, like 5.")).toBe("Use a number, like 5.");
  });
});

describe("the peaks of a rule", () => {
  const peakOf = (from: string, to: string, factor = "3") => ({ ...newPeak, from, to, factor });
  const [friday, saturday, sunday, monday] = [
    "2026-11-27T00:00",
    "2026-11-28T00:00",
    "2026-11-29T12:30",
    "2026-11-30T00:00",
  ] as const;
  const words = (now: string, peaks: readonly (typeof newPeak)[], more = {}) =>
    peakWords({ ...newRule, peakWindows: peaks, ...more }, now);

  it("are told in one line: the one it is in, or else the next", () => {
    const peaks = [peakOf(sunday, monday, "1.5"), peakOf(friday, saturday)];
    expect(words("2026-11-26T23:59", peaks)).toBe(
      "Peak from 27 Nov, 12:00 am until 28 Nov, 12:00 am: 3 times as much is kept back. 1 more peak is ahead.",
    );
    expect(words(friday, peaks)).toBe(
      "Peak until 28 Nov, 12:00 am: 3 times as much is kept back. 1 more peak is ahead.",
    );
    expect(words(saturday, peaks)).toBe(
      "Peak from 29 Nov, 12:30 pm until 30 Nov, 12:00 am: 1.5 times as much is kept back.",
    );
    expect(words(monday, peaks)).toBeNull();
    expect(words("2025-11-27T00:00", [peakOf(friday, saturday)])).toContain("27 Nov 2026");
  });

  it("are told by the one that counts where they overlap, and only in the rule's own time", () => {
    const peaks = [peakOf(friday, monday, "2"), peakOf(friday, saturday, "10")];
    expect(words(friday, peaks)).toBe(
      "Peak until 28 Nov, 12:00 am: 10 times as much is kept back.",
    );
    expect(words(friday, peaks, { from: saturday, until: sunday })).toBe(
      "Peak from 28 Nov, 12:00 am until 29 Nov, 12:30 pm: 2 times as much is kept back.",
    );
    expect(words(friday, peaks, { until: friday })).toBeNull();
  });

  it("are not told while they are none yet", () => {
    for (const peak of [
      newPeak,
      peakOf(friday, ""),
      peakOf(friday, friday),
      peakOf(friday, saturday, ""),
      peakOf(friday, saturday, "1"),
      // As a year is typed.
      peakOf(friday, "202611-11-28T00:00"),
      peakOf("202611-11-27T00:00", "202611-11-28T00:00"),
    ])
      expect([peak, words(friday, [peak])]).toEqual([peak, null]);
    expect(words(friday, [peakOf(friday, saturday)], { from: "202611-11-27T00:00" })).toBeNull();
  });

  it("begin at moments that are looked at before they are saved, like the rules themselves", () => {
    const day = (date: number) => `2026-11-${String(date)}T00:00:00.000Z`;
    const peakWindows = [28, 12, 9, 20].map((date) => ({
      from: day(date),
      to: day(29),
      factor: 2,
    }));
    const rules = [
      { peakWindows },
      { peakWindows: [], activeFrom: day(11) },
      { peakWindows, activeFrom: day(15), activeUntil: day(28) },
      { peakWindows: [], activeFrom: day(8) },
    ];
    const from = (date: number) => beginningsOf(rules, Date.parse(day(date)));
    expect(from(10)).toEqual([11, 12, 15, 20, 28].map(day));
    expect(from(20)).toEqual([day(28)]);
    expect(beginningsOf(rules.slice(2), Date.parse(day(10)))).toEqual([15, 20].map(day));
  });
});

it("figures that differ by store are told as a span", () => {
  expect([formatSpan([5]), formatSpan([5, 5]), formatSpan([1_200, 0, 7])]).toEqual([
    "5",
    "5",
    "0–1,200",
  ]);
});
