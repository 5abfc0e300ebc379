/** How long to wait before the next request; all results in milliseconds, no effects. */

/** The `extensions.cost` of an answer, as far as it is needed here. */
export interface QueryCost {
  readonly requestedQueryCost: number;
  /** Null or absent: it was not carried out. */
  readonly actualQueryCost?: number | null | undefined;
  readonly throttleStatus: {
    readonly maximumAvailable: number;
    readonly currentlyAvailable: number;
    /** Points per second. */
    readonly restoreRate: number;
  };
}

const shortestThrottleWaitMs = 1000;
const longestBackoffMs = 30_000;

/**
 * The wait after THROTTLED: the missing points, (requested - available), come back at `restoreRate`
 * per second. At least a second, since other processes draw on the same bucket.
 */
export function throttledWaitMs(cost: QueryCost | undefined): number {
  if (cost === undefined || cost.throttleStatus.restoreRate <= 0) return shortestThrottleWaitMs;
  const missing = cost.requestedQueryCost - cost.throttleStatus.currentlyAvailable;
  return Math.max(
    shortestThrottleWaitMs,
    Math.ceil((missing / cost.throttleStatus.restoreRate) * 1000),
  );
}

/**
 * The wait after 429 or 503. `Retry-After` is seconds, possibly with a fraction ("2.0"), or an HTTP
 * date (RFC 9110, 10.2.3). Without one: 1 s, 2 s, 4 s ... by the number of refusals so far. From the
 * second refusal on at least a second, whatever it says: "0" again and again must not become a loop.
 */
export function retryAfterMs(header: string | null, refusals: number, nowMs: number): number {
  const askedMs = readRetryAfter(header?.trim() ?? "", nowMs);
  if (askedMs === undefined) return Math.min(longestBackoffMs, 1000 * 2 ** refusals);
  return refusals === 0 ? askedMs : Math.max(shortestThrottleWaitMs, askedMs);
}

function readRetryAfter(header: string, nowMs: number): number | undefined {
  if (/^\d+(?:\.\d+)?$/.test(header)) return Math.ceil(Number(header) * 1000);
  // Date.parse alone takes "-1" for a year.
  if (!/^\w{3}, .* GMT$/.test(header)) return undefined;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}

const firstPauseMs = 500;

/**
 * The pause before a request that Shopify failed at is repeated: half a second, a second, two ...,
 * of which a random half, so that all who met the same failure do not come back together. `random`
 * is from 0 up to 1.
 */
export function transientPauseMs(failures: number, random: number): number {
  return Math.round(firstPauseMs * 2 ** failures * (0.5 + random / 2));
}
