/**
 * The rate limit of a system: a token bucket that needs one number, the moment at which the bucket
 * will be full again (GCRA, ITU-T I.371). One lane per system makes it local; written down with each
 * batch, it holds over rests of the lane and from worker to worker.
 */

/** The bucket holds a tenth of a second's worth, at least one request. */
const burstSeconds = 0.1;

/** How long to wait before the next request may begin, in milliseconds; 0: now. */
export function waitForTokenMs(
  fullAtMs: number,
  ratePerSecond: number | undefined,
  nowMs: number,
): number {
  if (ratePerSecond === undefined) return 0;
  const intervalMs = 1000 / ratePerSecond;
  const bucketMs = Math.max(1, ratePerSecond * burstSeconds) * intervalMs;
  return Math.max(0, fullAtMs + intervalMs - bucketMs - nowMs);
}

/** When the bucket will be full again once a request has begun now. */
export function takeToken(
  fullAtMs: number,
  ratePerSecond: number | undefined,
  nowMs: number,
): number {
  if (ratePerSecond === undefined) return nowMs;
  return Math.max(fullAtMs, nowMs) + 1000 / ratePerSecond;
}
