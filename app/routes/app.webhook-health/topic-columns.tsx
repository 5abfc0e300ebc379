import type { TopicHealth } from "#app/freshness/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { formatCount, formatPercent } from "#app/ui/format/number.ts";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { topicWord } from "#app/ui/words.ts";

const count = (value: number) => (value === 0 ? "–" : formatCount(value));

/** The columns of the topics. */
export const topicColumns: readonly Column<TopicHealth>[] = [
  {
    key: "topic",
    heading: "Webhook",
    cell: (row) => (
      <>
        {topicWord(row.topic)}
        <span className="cv-cell-2">{row.topic}</span>
      </>
    ),
  },
  { key: "received", heading: "Received", align: "end", cell: (row) => count(row.received) },
  {
    key: "missed",
    heading: "Missed",
    align: "end",
    cell: (row) =>
      row.missed <= 0 ? (
        "–"
      ) : (
        <span className="cv-text--critical">
          {formatCount(row.missed)}
          <span className="cv-cell-2">
            {formatPercent((100 * row.missed) / (row.missed + row.received))}
          </span>
        </span>
      ),
  },
  { key: "late", heading: "Late", align: "end", optional: true, cell: (row) => count(row.late) },
  {
    key: "duplicates",
    heading: "Duplicates",
    align: "end",
    optional: true,
    cell: (row) => count(row.duplicates),
  },
  {
    key: "disorder",
    heading: "Out of order",
    align: "end",
    optional: true,
    cell: (row) => count(row.outOfOrder),
  },
  {
    key: "delay",
    heading: "Delay p50 / p95",
    align: "end",
    cell: ({ delay }) =>
      delay.p50Seconds === null || delay.p95Seconds === null
        ? "–"
        : `${formatSeconds(delay.p50Seconds)} / ${formatSeconds(delay.p95Seconds)}`,
  },
  {
    key: "last",
    heading: "Last received",
    align: "end",
    cell: (row) => (row.lastReceivedAt === null ? "–" : <RelativeTime at={row.lastReceivedAt} />),
  },
];
