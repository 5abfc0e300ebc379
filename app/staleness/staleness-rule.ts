import type { HoldUp } from "#app/freshness/types.ts";

/** A change that is known and not acknowledged. Epoch milliseconds. */
export interface Unfinished {
  readonly heldUpBy: HoldUp;
  /** By Shopify's clock; null: nobody said. */
  readonly changedAtMs: number | null;
  /** When Converge heard of it, by ours. */
  readonly heardAtMs: number;
  readonly eventId: string | null;
}

/** A complete read of Shopify: everything that had changed by `toMs` is known. */
export interface CompleteRead {
  /** By our clock, shortly before `toMs`, the same moment by Shopify's. */
  readonly startedAtMs: number;
  readonly toMs: number;
}

/** What is known of one kind of data on its way to one place. Epoch milliseconds, by our clock. */
export interface Evidence {
  readonly installedAtMs: number;
  /** When the system was connected; null: the place is Converge itself. */
  readonly connectedAtMs: number | null;
  /** The last complete read; null: none since the installation. */
  readonly read: CompleteRead | null;
  readonly readEverySeconds: number;
  /** False: nobody reads Shopify for it, its events alone tell. */
  readonly polled: boolean;
  /** The oldest of each stage is enough. */
  readonly unfinished: readonly Unfinished[];
}

/** How far data is complete, and what keeps it from being complete up to now. */
export interface Staleness {
  /** By our clock, never after now. */
  readonly completeUpToMs: number;
  readonly stalenessMs: number;
  readonly heldUpBy: HoldUp | null;
  /** The change that holds it up; null where none does. */
  readonly oldest: Unfinished | null;
}

/** Below this the two clocks are taken for one: a request on its way looks like a difference too. */
const leastSkewMs = 5_000;

/**
 * Staleness = now - W, W the latest moment for which every change up to it is known and acknowledged:
 * the end of the last complete read, or the oldest unfinished change where that is earlier. Webhooks
 * alone do not move W on, since one of them may be missing, unless the merchant wants no more. A change is never younger than its arrival
 * and never older than the place it goes to. Pure; either clock may be wrong.
 */
export function stalenessOf(evidence: Evidence, nowMs: number): Staleness {
  const { installedAtMs, connectedAtMs, readEverySeconds } = evidence;
  const read = evidence.read && evidence.read.startedAtMs >= installedAtMs ? evidence.read : null;
  const readUpToMs = Math.min(nowMs, read?.startedAtMs ?? installedAtMs);
  const knownUpToMs = evidence.polled ? readUpToMs : nowMs;
  const skewMs = read === null ? 0 : skewOf(read);
  let oldest: Unfinished | null = null;
  let completeUpToMs = knownUpToMs;
  for (const one of evidence.unfinished) {
    const momentMs = Math.max(momentOf(one, skewMs), connectedAtMs ?? installedAtMs);
    if (momentMs >= completeUpToMs) continue;
    oldest = one;
    completeUpToMs = momentMs;
  }
  const readLate = evidence.polled ? readHoldUp(read, readEverySeconds, nowMs) : null;
  const heldUpBy = oldest?.heldUpBy ?? readLate;
  return { completeUpToMs, stalenessMs: nowMs - completeUpToMs, heldUpBy, oldest };
}

/** How far Shopify's clock is ahead of ours. */
function skewOf({ startedAtMs, toMs }: CompleteRead): number {
  const skewMs = toMs - startedAtMs;
  return Math.abs(skewMs) < leastSkewMs ? 0 : skewMs;
}

function momentOf({ changedAtMs, heardAtMs }: Unfinished, skewMs: number): number {
  return changedAtMs === null ? heardAtMs : Math.min(changedAtMs - skewMs, heardAtMs);
}

function readHoldUp(read: CompleteRead | null, everySeconds: number, nowMs: number): HoldUp | null {
  if (read === null) return "never_read";
  // A read begins within its interval and takes its time; then it is late.
  return nowMs - read.startedAtMs > (2 * everySeconds + 30) * 1_000 ? "poll_overdue" : null;
}
