import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readFields } from "#app/field-errors.ts";

const schema = z.strictObject({
  name: z.string().min(2).max(5),
  count: z.int().min(1),
  share: z.number().positive().lt(100).optional(),
  mode: z.enum(["slow", "fast"]).optional(),
  items: z
    .array(z.strictObject({ on: z.boolean() }))
    .max(2)
    .optional(),
  own: z.string("Say whose.").optional(),
});
const good = { name: "Mug", count: 1 };

const wrong = (sent: unknown) => {
  const read = readFields(schema, sent);
  return read.ok ? [] : read.errors.map(({ field, message }) => `${field}: ${message}`);
};

describe("what is wrong with a field", () => {
  it.each([
    [{ name: undefined }, "name: It is missing: send text."],
    [{ name: 5 }, "name: Send text."],
    [{ name: "M" }, "name: Use at least 2 characters."],
    [{ name: "Mugged" }, "name: Use at most 5 characters."],
    [{ count: undefined }, "count: It is missing: send a number."],
    [{ count: 1.5 }, "count: Send a whole number."],
    [{ count: 0 }, "count: Use at least 1."],
    [{ share: 0 }, "share: Use more than 0."],
    [{ share: 100 }, "share: Use less than 100."],
    [{ mode: "odd" }, "mode: Choose one of: slow, fast."],
    [{ items: {} }, "items: Send a list."],
    [{ items: [{ on: 1 }] }, "items.0.on: Send true or false."],
    [{ items: [{ on: true, off: 1 }] }, "items.0.off: There is no such field."],
    [{ items: [1] }, "items.0: Send a JSON object."],
    [{ items: Array(3).fill({ on: true }) }, "items: Use at most 2 items."],
    [{ own: 1 }, "own: Say whose."],
    [{ colour: "red" }, "colour: There is no such field."],
  ])("of %j is said in plain words", (more, message) => {
    expect(wrong({ ...good, ...more })).toEqual([message]);
  });

  it("is said of all of them at once, and of what is no object at all", () => {
    expect(wrong({ colour: 1 })).toHaveLength(3);
    expect(wrong([])).toEqual([": Send a JSON object."]);
    expect(wrong(good)).toEqual([]);
  });
});
