import type { RunEstimate, RunView } from "./types.ts";

/** Starting a bulk operation, looking for one that was started before, and a few looks at it. */
const bulkPoints = 30;
/** A read of fifty records by their ids. */
const pointsPerRead = 60;
const recordsPerRead = 50;

/**
 * Shopify gathers the data by itself, whatever there is of it; what costs is reading differences again
 * by their ids. `last`: the last completed comparison of the same. Pure.
 */
export function estimateRun(
  last: Pick<RunView, "compared" | "found" | "inFlight" | "startedAt" | "finishedAt"> | undefined,
  restoreRate: number | null,
): RunEstimate {
  const differences = last === undefined ? 0 : last.found + last.inFlight;
  const points = bulkPoints + Math.ceil(differences / recordsPerRead) * pointsPerRead;
  return {
    points,
    budgetSeconds: restoreRate === null || restoreRate <= 0 ? null : points / restoreRate,
    last:
      last === undefined || last.finishedAt === null
        ? null
        : {
            compared: last.compared,
            seconds: (Date.parse(last.finishedAt) - Date.parse(last.startedAt)) / 1000,
          },
  };
}
