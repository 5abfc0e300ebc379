import type { FindingView, RunView } from "#app/reconciliation/types.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { SideValues } from "#app/ui/side-values.tsx";
import { domainWord } from "#app/ui/words.ts";

const statusWords = {
  running: { word: "Running", tone: "info" },
  completed: { word: "Completed", tone: "success" },
  failed: { word: "Failed", tone: "critical" },
  cancelled: { word: "Cancelled", tone: "neutral" },
} as const;

/** The columns of the runs. */
export function runColumns(nameOf: (id: string) => string): readonly Column<RunView>[] {
  return [
    {
      key: "what",
      heading: "Data",
      interactive: true,
      cell: (run) => <Link to={`/app/reconciliation?run=${run.id}`}>{domainWord(run.domain)}</Link>,
    },
    {
      key: "with",
      heading: "With",
      cell: (run) => (run.system === "shopify" ? "What Converge knows" : nameOf(run.system)),
    },
    { key: "at", heading: "Started", cell: (run) => <RelativeTime at={run.startedAt} /> },
    {
      key: "compared",
      heading: "Compared",
      align: "end",
      optional: true,
      cell: (run) => formatCount(run.compared),
    },
    { key: "found", heading: "Different", align: "end", cell: (run) => formatCount(run.found) },
    {
      key: "status",
      heading: "Result",
      cell: (run) => (
        <Badge tone={statusWords[run.status].tone}>{statusWords[run.status].word}</Badge>
      ),
    },
  ];
}

/** What kind of difference it is, in a few words. */
export const kindWords = {
  value: "The two differ",
  missing_in_mirror: "Converge did not know it",
  missing_in_system: "Missing in the system",
  missing_in_shopify: "Missing in Shopify",
} as const;

/** How far a difference is. */
export const stateWords = {
  suspected: { word: "Checking", tone: "info" },
  repaired: { word: "Repaired", tone: "success" },
  open: { word: "Open", tone: "caution" },
  in_flight: { word: "On its way", tone: "neutral" },
  gone: { word: "Gone", tone: "neutral" },
} as const;

/** The columns of a run's differences. */
export function differenceColumns(nameOf: (id: string) => string): readonly Column<FindingView>[] {
  return [
    {
      key: "what",
      heading: "Record",
      cell: (row) => recordName(row),
    },
    {
      key: "why",
      heading: "What happened",
      cell: (row) => (
        <span className="cv-why">
          {kindWords[row.kind]}
          <span className="cv-cell-2">{row.cause}</span>
        </span>
      ),
    },
    {
      key: "shopify",
      heading: "Shopify has",
      cell: (row) => <SideValues values={row.shopifyValue} />,
    },
    {
      key: "other",
      heading: "The other has",
      cell: (row) => (
        <>
          <SideValues values={row.otherValue} />
          {row.side === "mirror" && <span className="cv-cell-2">What Converge knew</span>}
          {row.owner !== null && <span className="cv-cell-2">{`Owner: ${nameOf(row.owner)}`}</span>}
        </>
      ),
    },
    {
      key: "state",
      heading: "State",
      cell: (row) => <Badge tone={stateWords[row.state].tone}>{stateWords[row.state].word}</Badge>,
    },
  ];
}

/** What people call it: its SKU, its title or number, else its id's tail. */
export function recordName({
  sku,
  resourceId,
  key,
  shopifyValue,
  otherValue,
}: FindingView): string {
  const side = shopifyValue ?? otherValue ?? {};
  const name = sku ?? side["title"] ?? side["name"];
  if (typeof name === "string" && name !== "") return name;
  return resourceId === null ? key : resourceLabel({ id: resourceId, type: "", sku: null }).trim();
}
