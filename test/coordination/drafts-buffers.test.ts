import { describe, expect, it } from "vitest";
import type { BufferRule } from "#app/coordination/types.ts";
import { momentOf, wallTime } from "#app/freshness/index.server.ts";
import { asItems, draftOf, formErrors, newRule } from "#app/routes/app.store-group/buffer-draft.ts";
import { formatSpan } from "#app/ui/format/number.ts";

/** Rules as the form for buffers holds them, and back. */

const timeZone = "America/New_York";
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
        peakWindows: [{ from: "2026-11-27", to: "2026-11-28", factor: 2 }],
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

it("figures that differ by store are told as a span", () => {
  expect([formatSpan([5]), formatSpan([5, 5]), formatSpan([1_200, 0, 7])]).toEqual([
    "5",
    "5",
    "0–1,200",
  ]);
});
