import { setTimeout as sleep } from "node:timers/promises";

/** One step: does at most `limit` rows and tells how many it did. */
export type Step = (limit: number) => Promise<number>;

/** Rows per statement: a few milliseconds, so that nobody waits for a lock. */
const rowsPerStep = 500;

/** Between two steps live work has the database for itself. */
const restMs = 5;

/** Repeats a step until it finds nothing more to do or `mayGoOn` says no; returns the rows done. */
export async function inSmallSteps(
  step: Step,
  mayGoOn: () => boolean = () => true,
): Promise<number> {
  let total = 0;
  while (mayGoOn()) {
    const done = await step(rowsPerStep);
    total += done;
    if (done === 0) break;
    await sleep(restMs);
  }
  return total;
}
