import type { DataDomain } from "#app/data-domains.ts";

/** Where an event's time goes. transit: Shopify to us; queue: waiting for a worker; processing; delivery: per system; total: change to acknowledgement. */
export const lagStages = ["transit", "queue", "processing", "delivery", "total"] as const;
export type LagStage = (typeof lagStages)[number];

/** Percentiles in seconds, read from a histogram (at most 20 % too high). */
export interface LagQuantiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly count: number;
}

/** The same of one stage; null where nothing happened. */
export interface StageLag {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
  readonly count: number;
}

/** One point of a lag chart; null where nothing happened. */
export interface LagPoint {
  readonly at: string;
  readonly p95Seconds: number | null;
  readonly count: number;
}

/** Lag of one data domain over a window, with the series to draw. */
export interface DomainLag {
  readonly domain: string;
  readonly total: LagQuantiles;
  readonly series: readonly LagPoint[];
}

/** How data gets from Shopify to a system in time. */
export const syncMethods = [
  "webhook_and_polling",
  "webhook_queue",
  "scheduled_batch",
  "event_driven",
  "webhook_and_cache_invalidation",
] as const;
export type SyncMethod = (typeof syncMethods)[number];

/** How fresh one kind of data has to be. */
export interface FreshnessSla {
  readonly domain: DataDomain;
  /** A system's id; unset: it holds for the store and for every system without one of its own. */
  readonly system?: string;
  readonly warnAfterSeconds: number;
  readonly breachAfterSeconds: number;
  /** Share of the window that has to be within `breachAfterSeconds`, above 0 and at most 100. */
  readonly targetPercent: number;
  readonly windowDays: number;
  readonly syncMethod: SyncMethod;
  /** How often Shopify is asked what webhooks did not bring. */
  readonly pollEverySeconds: number;
}

/** What is wrong with one field of a list of SLAs, and how to mend it. */
export interface SlaError {
  /** `items[2].warnAfterSeconds`. */
  readonly field: string;
  readonly message: string;
}

/** How the notifications of one topic fared over a window. Percentiles in seconds, at most 20 % too high. */
export interface TopicHealth {
  readonly topic: string;
  readonly received: number;
  /** Never came: a read of Converge found what they should have told. */
  readonly missed: number;
  /** Came after a read had found what they told. */
  readonly late: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  readonly delay: { readonly p50Seconds: number | null; readonly p95Seconds: number | null };
  /** From a change whose webhook was missed to the read that found it. */
  readonly detection: { readonly p95Seconds: number | null };
  readonly lastReceivedAt: string | null;
  readonly series: readonly {
    readonly at: string;
    readonly received: number;
    readonly missed: number;
  }[];
}
