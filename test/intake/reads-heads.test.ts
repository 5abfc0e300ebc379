import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHead } from "#app/intake/read-head.ts";

const names = ["admin_graphql_api_id", "updated_at"] as const;
const read = (text: string) => readHead(Buffer.from(text), names);

describe("the head of a body", () => {
  it("says what JSON.parse says of it, wherever the fields stand and whatever is around them", () => {
    const keys = fc.oneof(
      fc.constantFrom(...names),
      fc.string(),
      fc.constantFrom("id", 'a"b', "\\"),
    );
    const values = fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 4 }));
    const indents = fc.constantFrom(0, 2, "\t");
    let told = 0;
    fc.assert(
      fc.property(fc.dictionary(keys, values, { maxKeys: 12 }), indents, (object, indent) => {
        const text = JSON.stringify(object, null, indent);
        const head = read(text);
        if (head === null) return;
        told += 1;
        const parsed = JSON.parse(text) as Record<string, unknown>;
        for (const name of names) expect(head[name]).toBe(parsed[name]);
      }),
      { numRuns: 3_000 },
    );
    expect(told).toBeGreaterThan(20);
  });

  it("never fails, whatever the bytes", () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc
        .string({ unit: fc.constantFrom(...'{}[],:"\\ au_'.split("")), maxLength: 60 })
        .map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        expect(readHead(Buffer.from(body), names)).toBeNull();
      }),
      { numRuns: 3_000 },
    );
  });

  it("is read past nested fields of the same name, and no further than it has to be", () => {
    const nested = '"customer":{"updated_at":"x","list":[{"updated_at":"]}\\"y"}]}';
    const head = { admin_graphql_api_id: "gid://shopify/Order/1", updated_at: "2026" };
    const plain = `"admin_graphql_api_id":"${head.admin_graphql_api_id}","updated_at":"2026"`;
    expect(read(`{"id":1, ${nested} ,${plain},"note":`)).toEqual(head);
    expect(read(`{${plain}`)).toEqual(head);
  });

  it.each([
    ["one of them is missing", '{"updated_at":"2026"}'],
    ["one of them is no string", '{"admin_graphql_api_id":"gid","updated_at":null}'],
    [
      "one of them is written with escapes",
      '{"admin_graphql_api_id":"gid","updated_at":"20\\u00326"}',
    ],
    [
      "a name may be one of them, written with escapes",
      '{"\\u0075":1,"admin_graphql_api_id":"g","updated_at":"2"}',
    ],
    ["one comes twice", '{"updated_at":"1","updated_at":"2","admin_graphql_api_id":"g"}'],
    ["it is a list", '["admin_graphql_api_id","updated_at"]'],
    [
      "the fields come late",
      `{"a":"${"x".repeat(9_000)}","admin_graphql_api_id":"g","updated_at":"2"}`,
    ],
    ["a comma is missing", '{"a":1 "admin_graphql_api_id":"g","updated_at":"2"}'],
  ])("is not enough where %s", (_case, text) => {
    expect(read(text)).toBeNull();
  });
});
