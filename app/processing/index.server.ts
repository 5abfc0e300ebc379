/**
 * Decides what an event means: is it stale, what changed, who has to hear of it.
 *
 * Promise: an event leaves `received` exactly once, in the transaction that moves the mirror and
 * hands its changes to delivery; an older version never moves the mirror. Tables: none of its own.
 */
export { processEvents, type ProcessingDeps } from "./process-events.ts";
