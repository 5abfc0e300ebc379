/**
 * How old each kind of data is, in Converge and in every system, at every moment, with proof.
 *
 * Promise: staleness = now - W, W the latest moment for which every change up to it is known and
 * acknowledged. Known: a complete read of Shopify has said so; webhooks alone do not count, since one
 * may be missing. Not acknowledged: received or not understood, not handed over yet, on its way,
 * tried again, waiting, or given up. Superseded and discarded changes are finished, and so is one that
 * was given up once the system has a newer version of the record (unless it wants every change).
 * What Shopify's search cannot show (deletions, changes of the last moments that it has not indexed)
 * counts from when it is found. Tables: none of its own.
 */
export { costOfSla } from "./cost-of-sla.ts";
export { previewSla } from "./preview-sla.ts";
export { readFreshnessDetail } from "./read-detail.ts";
export { type FreshnessDeps, readFreshness } from "./read-freshness.ts";
export { createSampler, type SamplerDeps } from "./sampler.ts";
export { worstStaleness } from "./worst-staleness.ts";
