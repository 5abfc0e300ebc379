/**
 * How far behind every system is, and how far it may be.
 * Promise: percentiles over any window cost the same at ten thousand and at ten million events;
 * every kind of data has an SLA at any moment, and SLAs are replaced whole.
 * Tables: lag_buckets, freshness_slas, topic_spans.
 */
export { dropOldLags, forgetLagsOfShop } from "./forget-store.ts";
export { addLags, countLags, domainLags, stageLags, type LagSample } from "./lag-store.ts";
export { dropSlasOfSystem, replaceSlas, type SlaDeps } from "./replace-slas.ts";
export { readSlas, readSlasOf } from "./sla-store.ts";
export { addTopicFigures, readTopicHealth, type TopicFigure } from "./topic-figure-store.ts";
