import { expect, test } from "vitest";
import { interferenceIn } from "./interference.ts";

test("steps that took more than twice as long as most were interrupted", () => {
  expect(interferenceIn([1, 1, 1, 1, 1])).toEqual({ share: 0, longestMs: 0 });
  expect(interferenceIn([1, 1.9, 1, 1, 1])).toEqual({ share: 0, longestMs: 0 });
  expect(interferenceIn([1, 1, 11, 1, 6])).toEqual({ share: 0.75, longestMs: 10 });
  expect(interferenceIn([])).toEqual({ share: 0, longestMs: 0 });
});
