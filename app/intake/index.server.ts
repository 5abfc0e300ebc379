/**
 * The only way a change enters Converge.
 *
 * Promise: a 200 means committed, with the job that will process it; a delivery id counts once,
 * however often and however simultaneously it arrives. No network call and no token look-up happens
 * before the answer. Tables: none of its own (the log is `events`).
 */
export { createIntake, type Intake, type IntakeOptions } from "./receive-webhook.ts";
export type { WebhookOutcome, WebhookRequest } from "./types.ts";
export { webhookListener } from "./webhook-listener.ts";
export { receiveSystemChange } from "./receive-system-change.ts";
export { receiveReads, type ReadRow, type ReadsDeps } from "./receive-reads.ts";
