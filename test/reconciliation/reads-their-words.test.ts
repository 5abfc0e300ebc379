import { describe, expect, it } from "vitest";
import { differsFromRecord } from "#app/reconciliation/compare-fields.ts";
import { parseSnapshotLine } from "#app/reconciliation/parse-snapshot-line.ts";

const names = { sku: "item_code", available: "qty_on_hand" };
const read = (row: object) => parseSnapshotLine("inventory", JSON.stringify(row), names);

describe("a line in the system's own words", () => {
  it("is read as if it were in ours", () => {
    const read_ = read({ item_code: "MUG", qty_on_hand: 4, locationId: "7" });
    expect(read_).toMatchObject({ error: null, ignored: [], record: { fields: { available: 4 } } });
    expect(read_.record?.key).toBe('["sku","MUG","gid://shopify/Location/7"]');
  });

  it("may use our word for something else", () => {
    expect(read({ item_code: "MUG", qty_on_hand: 4, available: true, sku: 9 })).toMatchObject({
      error: null,
      ignored: ["available", "sku"],
      record: { key: '["sku","MUG"]', fields: { available: 4 } },
    });
  });

  it("has its faults told in those words", () => {
    expect(read({ item_code: "MUG", available: 4 }).error?.field).toBe("qty_on_hand");
    expect(read({ sku: "MUG", qty_on_hand: 4 }).error?.field).toBe("item_code");
  });

  it("cannot reach what no line has", () => {
    const line = '{"item_code":"MUG","__proto__":{"qty_on_hand":4}}';
    expect(parseSnapshotLine("inventory", line, names).error?.field).toBe("qty_on_hand");
  });
});

describe("numbers that may differ a little", () => {
  it.each([
    [{ available: 10 }, { available: 12 }, { available: 2 }, []],
    [{ available: 10 }, { available: 13 }, { available: 2 }, ["available"]],
    [{ available: 10 }, { available: 11 }, {}, ["available"]],
    [{ price: "0.30" }, { price: 0.1 }, { price: 0.2 }, []],
    [{ price: "10.00" }, { price: "10.02" }, { price: 0.01 }, ["price"]],
    [{ price: "10.00" }, { price: null }, { price: 100 }, ["price"]],
    [
      { price: "10.00", compareAtPrice: "12" },
      { compareAtPrice: "13" },
      { price: 5 },
      ["compareAtPrice"],
    ],
  ])("%j and %j within %j differ in %j", (shopify, record, within, fields) => {
    expect(differsFromRecord(shopify, record, within as Record<string, number>)).toEqual(fields);
  });
});
