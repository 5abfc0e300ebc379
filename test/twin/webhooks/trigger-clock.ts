/** Gives times for X-Shopify-Triggered-At. */
export type TriggerClock = () => string;

/**
 * RFC 3339 with nanoseconds, never the same twice: later triggers carry larger stamps, which is
 * what breaks ties between changes of one second.
 */
export function createTriggerClock(now: () => number): TriggerClock {
  let lastNs = 0n;
  return () => {
    const nowNs = BigInt(Math.floor(now())) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
    lastNs = nowNs > lastNs ? nowNs : lastNs + 1_371n;
    const seconds = new Date(Number(lastNs / 1_000_000n)).toISOString().slice(0, 19);
    return `${seconds}.${String(lastNs % 1_000_000_000n).padStart(9, "0")}Z`;
  };
}
