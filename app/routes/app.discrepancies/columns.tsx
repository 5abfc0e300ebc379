import type { DiscrepancyKind, DiscrepancyView, Remedy } from "#app/discrepancies/types.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { countOf } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { SideValues } from "#app/ui/side-values.tsx";
import { domainWord } from "#app/ui/words.ts";

/** A discrepancy, what deciding for the owner does, and what the store calls its place. */
export type DiscrepancyRow = DiscrepancyView & {
  readonly remedy: Remedy;
  readonly place: string | null;
};

/** What happened, in a few words. */
export const kindWords: Readonly<Record<DiscrepancyKind, string>> = {
  value: "The two differ",
  missing_in_system: "Missing in the system",
  missing_in_shopify: "Missing in Shopify",
  foreign_write: "Changed by somebody else",
  write_conflict: "Could not be written",
};

/** Names a discrepancy in one line. */
export function labelOf(row: DiscrepancyRow): string {
  const what = resourceLabel(row.resource);
  return row.place === null ? what : `${what} at ${row.place}`;
}

/** The columns of the discrepancies. */
export function discrepancyColumns(options: {
  readonly nameOf: (owner: string) => string;
  readonly onDecide: (row: DiscrepancyRow, how: "owner" | "ignore") => void;
}): readonly Column<DiscrepancyRow>[] {
  return [
    {
      key: "what",
      heading: "Record",
      cell: (row) => (
        <>
          {resourceLabel(row.resource)}
          <span className="cv-cell-2">{row.place ?? domainWord(row.domain)}</span>
        </>
      ),
    },
    {
      key: "why",
      heading: "What happened",
      cell: (row) => (
        <span className="cv-why">
          {kindWords[row.kind]}
          <span className="cv-cell-2">
            {row.cause}
            {row.times > 1 && ` Seen ${countOf(row.times, "time")}.`}
          </span>
        </span>
      ),
    },
    {
      key: "shopify",
      heading: "Shopify has",
      cell: (row) => <SideValues values={row.shopifyValue} />,
    },
    {
      key: "owner",
      heading: "The owner has",
      cell: (row) => (
        <>
          <SideValues values={row.systemValue} />
          <span className="cv-cell-2">{options.nameOf(row.owner)}</span>
        </>
      ),
    },
    {
      key: "since",
      heading: "Since",
      align: "end",
      cell: (row) => <RelativeTime at={row.firstSeenAt} />,
    },
    {
      key: "act",
      heading: "",
      align: "end",
      interactive: true,
      cell: (row) =>
        row.status === "open" ? (
          <Decide row={row} onDecide={options.onDecide} />
        ) : (
          <span className="cv-subdued">{row.resolution}</span>
        ),
    },
  ];
}

function Decide(props: {
  readonly row: DiscrepancyRow;
  readonly onDecide: (row: DiscrepancyRow, how: "owner" | "ignore") => void;
}) {
  const { row } = props;
  const settle = settleWords[row.remedy];
  return (
    <div className="cv-issue-actions">
      <Button
        size="slim"
        accessibilityLabel={`${settle}: ${labelOf(row)}`}
        onClick={() => {
          props.onDecide(row, "owner");
        }}
      >
        {settle}
      </Button>
      <Button
        size="slim"
        accessibilityLabel={`Ignore: ${labelOf(row)}`}
        onClick={() => {
          props.onDecide(row, "ignore");
        }}
      >
        Ignore
      </Button>
    </div>
  );
}

/** What deciding for the owner does. */
export const settleWords = {
  write: "Use the owner's",
  tell: "Send Shopify's",
  gone: "Mark settled",
  none: "Mark settled",
} as const;
