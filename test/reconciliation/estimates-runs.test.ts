import { expect, it } from "vitest";
import { estimateRun } from "#app/reconciliation/index.server.ts";

const last = {
  compared: 600,
  found: 120,
  inFlight: 10,
  startedAt: "2026-11-26T10:00:00Z",
  finishedAt: "2026-11-26T10:00:09Z",
};

it("a comparison costs what reading differences again costs, whatever the size of the store", () => {
  expect(estimateRun(undefined, 100)).toEqual({ points: 30, budgetSeconds: 0.3, last: null });
  expect(estimateRun({ ...last, found: 0, inFlight: 0, compared: 1e6 }, 100).points).toBe(30);
  expect(estimateRun(last, 100)).toEqual({
    points: 210,
    budgetSeconds: 2.1,
    last: { compared: 600, seconds: 9 },
  });
});

it("without a known limit nothing is said of it", () => {
  expect(estimateRun(last, null).budgetSeconds).toBeNull();
  expect(estimateRun(last, 0).budgetSeconds).toBeNull();
  expect(estimateRun({ ...last, finishedAt: null }, 100).last).toBeNull();
});
