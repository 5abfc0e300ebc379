import { describe, expect, it } from "vitest";
import { comparableOf, fieldsOf, sameFields } from "#app/processing/fields-of.ts";

describe("one price", () => {
  it.each([
    ["23600", "23600.00"],
    ["10.125", "10.1250"],
    ["0.000", "0.00"],
  ])("says the same as %s and as %s", (price, other) => {
    const told = (text: string) => fieldsOf("ProductVariant", { price: text });
    expect(told(price)).toEqual(told(other));
  });

  it("says something else where it differs in the third place", () => {
    const told = (text: string) => comparableOf("ProductVariant", { price: text });
    expect(sameFields(told("10.125"), told("10.120"))).toBe(false);
  });
});

describe("one product, as a webhook and as an Event tell it", () => {
  const webhook = { title: "Mug", status: "active", tags: "blue, Sale" };
  const same = (event: Readonly<Record<string, unknown>>) =>
    sameFields(comparableOf("Product", webhook), comparableOf("Product", event));

  it("says the same in capitals, as a list, and in any order", () => {
    expect(same({ title: "Mug", status: "ACTIVE", tags: ["Sale", "blue"] })).toBe(true);
  });

  it("says the same where the Event was asked for less", () => {
    expect(same({ title: "Mug" })).toBe(true);
  });

  it("says something else where a tag is gone", () => {
    expect(same({ title: "Mug", tags: ["blue"] })).toBe(false);
    expect(same({ title: "Mug", tags: [] })).toBe(false);
  });
});
