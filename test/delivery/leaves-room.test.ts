import { expect, it } from "vitest";
import { createCourtesy } from "#app/delivery/courtesy.ts";

/** Lanes take work that has waited for so many seconds; who leaves room for the others then. */

const second = 1_000;
const nowMs = 1_000_000_000;

function crew() {
  const courtesy = createCourtesy();
  return (system: string, waitedSeconds: number, atMs = nowMs) =>
    courtesy.took(system, atMs - waitedSeconds * second, atMs);
}

it("a lane that is late leaves room for one that is not", () => {
  const took = crew();
  expect(took("late", 600)).toBe(false);
  expect(took("quick", 1)).toBe(false);
  expect(took("late", 600)).toBe(true);
});

it("nobody leaves room for itself, or where all are late", () => {
  const took = crew();
  took("one", 1);
  expect([took("one", 60), took("two", 60)]).toEqual([false, true]);
  expect([took("one", 60, nowMs + 11 * second), took("two", 60, nowMs + 11 * second)]).toEqual([
    false,
    false,
  ]);
});

it("one that does not catch up in ten minutes has left room for long enough", () => {
  const took = crew();
  const lateAt = (minute: number) => {
    took("quick", 1, nowMs + minute * 60 * second);
    return took("late", 600, nowMs + minute * 60 * second);
  };
  expect([0, 5, 9, 10, 11].map(lateAt)).toEqual([true, true, true, false, false]);
  expect(took("late", 1, nowMs + 12 * 60 * second)).toBe(false);
  expect(lateAt(13)).toBe(true);
});

it("one that becomes late leaves room for those that were on time before it", () => {
  const took = crew();
  took("first", 1);
  took("second", 1);
  took("second", 1, nowMs + second);
  expect(took("second", 60, nowMs + 2 * second)).toBe(true);
  expect(took("first", 60, nowMs + 2 * second)).toBe(true);
});
