/**
 * Decides what an event means: is it stale, what changed, who has to hear of it.
 *
 * Promise: an event leaves `received` exactly once, in the transaction that moves the mirror and
 * hands its changes to delivery; an older version never moves the mirror; whose the change was is
 * decided in that transaction too, with what follows. Tables: none of its own.
 */
export { type AppliedOrder, processEvents, type ProcessingDeps } from "./process-events.ts";
export { siftReads, type ReadStanding, type SiftedRead } from "./sift-reads.ts";
export { comparableOf, fieldsOf } from "./fields-of.ts";
export { previewRules } from "./preview-rules.ts";
