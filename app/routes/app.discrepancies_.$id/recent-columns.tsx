import type { EventSummary } from "#app/events/types.ts";
import { EventStatusBadge } from "#app/ui/kit/badge.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { sourceWords, topicWord } from "#app/ui/words.ts";

/** The columns of a record's last events. */
export const recentColumns: readonly Column<EventSummary>[] = [
  { key: "topic", heading: "Event", cell: (event) => topicWord(event.topic) },
  { key: "source", heading: "Source", cell: (event) => sourceWords[event.source] },
  {
    key: "status",
    heading: "Status",
    cell: (event) => <EventStatusBadge status={event.status} />,
  },
  {
    key: "at",
    heading: "Received",
    align: "end",
    cell: (event) => <RelativeTime at={event.receivedAt} />,
  },
];
