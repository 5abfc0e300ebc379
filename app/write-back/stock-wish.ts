import type { JobPayload } from "#app/jobs.ts";
import type { IntentRow } from "./intent-store.ts";

/** A write of stock to be carried out. */
export type StockJob = JobPayload<"write-stock">;

/** A write on its way to its end. */
export interface Wish {
  readonly job: StockJob;
  readonly intent: IntentRow;
}
