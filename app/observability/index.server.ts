/**
 * What a process says about itself: log lines, counters, health, and what people did.
 * Promise: no secret, no body and no personal data gets into a line or a label.
 * Tables: counters, audit_entries.
 */
export { dropOldAudit, forgetAuditOfShop, recordAudit, type AuditRecord } from "./audit-store.ts";
export { createCounters, flushEvery, type Counters } from "./counters.ts";
export { addCounters, readCounters } from "./counter-store.ts";
export { healthListener } from "./health.ts";
export { metricsListener } from "./metrics-listener.ts";
export type { CounterTotal, Gauge } from "./metrics.ts";
export { createLogger, type Logger } from "./logger.ts";
export { createTracing, noTracing, type Tracing } from "./tracing.ts";
