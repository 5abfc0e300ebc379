import { describe, expect, it } from "vitest";
import { judgeNets, type NetLedgers } from "./judge-nets.ts";

const held = new Map<string, unknown>([
  ["a", 2],
  ["b", 9],
]);
const system = {
  name: "warehouse",
  held,
  applied: 3,
  distinct: 3,
  regressions: 0,
  owed: new Set<string>(),
};

/** The last change of a was told; that of b was not, and was found. */
const good: NetLedgers = {
  edits: [
    { id: "a", eventId: "1", value: 1, atMs: 1_000 },
    { id: "a", eventId: "2", value: 2, atMs: 9_000 },
    { id: "b", eventId: "3", value: 9, atMs: 9_500 },
  ],
  told: new Set(["1 a", "2 a"]),
  found: [{ id: "b", atMs: 9_000 }],
  counted: 1,
  systems: [system],
};
const judged = (change: Partial<NetLedgers>) => judgeNets({ ...good, ...change });

describe("a verdict on what polls found", () => {
  it("passes when all that was planted was found and everybody has it", () => {
    expect(judged({})).toMatchObject({ planted: 1, found: 1, invented: 0, lost: 0, passed: true });
  });

  it("fails on what nobody found, or found of another moment", () => {
    expect(judged({ found: [], counted: 0 })).toMatchObject({ found: 0, lost: 1, passed: false });
    const elsewhere = judged({ found: [{ id: "b", atMs: 60_000 }] });
    expect(elsewhere).toMatchObject({ found: 0, invented: 1, lost: 1, passed: false });
  });

  it("fails on what is said to be missed though it was told, and on a wrong count", () => {
    const found = [...good.found, { id: "a", atMs: 9_000 }];
    expect(judged({ found, counted: 2 })).toMatchObject({ invented: 1, passed: false });
    expect(judged({ counted: 2 })).toMatchObject({ invented: 1, passed: false });
  });

  it("fails when a system lags behind, was told twice, or is owed something", () => {
    const withSystem = (change: Partial<typeof system>) =>
      judged({ systems: [{ ...system, ...change }] });
    expect(withSystem({ held: new Map() })).toMatchObject({ converged: false, passed: false });
    expect(withSystem({ applied: 4 })).toMatchObject({ appliedTwice: 1, passed: false });
    expect(withSystem({ regressions: 1 })).toMatchObject({ appliedTwice: 1, passed: false });
    expect(withSystem({ owed: new Set(["b"]) })).toMatchObject({ dead: 1, passed: false });
  });
});
