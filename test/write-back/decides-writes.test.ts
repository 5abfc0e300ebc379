import { describe, expect, it } from "vitest";
import { decideWrite, readWanted } from "#app/write-back/decide-write.ts";

const noon = Date.parse("2026-11-23T12:00:00Z");
const current = { available: 10, onHand: 12, availableAtMs: noon };

describe("a write of what is available", () => {
  const wanted = { name: "available" as const, quantity: 7, basedOnMs: noon };

  it("expects what was just read", () => {
    expect(decideWrite(wanted, current)).toEqual({
      kind: "write",
      attempt: { name: "available", expected: 10, quantity: 7, availableAfter: 7 },
    });
  });

  it("does not go over a newer number, so that no sale is undone", () => {
    const sold = { ...current, available: 9, availableAtMs: noon + 1 };
    expect(decideWrite(wanted, sold)).toMatchObject({ kind: "conflict" });
    expect(decideWrite({ ...wanted, basedOnMs: null }, sold)).toMatchObject({ kind: "write" });
  });

  it("is done when it is so already, however new that is", () => {
    const same = { ...current, available: 7, availableAtMs: noon + 1 };
    expect(decideWrite(wanted, same)).toEqual({ kind: "done" });
  });

  it("is impossible where there is no stock to set", () => {
    expect(decideWrite(wanted, null)).toMatchObject({ kind: "impossible" });
    expect(decideWrite(wanted, { ...current, available: null })).toMatchObject({
      kind: "impossible",
    });
  });
});

describe("a write of what is on hand", () => {
  it("goes over a sale, and leaves what is committed alone", () => {
    const sold = { available: 8, onHand: 12, availableAtMs: noon + 60_000 };
    expect(decideWrite({ name: "on_hand", quantity: 20, basedOnMs: noon }, sold)).toEqual({
      kind: "write",
      attempt: { name: "on_hand", expected: 12, quantity: 20, availableAfter: 16 },
    });
  });
});

describe("what is to be set", () => {
  it("is one number, of what is available or on hand", () => {
    expect(readWanted({ available: 5 }, "2026-11-23T12:00:00Z")).toEqual({
      name: "available",
      quantity: 5,
      basedOnMs: noon,
    });
    expect(readWanted({ onHand: -1 }, undefined)).toEqual({
      name: "on_hand",
      quantity: -1,
      basedOnMs: null,
    });
  });

  it.each([
    [{}, undefined, /^set:/],
    [{ available: 1, onHand: 2 }, undefined, /^set:/],
    [{ colour: "red" }, undefined, /^set:/],
    [{ available: 1.5 }, undefined, /^set\.available:/],
    [{ available: null }, undefined, /^set\.available:/],
    [{ onHand: 1_000_000_001 }, undefined, /^set\.onHand:/],
    [{ available: 1 }, "yesterday", /^basedOnVersion:/],
  ])("%j based on %s is refused with the field's name", (set, basedOn, complaint) => {
    expect(readWanted(set, basedOn)).toEqual({ wrong: expect.stringMatching(complaint) as string });
  });
});
