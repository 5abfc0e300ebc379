import type { RunRow } from "./run-store.ts";

/** Where a comparison stands after one step. */
export interface Step {
  readonly run: RunRow;
  /** Nothing can be done before that. */
  readonly waitSeconds?: number;
}

/** A comparison that cannot go on; the message is for the merchant. */
export class RunFailedError extends Error {
  override readonly name = "RunFailedError";
}
