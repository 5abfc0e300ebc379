import type { Transaction } from "#app/db.server.ts";
import { settleEvents, type OutcomeCount } from "#app/events/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import type { ProcessingDeps } from "./process-events.ts";

/** Tries of one event before it is dead: 1 with its batch, then alone after 1, 4 and 16 s. */
const maxFailures = 4;

/** Gives each event of a failed job another try on its own, or up, with the reason; returns what to count. */
export async function giveUpOrTryAgain(
  deps: ProcessingDeps,
  tx: Transaction,
  job: JobPayload<"process-events">,
  error: unknown,
): Promise<OutcomeCount[]> {
  const failures = job.failures + 1;
  const message = error instanceof Error ? error.message : String(error);
  deps.log.warn(
    { err: error, shop: job.shop, events: job.eventIds, failures },
    "processing failed",
  );
  if (failures < maxFailures) {
    await deps.enqueue(
      tx,
      "process-events",
      job.eventIds.map((eventId) => ({
        payload: { shop: job.shop, eventIds: [eventId], failures },
        group: job.shop,
        startAfterSeconds: 4 ** (failures - 1),
      })),
    );
    return [];
  }
  const nowMs = deps.clock.now();
  const reason = `Converge could not process this event: ${message}`;
  await settleEvents(
    tx,
    job.eventIds.map((id) => ({ id, status: "dead" as const, reason, sku: null })),
    nowMs,
    nowMs,
  );
  return [{ shop: job.shop, outcome: "dead", count: job.eventIds.length }];
}
