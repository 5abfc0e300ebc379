import { describe, expect, it } from "vitest";
import { decideLink, type LinkFacts } from "#app/coordination/decide-link.ts";

const item = (itemId: string, sku: string, barcode: string | null = null) => ({
  itemId,
  sku,
  barcode,
});
const decide = (facts: Partial<LinkFacts>) =>
  decideLink({ sku: "TENT", barcodes: ["40"], candidates: [], chosen: null, ...facts });

describe("which article of a store a pool is of", () => {
  it("is the one that carries its SKU, where no barcode contradicts", () => {
    expect(decide({ candidates: [item("a", "TENT", "40")] })).toEqual({
      kind: "link",
      itemId: "a",
    });
    expect(decide({ candidates: [item("a", "TENT")] })).toEqual({ kind: "link", itemId: "a" });
    expect(decide({ barcodes: [], candidates: [item("a", "TENT", "41")] })).toEqual({
      kind: "link",
      itemId: "a",
    });
    expect(decide({ barcodes: ["39", "40"], candidates: [item("a", "TENT", "40")] }).kind).toBe(
      "link",
    );
  });

  it("is the one with its barcode, where it has no SKU of its own", () => {
    expect(decide({ candidates: [item("a", "", "40")] })).toEqual({ kind: "link", itemId: "a" });
    // What carries the SKU goes before what has the barcode.
    expect(decide({ candidates: [item("a", "", "40"), item("b", "TENT")] })).toEqual({
      kind: "link",
      itemId: "b",
    });
  });

  it("is for somebody to say, where it is not certain", () => {
    const doubts: [LinkFacts["candidates"], string][] = [
      [[item("a", "TENT", "40"), item("b", "TENT")], "sku_twice"],
      [[item("a", "TENT", "41")], "other_barcode"],
      [[item("a", "TENT", "41"), item("b", "", "40")], "other_barcode"],
      [[item("a", "TENT-2", "40")], "other_sku"],
      [[item("a", "", "40"), item("b", "TENT-2", "40")], "barcode_twice"],
    ];
    for (const [candidates, reason] of doubts)
      expect(decide({ candidates })).toEqual({ kind: "doubt", reason });
  });

  it("is none, where nothing is like it", () => {
    expect(decide({})).toEqual({ kind: "none" });
    expect(decide({ barcodes: [], candidates: [item("a", "", "40")] })).toEqual({ kind: "none" });
    expect(decide({ candidates: [item("a", "OTHER", "41")] })).toEqual({ kind: "none" });
  });

  it("is what a person said, whatever SKUs and barcodes say", () => {
    const candidates = [item("a", "TENT", "40")];
    expect(decide({ candidates, chosen: { kind: "apart" } })).toEqual({ kind: "none" });
    expect(decide({ candidates, chosen: { kind: "tied", itemId: "z" } })).toEqual({
      kind: "link",
      itemId: "z",
    });
  });
});
