import { isChosen, slaOf } from "#app/freshness/index.server.ts";
import type { FreshnessSla } from "#app/freshness/types.ts";

/** How one kind of data goes out to one system. */
export interface WayOut {
  /** When what changed at a moment goes, epoch milliseconds. */
  dueMs(nowMs: number): number;
  /** A newer version does not take the place of an older one that waits. */
  readonly keep: boolean;
  /** The system is told at once that what it holds is old. */
  readonly invalidates: boolean;
}

/** What the SLA of a kind of data means for how it goes out to a system. Pure. */
export function wayOut(slas: readonly FreshnessSla[], domain: string, systemId: string): WayOut {
  const sla = slaOf(slas, domain, systemId);
  const chosen = sla !== undefined && isChosen(sla) ? sla.syncMethod : null;
  return {
    dueMs: (nowMs) =>
      sla !== undefined && chosen === "scheduled_batch"
        ? nextBatchMs(nowMs, sla.pollEverySeconds)
        : nowMs,
    keep: chosen === "webhook_queue",
    invalidates: sla?.syncMethod === "webhook_and_cache_invalidation",
  };
}

/** Batches of all workers and systems go at the same moments, whenever a change comes. */
function nextBatchMs(nowMs: number, everySeconds: number): number {
  const everyMs = everySeconds * 1_000;
  return Math.ceil(nowMs / everyMs) * everyMs;
}
