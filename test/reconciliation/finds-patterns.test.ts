import { describe, expect, it } from "vitest";
import { findPatterns } from "#app/reconciliation/find-patterns.ts";
import type { AlikeRow } from "#app/reconciliation/finding-store.ts";

const row = (quarter: string | null, count: number, more: Partial<AlikeRow> = {}): AlikeRow => ({
  system: "wms",
  kind: "value",
  field: "available",
  quarter: quarter === null ? null : new Date(quarter),
  count,
  ...more,
});

describe("what differs most", () => {
  it("is counted by field and system, the most first, five at most", () => {
    const rows = ["a", "b", "c", "d", "e", "f"].map((field, index) =>
      row("2026-11-20T10:00:00Z", index + 1, { field }),
    );
    expect(findPatterns(rows, "UTC").map(({ field, count }) => [field, count])).toEqual([
      ["f", 6],
      ["e", 5],
      ["d", 4],
      ["c", 3],
      ["b", 2],
    ]);
  });

  it("names the hour of the shop's day that half of it fell into, over all days", () => {
    const rows = [
      row("2026-11-20T18:00:00Z", 2),
      row("2026-11-22T18:45:00Z", 1),
      row("2026-11-22T09:00:00Z", 2),
      row(null, 1),
    ];
    const pattern = { system: "wms", kind: "value", field: "available", count: 6 };
    expect(findPatterns(rows, "America/New_York")).toEqual([
      { ...pattern, hour: { of: 13, count: 3 } },
    ]);
    // Nepal is 5:45 ahead: 18:00 and 18:45 are in different hours there.
    expect(findPatterns(rows, "Asia/Kathmandu")).toEqual([{ ...pattern, hour: null }]);
  });

  it("follows the clocks: one hour of the day before and after they change", () => {
    const rows = [row("2026-10-31T17:00:00Z", 2), row("2026-11-02T18:00:00Z", 2)];
    expect(findPatterns(rows, "America/New_York")[0]?.hour).toEqual({ of: 13, count: 4 });
  });

  it("makes no hour of two differences, nor of fewer than half", () => {
    expect(findPatterns([row("2026-11-20T18:00:00Z", 2)], "UTC")[0]?.hour).toBeNull();
    const spread = [10, 11, 12].map((hour) => row(`2026-11-20T${String(hour)}:00:00Z`, 3));
    expect(findPatterns(spread, "UTC")[0]?.hour).toBeNull();
  });
});
