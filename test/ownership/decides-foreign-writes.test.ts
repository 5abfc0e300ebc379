import { describe, expect, it } from "vitest";
import { decideForeignWrite, type ForeignChange } from "#app/ownership/index.server.ts";
import type { ForeignWritePolicy } from "#app/ownership/types.ts";

const rule = (onForeignWrite: ForeignWritePolicy, owner = "sys_1") => ({
  domain: "inventory" as const,
  owner,
  onForeignWrite,
});

/** Ten available, two committed, twelve on hand. */
const before = { available: 10, onHand: 12, committed: 2 };

const stock = (
  after: { available: number | null; onHand: number | null; committed: number | null },
  more: Partial<Extract<ForeignChange, { kind: "stock" }>> = {},
): ForeignChange => ({ kind: "stock", before, after, commerce: false, ours: false, ...more });

const decide = (change: ForeignChange, policy: ForeignWritePolicy = "flag", source = "webhook") =>
  decideForeignWrite({ rule: rule(policy), source, change });

describe("a change of stock under a warehouse's rule", () => {
  it("is nobody's business when a sale explains it: on hand stays", () => {
    expect(decide(stock({ available: 8, onHand: 12, committed: 4 }))).toEqual({ verdict: "none" });
    expect(decide(stock({ available: 25, onHand: 27, committed: 2 }, { commerce: true }))).toEqual({
      verdict: "none",
    });
  });

  it("is foreign when somebody moved what is on hand", () => {
    const edited = stock({ available: 25, onHand: 27, committed: 2 });
    expect(decide(edited)).toMatchObject({
      verdict: "flag",
      cause: "Stock on hand was changed by +15 in Shopify.",
      before: { available: 10 },
    });
    expect(decide(edited, "revert")).toMatchObject({ verdict: "revert", set: { available: 10 } });
    expect(decide(edited, "accept")).toEqual({ verdict: "accept" });
  });

  it("is never put back when something was sold besides: nobody knows the owner's number", () => {
    const both = stock({ available: 24, onHand: 27, committed: 3 });
    expect(decide(both, "revert")).toMatchObject({ verdict: "flag" });
  });

  it("has to be counted where only what is available is known", () => {
    expect(decide(stock({ available: 9, onHand: null, committed: null }))).toEqual({
      verdict: "count",
    });
  });

  it("is none where there is nothing to compare with, or nothing changed", () => {
    const after = { available: 9, onHand: 11, committed: 2 };
    expect(decide(stock(after, { before: null }))).toEqual({ verdict: "none" });
    expect(decide(stock({ ...before }))).toEqual({ verdict: "none" });
  });

  it("of ours, of the owner, or under Shopify's own rule is none", () => {
    const edited = stock({ available: 25, onHand: 27, committed: 2 });
    expect(decide({ ...edited, ours: true })).toEqual({ verdict: "none" });
    expect(decide(edited, "revert", "system")).toEqual({ verdict: "none" });
    expect(
      decideForeignWrite({ rule: rule("revert", "shopify"), source: "webhook", change: edited }),
    ).toEqual({ verdict: "none" });
  });
});

describe("a change of fields under a CRM's rule", () => {
  const fields = (
    more: Partial<Extract<ForeignChange, { kind: "fields" }>>,
  ): Extract<ForeignChange, { kind: "fields" }> => ({
    kind: "fields",
    domain: "customers",
    before: { firstName: "Ann", note: null },
    after: { firstName: "Anne", note: null },
    created: false,
    deleted: false,
    ours: false,
    ...more,
  });

  it("is foreign, and names what changed", () => {
    expect(decide(fields({}))).toEqual({
      verdict: "flag",
      cause: "Changed in Shopify: firstName.",
      before: { firstName: "Ann" },
    });
  });

  it("is none when nothing an owner can write changed", () => {
    expect(decide(fields({ after: { firstName: "Ann" } }))).toEqual({ verdict: "none" });
    expect(decide(fields({ before: null }))).toEqual({ verdict: "none" });
  });

  it("that creates somebody who bought is commerce; a new product under a PIM is not", () => {
    expect(decide(fields({ created: true, before: null }))).toEqual({ verdict: "none" });
    expect(decide(fields({ created: true, before: null, domain: "products" }))).toMatchObject({
      verdict: "flag",
    });
  });

  it("that deletes is foreign, and cannot be put back", () => {
    expect(decide(fields({ deleted: true, after: {} }), "revert")).toMatchObject({
      verdict: "flag",
      before: { firstName: "Ann" },
    });
  });
});
