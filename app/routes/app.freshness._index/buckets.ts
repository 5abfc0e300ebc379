import type { Freshness } from "#app/freshness/types.ts";
import { readSlaStanding, type SlaStanding, slaStandings } from "#app/ui/sla-words.ts";

/** Which rows of Freshness are shown. Pure; all of it is in the URL. */

/** How much of an error budget is left, in the classes a merchant decides by. */
export const buckets = [
  { key: "exhausted", label: "Exhausted", above: Number.NEGATIVE_INFINITY, upTo: 0 },
  { key: "0-25", label: "0–25 % left", above: 0, upTo: 25 },
  { key: "25-50", label: "25–50 % left", above: 25, upTo: 50 },
  { key: "50-75", label: "50–75 % left", above: 50, upTo: 75 },
  { key: "75-100", label: "> 75 % left", above: 75, upTo: Number.POSITIVE_INFINITY },
] as const;
export type BucketKey = (typeof buckets)[number]["key"];

type Row = Pick<Freshness, "budget">;

/** The class of a row; null while nothing is known that could have used up a budget. */
export function bucketOf({ budget }: Row): BucketKey | null {
  if (budget.sliPercent === null) return null;
  const left = budget.leftPercent;
  return buckets.find(({ above, upTo }) => left > above && left <= upTo)?.key ?? null;
}

/** What the URL asks for; anything unknown is no restriction. */
export interface FreshnessFilter {
  readonly bucket: BucketKey | null;
  readonly standing: SlaStanding | null;
}

/** Reads the filter of a URL. */
export function readFilter(params: URLSearchParams): FreshnessFilter {
  const wanted = params.get("budget");
  return {
    bucket: buckets.find(({ key }) => key === wanted)?.key ?? null,
    standing: readSlaStanding(params.get("state")),
  };
}

/** The URL of a filter. */
export function hrefOf({ bucket, standing }: FreshnessFilter): string {
  const params = new URLSearchParams({
    ...(standing === null ? {} : { state: standing }),
    ...(bucket === null ? {} : { budget: bucket }),
  }).toString();
  return params === "" ? "/app/freshness" : `/app/freshness?${params}`;
}

/** Whether a row is wanted. */
export function isWanted(row: Row, { bucket, standing }: FreshnessFilter): boolean {
  return (
    (bucket === null || bucketOf(row) === bucket) &&
    (standing === null || row.budget.standing === standing)
  );
}

/** Counts by class and by standing, each for the rows the other filter leaves. */
export function countRows(rows: readonly Row[], filter: FreshnessFilter) {
  const count = (wanted: FreshnessFilter) => rows.filter((row) => isWanted(row, wanted)).length;
  return {
    buckets: buckets.map(({ key, label }) => ({
      key,
      label,
      count: count({ ...filter, bucket: key }),
    })),
    standings: slaStandings.map((standing) => ({
      standing,
      count: count({ ...filter, standing }),
    })),
  };
}
