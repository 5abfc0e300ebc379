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
