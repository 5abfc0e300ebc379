/**
 * One change to one system: attempts, backoff, circuit, rate limit, dead letters, replay.
 *
 * Promise: what processing handed over is delivered to every system that wants it, or waits, or
 * stands in the dead letters with its reason. For one system and one resource one delivery is in
 * flight, versions ascending, and no receiver sees an older version after a newer one.
 * Invariant: a delivery is `delivering` only while a lane with the system's lock works on it.
 * Tables: deliveries, delivery_attempts, delivery_gates, delivery_minutes, delivery_issues,
 * delivery_issue_resources, replay_jobs, replay_items.
 */
export { fanOutChanges, type FanOutDeps } from "./fan-out-changes.ts";
export type { LaneDeps } from "./lane.ts";
export { createLanes, type Lanes } from "./lanes.ts";
export { countDeadLetters, deadLetterTotals, listDeadLetters } from "./dead-letters.ts";
export { discardDeadLetters, previewReplay, replayDeadLetters } from "./replay-dead-letters.ts";
export type { DeadLetterFilter, DeadLetterSelection } from "./replay-selection.ts";
export {
  cancelReplay,
  getReplay,
  listReplays,
  pauseReplay,
  resumeReplay,
  type ReplayDeps,
  type StartedReplay,
} from "./replays.ts";
export { previewRecovery, recoverSystem } from "./recover-system.ts";
export { backfillSystem } from "./backfill-system.ts";
export { replayEvent } from "./replay-event.ts";
export { type ReplayStepDeps, runReplays } from "./run-replay.ts";
export { eraseDeliveries } from "./erase-store.ts";
export {
  dropOldBooks,
  dropOldDeliveries,
  forgetDeliveriesOfShop,
  oldestUnfinished,
} from "./forget-store.ts";
export { type Flight, flightsOf } from "./flight-store.ts";
export { deadSeries, systemHealth } from "./health-store.ts";
export { acknowledgeIssue, ignoreIssue, listIssues, reopenIssue } from "./issues.ts";
export { deliveriesOfEvent, deliveriesOfEvents, recentDeliveries } from "./read-store.ts";
export { stopSharing } from "./sharing-store.ts";
export { sendTestEvent, type TestResult } from "./send-test-event.ts";
export {
  countUnfinishedDeliveries,
  type Line,
  oldestUnfinishedDeliveries,
  type UnfinishedDelivery,
} from "./unfinished-store.ts";
