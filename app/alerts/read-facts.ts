import { countUndecided } from "#app/coordination/index.server.ts";
import type { Clock, Queryable } from "#app/db.server.ts";
import { deadLetterTotals, systemHealth } from "#app/delivery/index.server.ts";
import { countOpenDiscrepancies } from "#app/discrepancies/index.server.ts";
import { getShop } from "#app/shops/index.server.ts";
import { standingSilences } from "#app/silence/index.server.ts";
import { readFreshness } from "#app/staleness/index.server.ts";
import { listTopics } from "#app/subscriptions/index.server.ts";
import { listSystems } from "#app/systems/index.server.ts";
import type { ShopFacts } from "./judge.ts";
import { flowFacts } from "./judge-freshness.ts";

/** What the rules look at, and where the shop's clocks stand. */
export type ReadFacts = ShopFacts & { readonly timeZone: string | null };

/**
 * Reads what the rules look at; null when the shop is not installed. Costs the same however much has
 * happened: everything that is counted is counted up to a limit.
 */
export async function readFacts(
  deps: { readonly db: Queryable; readonly clock: Clock },
  shop: string,
  nowMs: number,
  usualDiscrepancies: number | null,
): Promise<ReadFacts | null> {
  const { db } = deps;
  const view = await getShop(db, shop);
  if (!view) return null;
  const [systems, health, letters, topics, silences, discrepancies, freshness, undecidedOrders] =
    await Promise.all([
      listSystems(db, shop),
      systemHealth(db, shop, nowMs),
      deadLetterTotals(db, shop),
      listTopics(db, shop),
      standingSilences(db, shop),
      countOpenDiscrepancies(db, shop),
      readFreshness(deps, shop),
      countUndecided(db, shop),
    ]);
  return {
    nowMs,
    timeZone: view.timeZone,
    reconnectNeeded: view.reconnectNeededAt !== null,
    flows: freshness.map(flowFacts),
    systems: systems.map((system) => {
      const work = health.find((one) => one.systemId === system.id);
      return {
        id: system.id,
        name: system.name,
        status: system.status,
        statusReason: system.statusReason,
        notAnsweringSinceMs: system.circuitSince === null ? null : Date.parse(system.circuitSince),
        waiting: work?.waiting ?? 0,
        oldestWaitingSeconds: work?.oldestWaitingSeconds ?? 0,
        dead: work?.dead ?? 0,
      };
    }),
    deadEvents: letters.events,
    topics,
    silences,
    undecidedOrders,
    discrepancies: { open: discrepancies.count, usual: usualDiscrepancies },
  };
}
