import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMs, formatSeconds, formatTarget } from "#app/ui/format/duration.ts";
import { idTail, resourceLabel } from "#app/ui/format/ids.ts";
import { indentJson } from "#app/ui/format/json.ts";
import {
  countOf,
  formatCappedCount,
  formatCompact,
  formatCount,
  formatPercent,
} from "#app/ui/format/number.ts";
import { valueText } from "#app/ui/side-values.tsx";

describe("counts", () => {
  it("have thousands separators, and say when they were cut off", () => {
    expect([0, 999, 1_204, 1_234_567].map(formatCount)).toEqual(["0", "999", "1,204", "1,234,567"]);
    expect(formatCappedCount(10_000, true)).toBe("10,000+");
    expect(formatCappedCount(10_000, false)).toBe("10,000");
  });

  it("have a minus, not a hyphen", () => {
    expect([-6, -1_204].map(formatCount)).toEqual(["−6", "−1,204"]);
    expect([formatCompact(-1_234), formatPercent(-18)]).toEqual(["−1.2k", "−18 %"]);
  });

  it("agree with their noun", () => {
    expect(countOf(1, "event")).toBe("1 event");
    expect(countOf(0, "event")).toBe("0 events");
    expect(countOf(1_400, "delivery", "deliveries")).toBe("1,400 deliveries");
  });

  it("fit beside an axis: three digits, one decimal and one letter at most", () => {
    expect([0, 0.5, 4, 1_234, 45_000, 2_500_000].map(formatCompact)).toEqual([
      "0",
      "0.5",
      "4",
      "1.2k",
      "45k",
      "2.5M",
    ]);
    expect(formatCompact(999.96)).toBe("1k");
    expect(formatCompact(999_999)).toBe("1M");
    fc.assert(
      fc.property(fc.double({ min: 0, max: 9e11, noNaN: true }), (value) => {
        expect(formatCompact(value)).toMatch(/^\d{1,3}(\.\d)?[kMB]?$/);
      }),
    );
  });

  it("as a share never claim all or nothing unless it is exactly that", () => {
    expect([0, 0.04, 50, 99.96, 100].map(formatPercent)).toEqual([
      "0 %",
      "< 0.1 %",
      "50 %",
      "> 99.9 %",
      "100 %",
    ]);
  });
});

describe("spans of time", () => {
  it("have one unit and two digits that matter", () => {
    expect([0, 0.008, 0.84, 0.9996, 1.24, 45, 119].map(formatSeconds)).toEqual([
      "0 ms",
      "8 ms",
      "840 ms",
      "1 s",
      "1.2 s",
      "45 s",
      "119 s",
    ]);
    expect([200, 3_600 * 5, 86_400 * 4].map(formatSeconds)).toEqual(["3.3 min", "5 h", "4 days"]);
    expect(formatMs(1_500)).toBe("1.5 s");
  });

  it("are never negative: clocks of two machines differ", () => {
    expect(formatSeconds(-3)).toBe("0 ms");
  });

  it("grow with the span: a longer one never reads as a shorter one", () => {
    const units: Record<string, number> = { ms: 0.001, s: 1, min: 60, h: 3_600, days: 86_400 };
    const read = (text: string) => {
      const [number, unit] = text.split(" ");
      return Number(number) * (units[unit ?? ""] ?? Number.NaN);
    };
    const span = fc.double({ min: 0, max: 1e7, noNaN: true });
    fc.assert(
      fc.property(span, span, (a, b) => {
        const [short, long] = a < b ? [a, b] : [b, a];
        expect(read(formatSeconds(short))).toBeLessThanOrEqual(read(formatSeconds(long)));
      }),
    );
  });

  it("promised as a target are whole", () => {
    expect([30, 60, 90, 900, 7_200].map(formatTarget)).toEqual([
      "30 s",
      "1 min",
      "90 s",
      "15 min",
      "2 h",
    ]);
  });
});

describe("ids", () => {
  it("are told apart by their tail, digit for digit", () => {
    expect(idTail("gid://shopify/Order/9007199254740993")).toBe("…740993");
    expect(idTail("gid://shopify/InventoryLevel/123456789?inventory_item_id=7")).toBe("…456789");
    expect(idTail("1001")).toBe("1001");
  });

  it("give way to a SKU where there is one", () => {
    const id = "gid://shopify/ProductVariant/9007199254740993";
    expect(resourceLabel({ type: "ProductVariant", id, sku: "MUG-RED" })).toBe("Variant MUG-RED");
    expect(resourceLabel({ type: "InventoryLevel", id, sku: null })).toBe("Stock level …740993");
    expect(resourceLabel({ type: "Metaobject", id, sku: null })).toBe("Metaobject …740993");
  });
});

describe("JSON", () => {
  it("is indented without losing a digit of an id beyond 2^53", () => {
    expect(indentJson('{"id":9007199254740993,"tags":[],"lines":[{"q":1.0}]}')).toBe(
      '{\n  "id": 9007199254740993,\n  "tags": [],\n  "lines": [\n    {\n      "q": 1.0\n    }\n  ]\n}',
    );
  });

  it("means the same after it was indented", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(indentJson(text))).toEqual(JSON.parse(text));
        expect(indentJson(text)).toBe(JSON.stringify(JSON.parse(text), null, 2));
      }),
    );
  });

  it("that was cut off is shown as it came", () => {
    expect(indentJson('{"id":1,"na')).toBe('{"id":1,"na');
  });
});

it("writes what a side has with a minus, and text as it is", () => {
  expect([-29, 4, "a-b", null].map(valueText)).toEqual(["−29", "4", "a-b", "nothing"]);
});
