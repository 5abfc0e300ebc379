import type { EventSummary } from "#app/events/types.ts";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { EventStatusBadge } from "#app/ui/kit/badge.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { lagTargetSeconds } from "#app/ui/lag-targets.ts";
import { sourceWords, topicWord } from "#app/ui/words.ts";

/** The columns of the list of events. */
export const eventColumns: readonly Column<EventSummary>[] = [
  {
    key: "topic",
    heading: "Event",
    cell: (event) => (
      <>
        {topicWord(event.topic)}
        <span className="cv-cell-2 cv-mono">{event.topic}</span>
      </>
    ),
  },
  {
    key: "status",
    heading: "Status",
    cell: (event) => <EventStatusBadge status={event.status} />,
  },
  {
    key: "resource",
    heading: "Resource",
    cell: (event) =>
      event.resource === null ? (
        "–"
      ) : (
        <span title={event.resource.id}>{resourceLabel(event.resource)}</span>
      ),
  },
  {
    key: "source",
    heading: "Source",
    optional: true,
    cell: (event) => sourceWords[event.source],
  },
  {
    key: "repeats",
    heading: "Repeats",
    align: "end",
    optional: true,
    cell: (event) =>
      event.duplicates === 0 ? (
        <span className="cv-subdued">0</span>
      ) : (
        <span title="Shopify sent it again; the repeats had no effect.">
          {formatCount(event.duplicates)}
        </span>
      ),
  },
  { key: "lag", heading: "Lag", align: "end", cell: (event) => <Lag event={event} /> },
  {
    key: "received",
    heading: "Received",
    align: "end",
    cell: (event) => <RelativeTime at={event.receivedAt} />,
  },
];

/** From the change in Shopify to its arrival here; marked when that alone misses the target. */
function Lag({ event }: { readonly event: EventSummary }) {
  const seconds = (Date.parse(event.receivedAt) - Date.parse(event.occurredAt)) / 1000;
  const target = event.domain === null ? null : lagTargetSeconds(event.domain);
  const late = target !== null && seconds > target;
  return (
    <span
      className={late ? "cv-critical" : undefined}
      title={late ? "Later than the target" : "From the change in Shopify to its arrival"}
    >
      {formatSeconds(seconds)}
    </span>
  );
}
