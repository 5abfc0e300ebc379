import { describe, expect, it } from "vitest";
import { judge, type Ledgers, type SystemLedger } from "./verdict.ts";

const system: SystemLedger = {
  name: "warehouse",
  held: new Map([
    ["a", 2],
    ["b", 1],
  ]),
  applied: 2,
  distinct: 2,
  regressions: 0,
  owed: new Set(),
};

const good: Ledgers = {
  sent: 3,
  newest: new Map([
    ["a", 2],
    ["b", 1],
  ]),
  acknowledged: ["w1", "w2", "w3"],
  events: new Map([
    ["w1", "superseded"],
    ["w2", "applied"],
    ["w3", "applied"],
  ]),
  doubledChanges: 0,
  doubledEvents: 0,
  mirror: new Map([
    ["a", 2],
    ["b", 1],
  ]),
  systems: [system],
};

const withSystem = (change: Partial<SystemLedger>) =>
  judge({ ...good, systems: [{ ...system, ...change }] });

describe("a verdict", () => {
  it("passes when both ends agree", () => {
    expect(judge(good)).toEqual({
      sent: 3,
      acknowledged: 3,
      applied: 2,
      superseded: 1,
      dead: 0,
      lost: 0,
      appliedTwice: 0,
      converged: true,
      passed: true,
    });
  });

  it("counts as lost what was acknowledged and is not known", () => {
    const events = new Map([...good.events].filter(([id]) => id !== "w3"));
    expect(judge({ ...good, events })).toMatchObject({ lost: 1, passed: false });
  });

  it("counts as lost what a system neither has nor is owed; owed is late, not lost", () => {
    const held = new Map([["a", 2]]);
    expect(withSystem({ held })).toMatchObject({ lost: 1, converged: false, passed: false });
    expect(withSystem({ held, owed: new Set(["b"]) })).toMatchObject({
      lost: 0,
      converged: false,
      passed: false,
    });
  });

  it("counts a second effect, an older version after a newer one, and a doubled change", () => {
    expect(withSystem({ applied: 3 })).toMatchObject({ appliedTwice: 1, passed: false });
    expect(withSystem({ regressions: 2 })).toMatchObject({ appliedTwice: 2, passed: false });
    expect(judge({ ...good, doubledChanges: 1 })).toMatchObject({ appliedTwice: 1, passed: false });
    expect(judge({ ...good, doubledEvents: 1 })).toMatchObject({ appliedTwice: 1, passed: false });
  });

  it("fails when Converge itself believes something else than the newest", () => {
    const mirror = new Map([...good.mirror, ["a", 1] as const]);
    expect(judge({ ...good, mirror })).toMatchObject({ converged: false, passed: false });
  });
});
