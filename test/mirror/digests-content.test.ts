import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseLossless } from "#app/events/index.server.ts";
import { digestOf } from "#app/mirror/index.server.ts";

describe("the digest of a state", () => {
  it("does not depend on the order of its keys", () => {
    expect(digestOf({ a: 1, b: { c: [1, 2], d: null } })).toEqual(
      digestOf({ b: { d: null, c: [1, 2] }, a: 1 }),
    );
  });

  it("differs when one digit beyond 2^53 differs", () => {
    const of = (id: string) => digestOf(parseLossless(`{"id":${id}}`));
    expect(of("9007199254740993")).not.toEqual(of("9007199254740992"));
  });

  it("differs between a number, its text, null and nothing", () => {
    const states = [{ a: 1 }, { a: "1" }, { a: null }, { a: [1] }, { a: { 0: 1 } }, {}];
    expect(new Set(states.map((state) => digestOf(state).toString("hex"))).size).toBe(
      states.length,
    );
  });

  it("is equal exactly when the content is", () => {
    const json = fc.jsonValue({ maxDepth: 2 }).map((value) => parseJson(JSON.stringify(value)));
    fc.assert(
      fc.property(json, json, (a, b) => {
        expect(digestOf(a).equals(digestOf(b))).toBe(isDeepStrictEqual(a, b));
      }),
    );
  });
});

function parseJson(text: string): unknown {
  return JSON.parse(text);
}
