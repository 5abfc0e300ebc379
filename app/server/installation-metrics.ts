import type { AppContext } from "#app/context.server.ts";
import { dataDomains } from "#app/data-domains.ts";
import { countDeadLetters } from "#app/delivery/index.server.ts";
import { openByDomain } from "#app/discrepancies/index.server.ts";
import { type CounterTotal, type Gauge, readCounters } from "#app/observability/index.server.ts";
import { queueDepths } from "#app/queue/index.server.ts";
import { worstStaleness } from "#app/staleness/index.server.ts";

/** How the whole installation is doing: counters of all processes, and how things stand now. */
export async function readInstallation({
  db,
  clock,
  counters,
  shopify,
}: Pick<AppContext, "db" | "clock" | "counters"> & {
  readonly shopify: Pick<AppContext["shopify"], "lowestCostAvailable">;
}): Promise<{ totals: CounterTotal[]; gauges: Gauge[] }> {
  // What this very process has counted belongs on its page.
  await counters.flush(db);
  const [totals, depths, letters, discrepancies, cost, staleness] = await Promise.all([
    readCounters(db),
    queueDepths(db, clock.now()),
    countDeadLetters(db),
    openByDomain(db),
    shopify.lowestCostAvailable(),
    worstStaleness(db, clock),
  ]);
  const gauges: Gauge[] = [
    ...depths.flatMap(({ queue, pending, oldestSeconds }): Gauge[] => [
      { name: "converge_jobs_pending", labels: { queue }, value: pending },
      { name: "converge_oldest_job_age_seconds", labels: { queue }, value: oldestSeconds },
    ]),
    ...Object.entries(letters).map(
      ([kind, value]): Gauge => ({ name: "converge_dead_letters", labels: { kind }, value }),
    ),
    ...[...staleness].map(
      ([domain, value]): Gauge => ({
        name: "converge_staleness_seconds",
        labels: { domain },
        value,
      }),
    ),
    ...dataDomains.map(
      (domain): Gauge => ({
        name: "converge_discrepancies_open",
        labels: { domain },
        value: discrepancies.find((one) => one.domain === domain)?.count ?? 0,
      }),
    ),
  ];
  if (cost !== undefined)
    gauges.push({ name: "converge_shopify_cost_available", labels: {}, value: cost });
  return { totals, gauges };
}
