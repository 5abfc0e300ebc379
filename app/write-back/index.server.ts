/**
 * One write to Shopify: expected version, compare-and-set, confirm, echo.
 *
 * Promise: nothing is overwritten that is not known; a write that is sent twice happens once; what
 * could not be written becomes a discrepancy that tells why. Stock goes out up to 250 rows at a time.
 * Invariant: what is sent, what it expects to find and its echo are committed before it is sent.
 * Table: write_intents.
 */
export { endsOf, intentsOf } from "./view-store.ts";
export { dropOldIntents, eraseIntents, forgetIntentsOfShop } from "./forget-store.ts";
export { writesUnderWay } from "./intent-store.ts";
export { readChange } from "./read-change.ts";
export { type WriteBackDeps, writeBack } from "./write-back.ts";
export { writeStock } from "./write-stock.ts";
export { checkChange } from "./writers.ts";
