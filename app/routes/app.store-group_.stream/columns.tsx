import type { EventSummary } from "#app/events/types.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { EventStatusBadge } from "#app/ui/kit/badge.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { topicWord } from "#app/ui/words.ts";

/** The columns of the events of several stores, as one of them sees them. */
export function streamColumns(own: string): readonly Column<EventSummary>[] {
  return [
    {
      key: "topic",
      heading: "Event",
      cell: ({ topic }) => (
        <>
          {topicWord(topic)}
          <span className="cv-cell-2 cv-mono">{topic}</span>
        </>
      ),
    },
    {
      key: "shop",
      heading: "Store",
      cell: ({ shop }) => (
        <span className={shop === own ? "cv-subdued" : undefined}>
          {shop === own ? `${shopHandle(shop)} (this store)` : shopHandle(shop)}
        </span>
      ),
    },
    {
      key: "status",
      heading: "Status",
      cell: ({ status }) => <EventStatusBadge status={status} />,
    },
    {
      key: "resource",
      heading: "Resource",
      cell: ({ resource }) =>
        resource === null ? "–" : <span title={resource.id}>{resourceLabel(resource)}</span>,
    },
    {
      key: "correlation",
      heading: "Correlation",
      optional: true,
      interactive: true,
      cell: ({ correlationId }) => <CopyableId value={correlationId} label="correlation id" />,
    },
    {
      key: "received",
      heading: "Received",
      align: "end",
      cell: ({ receivedAt }) => <RelativeTime at={receivedAt} />,
    },
  ];
}
