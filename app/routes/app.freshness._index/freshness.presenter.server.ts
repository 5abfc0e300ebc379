import type { AppContext } from "#app/context.server.ts";
import type { Freshness, FreshnessSla } from "#app/freshness/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { readFreshness } from "#app/staleness/index.server.ts";
import { byUrgency, slaCounts, slaWords } from "#app/ui/sla-words.ts";
import { countRows, hrefOf, isWanted } from "./buckets.ts";
import type { FreshnessFilter } from "./buckets.ts";

/** What a row of the list shows. */
export interface FreshnessRow
  extends Pick<
    Freshness,
    "domain" | "system" | "systemName" | "completeUpTo" | "budget" | "sparkline"
  > {
  readonly sla: Omit<FreshnessSla, "system">;
}

function toRow(row: Freshness): FreshnessRow {
  const { domain, system, systemName, completeUpTo, budget, sparkline } = row;
  const { system: _own, ...sla } = row.sla;
  return { domain, system, systemName, completeUpTo, budget, sparkline, sla };
}

/** How old every kind of data is, everywhere, and what is left of what may go wrong. */
export async function loadFreshness(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  shop: string,
  filter: FreshnessFilter,
) {
  const nowMs = clock.now();
  const [view, all] = await Promise.all([getShop(db, shop), readFreshness({ db, clock }, shop)]);
  const counts = countRows(all, filter);
  return {
    loadedMs: nowMs,
    timeZone: view?.timeZone ?? null,
    rows: byUrgency(all.filter((row) => isWanted(row, filter))).map(toRow),
    total: all.length,
    summary: slaCounts(all.map(({ budget }) => budget.standing)),
    view: hrefOf(filter),
    filtered: filter.bucket !== null || filter.standing !== null,
    buckets: counts.buckets.map((bucket) => ({
      ...bucket,
      current: bucket.key === filter.bucket,
      // A tile that is chosen takes its choice back.
      to: hrefOf({ ...filter, bucket: bucket.key === filter.bucket ? null : bucket.key }),
    })),
    views: [
      {
        label: "All",
        to: hrefOf({ ...filter, standing: null }),
        current: filter.standing === null,
      },
      ...counts.standings
        .filter(({ standing, count }) => count > 0 || standing === filter.standing)
        .map(({ standing, count }) => ({
          label: `${slaWords[standing].word} ${String(count)}`,
          to: hrefOf({ ...filter, standing }),
          current: standing === filter.standing,
        })),
    ],
  };
}
