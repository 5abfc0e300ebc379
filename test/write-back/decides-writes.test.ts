import { describe, expect, it } from "vitest";
import { checkFields, decideFields, inOneForm } from "#app/write-back/decide-fields.ts";
import { checkStock, decideStock } from "#app/write-back/decide-stock.ts";
import { checkChange } from "#app/write-back/index.server.ts";

const noon = Date.parse("2026-11-23T12:00:00Z");
const target = (fields: Record<string, string | number | null>, changedAtMs = noon) => ({
  id: "gid://shopify/X/1",
  sku: null,
  fields,
  changedAtMs,
});
const level = (available: number | null, onHand: number | null, changedAtMs = noon) =>
  target({ available, onHand }, changedAtMs);

describe("a write of what is available", () => {
  const wanted = { set: { available: 7 }, basedOnMs: noon };

  it("expects what was just read", () => {
    expect(decideStock(wanted, level(10, 12))).toEqual({
      kind: "write",
      attempt: { expected: { available: 10 }, set: { available: 7 }, echo: { available: 7 } },
    });
  });

  it("does not go over a newer number, so that no sale is undone", () => {
    const sold = level(9, 12, noon + 1);
    expect(decideStock(wanted, sold)).toMatchObject({ kind: "conflict" });
    expect(decideStock({ ...wanted, basedOnMs: null }, sold)).toMatchObject({ kind: "write" });
  });

  it("is done when it is so already, however new that is", () => {
    expect(decideStock(wanted, level(7, 12, noon + 1))).toEqual({ kind: "done" });
  });

  it("is impossible where there is no stock to set", () => {
    expect(decideStock(wanted, null)).toMatchObject({ kind: "impossible" });
    expect(decideStock(wanted, level(null, 12))).toMatchObject({ kind: "impossible" });
  });
});

describe("a write of what is on hand", () => {
  it("goes over a sale, and leaves what is committed alone", () => {
    const wanted = { set: { onHand: 20 }, basedOnMs: noon };
    expect(decideStock(wanted, level(8, 12, noon + 60_000))).toEqual({
      kind: "write",
      attempt: { expected: { onHand: 12 }, set: { onHand: 20 }, echo: { available: 16 } },
    });
  });
});

describe("stock that is to be set", () => {
  it("is one number, of what is available or on hand", () => {
    expect(checkStock({ available: 5 })).toBeNull();
    expect(checkStock({ available: -1 })).toBeNull();
    expect(checkStock({ onHand: 0 })).toBeNull();
  });

  it.each([
    [{}, "set"],
    [{ available: 1, onHand: 2 }, "set"],
    [{ colour: "red" }, "set.colour"],
    [{ available: 1.5 }, "set.available"],
    [{ available: null }, "set.available"],
    [{ available: "5" }, "set.available"],
    [{ onHand: 1_000_000_001 }, "set.onHand"],
    [{ onHand: -1 }, "set.onHand"],
    [{ available: -1_000_000_001 }, "set.available"],
  ])("%j is refused by the name of %s", (set, field) => {
    expect(checkStock(set)).toMatchObject({ field });
  });
});

describe("a write of fields", () => {
  const shirt = target({ title: "Shirt", vendor: "Acme", tags: "a, b" });

  it("expects what was just read, and sets no more than what differs", () => {
    const set = { title: "Blue shirt", vendor: "Acme" };
    expect(decideFields({ set, basedOnMs: null }, shirt)).toEqual({
      kind: "write",
      attempt: {
        expected: { title: "Shirt", vendor: "Acme" },
        set: { title: "Blue shirt" },
        echo: { title: "Blue shirt" },
      },
    });
  });

  it("is done when it is so already, in whatever words", () => {
    const set = inOneForm("Product", { tags: "b,a, b", title: "Shirt" });
    expect(decideFields({ set, basedOnMs: null }, shirt)).toEqual({ kind: "done" });
    expect(inOneForm("ProductVariant", { price: "12.9", compareAtPrice: "" })).toEqual({
      price: "12.90",
      compareAtPrice: null,
    });
    // Yen have no places, dinars three.
    expect(inOneForm("ProductVariant", { price: "23600", compareAtPrice: "10.125" })).toEqual({
      price: "23600.00",
      compareAtPrice: "10.125",
    });
  });

  it("holds the owner's word above Shopify's, unless the owner named a version that has passed", () => {
    const set = { title: "Blue shirt" };
    expect(decideFields({ set, basedOnMs: noon - 1 }, shirt)).toMatchObject({ kind: "conflict" });
    expect(decideFields({ set, basedOnMs: noon }, shirt)).toMatchObject({ kind: "write" });
  });

  it("is impossible where the record is gone", () => {
    expect(decideFields({ set: { title: "x" }, basedOnMs: null }, null)).toMatchObject({
      kind: "impossible",
    });
  });
});

describe("fields that are to be set", () => {
  it.each([
    ["Product", {}, "set"],
    ["Product", { colour: "red" }, "set.colour"],
    ["Product", { constructor: "red" }, "set.constructor"],
    ["Product", { title: "" }, "set.title"],
    ["Product", { title: 5 }, "set.title"],
    ["Product", { status: "sold" }, "set.status"],
    ["ProductVariant", { price: "-1" }, "set.price"],
    ["ProductVariant", { price: "1,50" }, "set.price"],
    ["ProductVariant", { price: null }, "set.price"],
    ["Order", { totalPrice: "1" }, "set.totalPrice"],
  ])("of a %s, %j, are refused by the name of %s", (type, set, field) => {
    expect(checkFields(type, set)).toMatchObject({ field });
  });

  it("may be emptied where Shopify can do without them", () => {
    expect(checkFields("ProductVariant", { compareAtPrice: null })).toBeNull();
    expect(checkFields("Customer", { note: "" })).toBeNull();
    expect(checkChange("fulfillments", { trackingNumber: "1Z" })).toBeNull();
  });
});
