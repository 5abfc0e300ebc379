/**
 * How far behind every system is.
 * Promise: percentiles over any window cost the same at ten thousand and at ten million events.
 * Table: lag_buckets.
 */
export { dropOldLags, forgetLagsOfShop } from "./forget-store.ts";
export { addLags, countLags, domainLags, stageLags, type LagSample } from "./lag-store.ts";
