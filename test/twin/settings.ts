import type { BulkSettings, TwinOptions } from "./types.ts";

/** Shopify's eight retries, which take four hours there, squeezed into a minute or so. */
const RETRY_SCHEDULE_MS = [500, 1_000, 2_000, 4_000, 8_000, 12_000, 16_000, 20_000];

const BULK: BulkSettings = {
  startDelayMs: 20,
  objectsPerSecond: 0,
  cancelDelayMs: 50,
  resultSeconds: 7 * 86_400,
};

const DEFAULTS = {
  port: 0,
  host: "127.0.0.1",
  seed: 7,
  skusPerStore: 300,
  storeCount: 2,
  locationsPerStore: 2,
  retryScheduleMs: RETRY_SCHEDULE_MS,
  webhookLatencyMs: 0,
  assembleDelayMs: 0,
  webhookTimeoutMs: 5_000,
  ledgerSize: 10_000,
  costBucket: { maximumAvailable: 2_000, restoreRate: 100 },
  searchLagMs: 0,
  mutationLatencyMs: 0,
  accessTokenSeconds: 3_600,
  now: Date.now,
  log: () => undefined,
};

/** Options with everything filled in that has a default. */
export type Settings = Omit<TwinOptions, "bulk"> &
  Required<Pick<TwinOptions, keyof typeof DEFAULTS>> & { bulk: BulkSettings };

/** What the caller says, and Shopify's ways for the rest. */
export function withDefaults(options: TwinOptions): Settings {
  return { ...DEFAULTS, ...options, bulk: { ...BULK, ...options.bulk } };
}
