/**
 * The log of everything Converge was told, and what became of it.
 *
 * Promise: an event is stored once per (shop, transport, delivery key) for as long as events are
 * kept, with the raw bytes it came with. Invariant: `received` is left exactly once.
 * Tables: events, event_bodies, event_outcomes, outcome_hours, outcome_hours_until.
 */
export { countRepeats, insertEvents, type InsertedEvents, type NewEvent } from "./insert-store.ts";
export {
  countUnprocessed,
  settleEvents,
  loadForProcessing,
  unprocessedAmong,
  type EventToProcess,
  type Settlement,
} from "./process-store.ts";
export { rollUpOutcomes } from "./outcome-hour-store.ts";
export { addOutcomes, outcomeSeries, type OutcomeCount } from "./outcome-store.ts";
export {
  commerceAmong,
  getEvent,
  listEvents,
  listDeadEvents,
  matchingDeadEvents,
  type DeadEventFilter,
  countAllDeadEvents,
  countDeadEvents,
  reviveEvents,
  discardEvents,
} from "./read-store.ts";
export {
  bodiesAboutNobody,
  eraseBodies,
  erasedReason,
  eraseEvents,
  eventsAbout,
} from "./erase-store.ts";
export {
  dropOldBodies,
  dropOldEvents,
  dropOldOutcomes,
  forgetEventsOfShop,
} from "./forget-store.ts";
export { arrivalsOf, type Arrival } from "./arrival-store.ts";
export {
  countUnfinishedEvents,
  oldestUnfinishedEvents,
  type UnfinishedEvent,
} from "./unfinished-store.ts";
export {
  type Heartbeat,
  heartbeatsOf,
  noteHeartbeats,
  type SignOfLife,
} from "./heartbeat-store.ts";
export { compareWays, type ToldByWays } from "./compare-ways-store.ts";
export { readEventBody } from "./body-store.ts";
export { parseLossless, stringifyLossless } from "./lossless-json.ts";
export { readPayload, ShapeError } from "./read-payload.ts";
export { classicTopicOf, ruleOf, systemTopic, type TopicRule } from "./topic-rules.ts";
export { bodyPurpose } from "./body-purpose.ts";
