import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareVersions, digestOf, type KnownResource } from "#app/mirror/index.server.ts";
import { decideChange } from "#app/processing/decide-change.ts";

const at = Date.parse("2026-11-23T10:00:00Z");
const five = digestOf({ available: 5 });
const six = digestOf({ available: 6 });

const known: KnownResource = {
  type: "InventoryLevel",
  id: "gid://shopify/InventoryLevel/1",
  versionAtMs: at,
  triggeredAtMs: at + 100,
  deleted: false,
  digest: five,
  appliedAtMs: at + 500,
};

function arrived(change: Partial<Parameters<typeof decideChange>[0]>) {
  return {
    versionAtMs: at,
    triggeredAtMs: at + 100,
    digest: six,
    derived: false,
    hollow: false,
    nothing: false,
    version: "2026-11-23T10:00:00Z",
    readAtMs: null,
    sameFields: false,
    ...change,
  };
}

describe("the newest wins", () => {
  it.each([
    ["a newer version", { versionAtMs: at + 1 }, "apply"],
    ["a newer version with the same content", { versionAtMs: at + 1, digest: five }, "apply"],
    ["an older version", { versionAtMs: at - 1, triggeredAtMs: at + 900 }, "superseded"],
    ["the same version triggered later", { triggeredAtMs: at + 101 }, "apply"],
    ["the same version triggered earlier", { triggeredAtMs: at + 99 }, "superseded"],
    ["the same version and trigger, other content", {}, "ask"],
    ["the same version and trigger, same content", { digest: five }, "superseded"],
    ["the same version, trigger unknown, other content", { triggeredAtMs: null }, "ask"],
    ["a newer version of which nothing is told", { versionAtMs: at + 1, hollow: true }, "ask"],
    [
      "an older version of which nothing is told",
      { versionAtMs: at - 1, hollow: true },
      "superseded",
    ],
    [
      "the same version, other content, read after the known one was applied",
      { triggeredAtMs: null, readAtMs: at + 501 },
      "apply",
    ],
    [
      "the same version, other content, read before the known one was applied",
      { triggeredAtMs: null, readAtMs: at + 499 },
      "ask",
    ],
    [
      "the same version, read, and the same in all that both say",
      { triggeredAtMs: null, readAtMs: at + 501, sameFields: true },
      "superseded",
    ],
    [
      "an older version, however late it was read",
      { versionAtMs: at - 1, readAtMs: at + 900 },
      "superseded",
    ],
    [
      "the same version, trigger unknown, same content",
      { triggeredAtMs: null, digest: five },
      "superseded",
    ],
    ["a derived change that differs", { versionAtMs: at + 1, derived: true }, "apply"],
    [
      "a derived change that does not differ",
      { versionAtMs: at + 1, derived: true, digest: five },
      "unchanged",
    ],
    ["a derived change that is older", { versionAtMs: at - 1, derived: true }, "superseded"],
  ] as const)("%s", (_case, change, verdict) => {
    expect(decideChange(arrived(change), known).verdict).toBe(verdict);
  });

  it("applies what arrives first, whatever its version", () => {
    const nothing = { ...known, versionAtMs: -Infinity, triggeredAtMs: null };
    expect(decideChange(arrived({ versionAtMs: 0 }), nothing).verdict).toBe("apply");
  });

  it("orders any two versions one way only", () => {
    const version = fc.record({
      versionAtMs: fc.integer({ min: at, max: at + 3 }),
      triggeredAtMs: fc.option(fc.integer({ min: at, max: at + 3 }), { nil: null }),
    });
    const opposite = { newer: "older", older: "newer", same: "same" } as const;
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(compareVersions(b, a)).toBe(opposite[compareVersions(a, b)]);
      }),
    );
  });
});
