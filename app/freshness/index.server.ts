/**
 * How far behind every system is, and how far it may be.
 * Promise: percentiles over any window cost the same at ten thousand and at ten million events;
 * every kind of data has an SLA at any moment, and SLAs are replaced whole; a minute nobody looked at
 * is not known, neither good nor bad.
 * Tables: lag_buckets, freshness_slas, topic_spans, freshness_hours, freshness_breaches,
 * freshness_exclusions, freshness_sampler, lag_hours, lag_hours_until.
 */
export { ageSeries } from "./age-series.ts";
export {
  addMinute,
  type Place,
  placeKey,
  readHours,
  type SampledHour,
  type SampledMinute,
  type WindowTotals,
  windowTotals,
} from "./age-store.ts";
export { noteBreaches, readBreaches, type SeenBreach, type StoredBreach } from "./breach-store.ts";
export { isChosen } from "./default-slas.ts";
export { errorBudgetOf, leftPercent, slaOf, standingNow, stateOf } from "./error-budget.ts";
export { changeSla } from "./change-sla.ts";
export { isExcluded } from "./exclusion-rule.ts";
export { readExclusionsOf } from "./exclusion-store.ts";
export { dropOldLags, forgetLagsOfShop } from "./forget-store.ts";
export { rollUpLags } from "./lag-hour-store.ts";
export { addLags, countLags, domainLags, stageLags, type LagSample } from "./lag-store.ts";
export { parseSlas } from "./parse-slas.ts";
export {
  clockPattern,
  editExclusions,
  replaceExclusions,
  replaceExclusionsIn,
} from "./replace-exclusions.ts";
export { dropSlasOfSystem, replaceSlas, replaceSlasIn, type SlaDeps } from "./replace-slas.ts";
export { claimSampling, releaseSampling } from "./sampler-store.ts";
export { hasChosenSlas, readSlas, readSlasOf } from "./sla-store.ts";
export { type SlaWindow, windowOf } from "./sla-window.ts";
export { momentOf, sameTimeBefore, storeTime, wallTime, weekTime } from "./store-clock.ts";
export {
  addTopicFigures,
  countReceived,
  readTopicHealth,
  type TopicFigure,
} from "./topic-figure-store.ts";
