import type { DataDomain } from "#app/data-domains.ts";
import type { Clock, Queryable } from "#app/db.server.ts";
import { listInstalledShops } from "#app/shops/index.server.ts";
import { gatherFlows } from "./gather-flows.ts";
import { stalenessOf } from "./staleness-rule.ts";

/** The longest staleness of any shop and system, by kind of data, in seconds. For the metrics. */
export async function worstStaleness(
  db: Queryable,
  clock: Clock,
): Promise<ReadonlyMap<DataDomain, number>> {
  const flows = await gatherFlows(db, await listInstalledShops(db));
  const nowMs = clock.now();
  const worst = new Map<DataDomain, number>();
  for (const { domain, evidence } of flows) {
    const seconds = stalenessOf(evidence, nowMs).stalenessMs / 1_000;
    worst.set(domain, Math.max(seconds, worst.get(domain) ?? 0));
  }
  return worst;
}
