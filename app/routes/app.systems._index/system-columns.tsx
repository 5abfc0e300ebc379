import { formatSeconds } from "#app/ui/format/duration.ts";
import { formatCount, formatPercent } from "#app/ui/format/number.ts";
import { HealthBadge } from "#app/ui/kit/badge.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { kindWords } from "#app/ui/words.ts";
import type { SystemRow } from "./systems.presenter.server.ts";

/** The columns of the list of systems. */
export const systemColumns: readonly Column<SystemRow>[] = [
  {
    key: "name",
    heading: "Name",
    cell: (row) => (
      <>
        {row.name}
        <span className="cv-cell-2">{kindWords[row.kind]}</span>
      </>
    ),
  },
  { key: "health", heading: "Health", cell: (row) => <HealthBadge state={row.state} /> },
  {
    key: "success",
    heading: "Success, 24 h",
    align: "end",
    cell: (row) => {
      const total = row.delivered + row.failed;
      return total === 0 ? "–" : formatPercent((row.delivered / total) * 100);
    },
  },
  {
    key: "delivered",
    heading: "Delivered, 24 h",
    align: "end",
    optional: true,
    cell: (row) => formatCount(row.delivered),
  },
  { key: "waiting", heading: "Waiting", align: "end", cell: (row) => waitingText(row) },
  {
    key: "dead",
    heading: "Dead letters",
    align: "end",
    interactive: true,
    cell: (row) =>
      row.dead === 0 ? (
        "0"
      ) : (
        <Link to={`/app/dead-letters?system=${encodeURIComponent(row.id)}`}>
          {formatCount(row.dead)}
        </Link>
      ),
  },
  {
    key: "last",
    heading: "Last delivery",
    align: "end",
    cell: (row) => (row.lastDeliveredAt === null ? "–" : <RelativeTime at={row.lastDeliveredAt} />),
  },
];

function waitingText(row: SystemRow): string {
  if (row.waiting === 0) return "0";
  const oldest = row.oldestWaitingSeconds;
  return oldest === null || oldest < 1
    ? formatCount(row.waiting)
    : `${formatCount(row.waiting)}, oldest ${formatSeconds(oldest)}`;
}
