/**
 * The full comparison of Shopify, the mirror and what connected systems have.
 *
 * Promise: a system's full state counts whole or not at all; a difference counts only when a read by
 * its id confirms it and nothing is on its way that would end it; a comparison that any process
 * leaves unfinished goes on, and counts nothing twice.
 * Invariant: one comparison of a shop, domain and system runs at a time, in one pair of hands.
 * Tables: snapshots, snapshot_rows, reconciliations, reconciliation_rows, reconciliation_findings,
 * web_presence.
 */
export { isComparable, takeSnapshot, UnusableSnapshotError } from "./take-snapshot.ts";
export { pullSnapshot } from "./pull-snapshot.ts";
export { cancelRun, startRun } from "./start-run.ts";
export { estimateRun } from "./estimate-run.ts";
export { getRun, listFindings, listRuns, readPatterns } from "./read-runs.ts";
export { runReconciliation } from "./run-reconciliation.ts";
export type { RunDeps } from "./run-deps.ts";
export { eraseReconciled } from "./erase-store.ts";
export { dropOldRuns, forgetReconciliationsOfShop } from "./forget-store.ts";
export { createReconciler } from "./reconciler.ts";
export { beatEvery } from "./outages.ts";
export { tellSystem } from "./tell-system.ts";
