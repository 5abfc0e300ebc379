/** What the load generator is told to do. */
export interface LoadPlan {
  readonly url: string;
  readonly bodyBytes: number;
  readonly seconds: number;
  readonly load: Load;
}

/**
 * `rate`: an arrival every 1/perSecond, whatever the server does. `saturation`: as fast as answers
 * come, with all connections busy.
 */
export type Load =
  | { readonly kind: "rate"; readonly perSecond: number }
  | { readonly kind: "saturation"; readonly connections: number };

/** Connections that webhooks of a fixed rate share. */
export const rateConnections = 128;

/** What came of it. Times in milliseconds. */
export interface LoadResult {
  /** Answered with 200, those of the last moments included that came after the time was up. */
  readonly ok: number;
  /** Any other answer, or none. */
  readonly failed: number;
  /** Answers with 200 within the time, per second. */
  readonly perSecond: number;
  /** From the moment a request was due, so that waiting for a slow server counts as well. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Due requests that were never sent because a thousand others were waiting for their answer. */
  readonly skipped: number;
}
