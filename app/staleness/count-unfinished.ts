import type { Queryable } from "#app/db.server.ts";
import { countUnfinishedDeliveries } from "#app/delivery/index.server.ts";
import { countUnfinishedEvents } from "#app/events/index.server.ts";
import { countCap } from "./explain-staleness.ts";
import { type Flow, linesOf } from "./gather-flows.ts";

/** How many changes are unfinished, by shop and domain, and by system and domain. */
export interface UnfinishedCounts {
  readonly events: ReadonlyMap<string, number>;
  readonly deliveries: ReadonlyMap<string, number>;
}

/** Counts what is unfinished on some flows, each up to `countCap`. */
export async function countUnfinished(
  db: Queryable,
  flows: readonly Flow[],
): Promise<UnfinishedCounts> {
  const shops = [...new Set(flows.map((flow) => flow.shop.shop))];
  const lines = flows.flatMap(({ system, domain }) =>
    system === null ? [] : linesOf(system).filter((line) => line.domain === domain),
  );
  const [events, deliveries] = await Promise.all([
    countUnfinishedEvents(db, shops, countCap),
    countUnfinishedDeliveries(db, lines, countCap),
  ]);
  return { events, deliveries };
}

/** How many changes of one flow are unfinished. */
export function countOf(counts: UnfinishedCounts, { shop, domain, system }: Flow): number {
  const events = counts.events.get(`${shop.shop} ${domain}`) ?? 0;
  const sent = system === null ? 0 : (counts.deliveries.get(`${system.id} ${domain}`) ?? 0);
  return Math.min(countCap, events + sent);
}
