/**
 * How long to wait before attempt n + 1: full jitter over an exponential ladder, so that a thousand
 * deliveries that failed together do not come back together.
 * delay = random(0, min(cap, base x 2^(n-1)))
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 *
 * With the defaults (base 2 s, cap 1 h, 10 attempts) the upper ends are
 * 2 4 8 16 32 64 128 256 512 s: 17 minutes at most, about half of that on average.
 */
export function backoffMs(
  policy: { readonly baseDelayMs: number; readonly maxDelayMs: number },
  attempt: number,
  random: () => number,
): number {
  const ceiling = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** (attempt - 1));
  return Math.round(random() * ceiling);
}

/**
 * The wait a `Retry-After` header asks for, in milliseconds: seconds or an HTTP date (RFC 9110
 * 10.2.3), at most `maxMs`. Null when there is none or it cannot be read.
 */
export function retryAfterMs(header: string | null, nowMs: number, maxMs: number): number | null {
  if (header === null) return null;
  const text = header.trim();
  // Date.parse makes a date of almost anything ("-5"), hence the check for what HTTP dates end in.
  const dateMs = text.endsWith(" GMT") ? Date.parse(text) - nowMs : Number.NaN;
  const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : dateMs;
  return Number.isNaN(ms) ? null : Math.min(Math.max(0, ms), maxMs);
}
