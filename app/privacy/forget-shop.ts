import { forgetAlertsOfShop } from "#app/alerts/index.server.ts";
import type { Clock, Database, Transaction } from "#app/db.server.ts";
import {
  forgetGroupsOfShop,
  forgetOrderHoldsOfShop,
  forgetPoolsOfShop,
} from "#app/coordination/index.server.ts";
import { forgetDeliveriesOfShop } from "#app/delivery/index.server.ts";
import { forgetDiscrepanciesOfShop } from "#app/discrepancies/index.server.ts";
import { forgetEventsOfShop } from "#app/events/index.server.ts";
import { forgetLagsOfShop } from "#app/freshness/index.server.ts";
import type { JobPayload } from "#app/jobs.ts";
import { forgetMirrorOfShop } from "#app/mirror/index.server.ts";
import { forgetAuditOfShop, type Logger } from "#app/observability/index.server.ts";
import { forgetRulesOfShop } from "#app/ownership/index.server.ts";
import { forgetPollsOfShop } from "#app/polling/index.server.ts";
import { countActiveJobs, type EnqueuedJob, forgetJobsOfShop } from "#app/queue/index.server.ts";
import {
  endInstallation,
  forgetShop as forgetShopItself,
  getShop,
  openShopName,
} from "#app/shops/index.server.ts";
import { forgetTopicsOfShop, forgetTransportsOfShop } from "#app/subscriptions/index.server.ts";
import { forgetSilencesOfShop } from "#app/silence/index.server.ts";
import { forgetReconciliationsOfShop } from "#app/reconciliation/index.server.ts";
import { forgetSystemsOfShop, systemIdsOf } from "#app/systems/index.server.ts";
import type { Vault } from "#app/vault/index.server.ts";
import { forgetIntentsOfShop } from "#app/write-back/index.server.ts";
import { inSmallSteps } from "./in-small-steps.ts";
import { forgetRequestsOfShop } from "./request-store.ts";

/** Deletes some rows of a shop, at most `limit` of each table, and tells how many. */
type ForgetSome = (tx: Transaction, shop: string, limit: number) => Promise<number>;

/** What forgetting a shop takes. */
export interface ForgetShopDeps {
  readonly db: Database;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Logger;
  readonly forgetTokens: (tx: Transaction, shop: string) => Promise<void>;
  /** The answers kept for repeated API requests (the API stands above this room). */
  readonly forgetKeysOfShop: ForgetSome;
  readonly enqueue: (
    tx: Transaction,
    name: "forget-shop",
    jobs: readonly EnqueuedJob<"forget-shop">[],
  ) => Promise<void>;
}

/** Every room's own rows. The jobs go first: they would make more. */
const rooms: readonly ForgetSome[] = [
  forgetJobsOfShop,
  async (tx, shop, limit) => forgetDeliveriesOfShop(tx, shop, await systemIdsOf(tx, shop), limit),
  forgetIntentsOfShop,
  forgetReconciliationsOfShop,
  forgetDiscrepanciesOfShop,
  forgetMirrorOfShop,
  forgetEventsOfShop,
  forgetLagsOfShop,
  forgetPollsOfShop,
  forgetRulesOfShop,
  forgetGroupsOfShop,
  forgetPoolsOfShop,
  forgetOrderHoldsOfShop,
  forgetSystemsOfShop,
  forgetTopicsOfShop,
  forgetTransportsOfShop,
  forgetSilencesOfShop,
  forgetRequestsOfShop,
  forgetAlertsOfShop,
  forgetAuditOfShop,
];

/** Longer than a transaction that began before the shop was switched off. */
const lookAgainSeconds = 5;

/**
 * Deletes every row that names a shop. The shop is switched off first, so that nothing new comes in;
 * what was under way at that moment may still write, hence everything is gone through again, until
 * nothing is found and nobody works for the shop any more. Each step can be repeated, and a run that
 * dies begins anew. Does nothing when the merchant has installed the app again.
 */
export async function forgetShop(
  deps: ForgetShopDeps,
  job: JobPayload<"forget-shop">,
): Promise<void> {
  const { db, log } = deps;
  const shop = openShopName(deps.vault, job.shop);
  if (!(await switchOff(deps, shop, job))) return;
  let gone = 0;
  for (const forgetSome of [...rooms, deps.forgetKeysOfShop])
    gone += await inSmallSteps((limit) => db.transaction((tx) => forgetSome(tx, shop, limit)));
  if (job.pass > 0 && gone === 0 && (await countActiveJobs(db, shop)) === 0) {
    log.info({ passes: job.pass + 1 }, "a shop that left is forgotten");
    return;
  }
  const again = { payload: { ...job, pass: job.pass + 1 }, group: "privacy" };
  await db.transaction((tx) =>
    deps.enqueue(tx, "forget-shop", [{ ...again, startAfterSeconds: lookAgainSeconds }]),
  );
}

/** False: the shop is, or has become, one that must not be forgotten. */
async function switchOff(
  deps: ForgetShopDeps,
  shop: string,
  job: JobPayload<"forget-shop">,
): Promise<boolean> {
  return deps.db.transaction(async (tx) => {
    if (job.pass > 0 && (await getShop(tx, shop))) return false;
    const orderedAt = new Date(job.orderedAtMs);
    if (!(await endInstallation(tx, shop, orderedAt, deps.clock.now()))) return false;
    await deps.forgetTokens(tx, shop);
    await forgetShopItself(tx, shop);
    return true;
  });
}
