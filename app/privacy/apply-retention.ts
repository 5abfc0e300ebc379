import { dropOldAlerts } from "#app/alerts/index.server.ts";
import type { Clock, Database, Queryable } from "#app/db.server.ts";
import {
  dropOldCodes,
  dropOldEntries,
  dropOldHolds,
  dropOldOrderHolds,
  dropOldPoolChanges,
  dropOrphans,
  dropUnnamedCollections,
} from "#app/coordination/index.server.ts";
import { dropOldBooks, dropOldDeliveries, oldestUnfinished } from "#app/delivery/index.server.ts";
import { dropOldDiscrepancies } from "#app/discrepancies/index.server.ts";
import { dropOldBodies, dropOldEvents, dropOldOutcomes } from "#app/events/index.server.ts";
import { dropOldLags } from "#app/freshness/index.server.ts";
import { dropOldChanges, dropOldEchoes, firstPlace } from "#app/mirror/index.server.ts";
import { dropOldAudit, type Logger } from "#app/observability/index.server.ts";
import { dropOldRuns } from "#app/reconciliation/index.server.ts";
import { knownShops } from "#app/shops/index.server.ts";
import { dropOldTransportDays } from "#app/subscriptions/index.server.ts";
import { dropOldIntents } from "#app/write-back/index.server.ts";
import { inSmallSteps } from "./in-small-steps.ts";
import { dropOldRequests } from "./request-store.ts";
import { keptForMs } from "./retention-times.ts";

/** What the retention takes. */
export interface RetentionDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  /** Forgets the answers kept for repeated API requests (the API stands above this room). */
  readonly dropOldKeys: (db: Queryable, nowMs: number, limit: number) => Promise<number>;
}

/** A run ends after this long; the next one goes on where it stopped. */
const longestRunMs = 20 * 60_000;

type DropOld = (db: Queryable, beforeMs: number, limit: number) => Promise<number>;

const byAge: readonly (readonly [DropOld, keyof typeof keptForMs])[] = [
  [dropOldBodies, "bodies"],
  [dropOldEvents, "events"],
  [dropOldOutcomes, "figures"],
  [dropOldDeliveries, "deliveries"],
  [dropOldBooks, "figures"],
  [dropOldLags, "figures"],
  [dropOldTransportDays, "figures"],
  [dropOldIntents, "intents"],
  [dropOldDiscrepancies, "discrepancies"],
  [dropOldRuns, "comparisons"],
  [dropOldEchoes, "echoes"],
  [dropOldCodes, "codes"],
  [dropOldEntries, "ledger"],
  [dropOldHolds, "intents"],
  [dropOldOrderHolds, "intents"],
  [dropOldPoolChanges, "intents"],
  [dropOrphans, "codes"],
  [dropUnnamedCollections, "codes"],
  [dropOldRequests, "requests"],
  [dropOldAlerts, "alerts"],
  [dropOldAudit, "audit"],
];

/**
 * Deletes what has been kept for long enough, a few hundred rows at a time. What still has to be
 * done (an event to process, a delivery on its way, a write or a disagreement that is open) stays,
 * however old it is. Any number may run at once; a run that dies is gone on with by the next.
 */
export async function applyRetention(deps: RetentionDeps): Promise<void> {
  const { db, log } = deps;
  const nowMs = deps.clock.now();
  const mayGoOn = () => deps.clock.now() - nowMs < longestRunMs;
  let dropped = await inSmallSteps((limit) => deps.dropOldKeys(db, nowMs, limit), mayGoOn);
  for (const [dropOld, kind] of byAge)
    dropped += await inSmallSteps((limit) => dropOld(db, nowMs - keptForMs[kind], limit), mayGoOn);
  dropped += await dropChanges(db, nowMs, mayGoOn);
  log.info({ dropped }, "retention applied");
}

/** Changes go shop by shop, since an unfinished delivery still needs those of its time. */
async function dropChanges(db: Database, nowMs: number, mayGoOn: () => boolean): Promise<number> {
  const unfinished = await oldestUnfinished(db);
  const marginMs = keptForMs.changes - keptForMs.deliveries;
  let dropped = 0;
  for (const shop of await knownShops(db)) {
    const oldestMs = unfinished.get(shop)?.getTime() ?? nowMs;
    const beforeMs = Math.min(nowMs - keptForMs.changes, oldestMs - marginMs);
    let place = firstPlace;
    await inSmallSteps(async (limit) => {
      const step = await dropOldChanges(db, shop, beforeMs, place, limit);
      dropped += step.dropped;
      place = step.reached ?? place;
      return step.reached === null ? 0 : limit;
    }, mayGoOn);
  }
  return dropped;
}
