/**
 * The job engine's adapter: pg-boss behind two verbs, enqueue and work. Promise: a job commits with
 * the rows it is about, and runs at least once until it succeeds or its retries are used up.
 * Tables: pg-boss's own, in the schema `pgboss`.
 */
export type { EnqueuedJob } from "./enqueue.ts";
export { queueDepths, type QueueDepth } from "./depth-store.ts";
export { countActiveJobs, eraseJobsAbout, forgetJobsOfShop } from "./forget-jobs.ts";
export { type CarriedChange, oldestAsked, oldestCarried } from "./waiting-store.ts";
export { wakeJobs } from "./wake-store.ts";
export { migrateQueue, openQueue, type Queue, type QueueOptions } from "./queue.ts";
