import type { Database } from "#app/db.server.ts";
import type { JobPayload, jobsThatAskShopify } from "#app/jobs.ts";
import type { Logger } from "#app/observability/index.server.ts";
import type { Queue } from "#app/queue/index.server.ts";
import { connectionOf } from "#app/shops/index.server.ts";

/** What waiting takes. */
export interface WaitingDeps {
  readonly db: Database;
  readonly log: Logger;
  readonly enqueue: Queue["enqueue"];
}

/** It is woken when the shop is back; this is for a wake that was missed. */
const looksAgainAfterSeconds = 3600;

/** A shop that was connected again while the job failed: soon, yet not in a circle without a pause. */
const triesAgainAfterSeconds = 5;

/** The name of a job that asks Shopify. */
export type AskingJob = (typeof jobsThatAskShopify)[number];

/**
 * Puts jobs whose shop has to be connected again back as new jobs that wait for that, however long it
 * takes. If the process dies before the old ones are completed they come twice, which is as good as
 * once.
 */
export async function parkJobs<Name extends AskingJob>(
  { db, log, enqueue }: WaitingDeps,
  name: Name,
  payloads: readonly JobPayload<Name>[],
): Promise<void> {
  for (const shop of new Set(payloads.map((payload) => payload.shop))) {
    const ofShop = payloads.filter((payload) => payload.shop === shop);
    await db.transaction(async (tx) => {
      const connection = await connectionOf(tx, shop);
      if (connection === "uninstalled") return;
      const startAfterSeconds =
        connection === "connected" ? triesAgainAfterSeconds : looksAgainAfterSeconds;
      const jobs = ofShop.map((payload) => ({ payload, group: shop, startAfterSeconds }));
      await enqueue(tx, name, jobs);
    });
    log.warn({ shop, job: name, count: ofShop.length }, "jobs wait until their shop is back");
  }
}
