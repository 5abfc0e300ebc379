import { useSearchParams } from "@remix-run/react";
import type { DeliveryStatus, DeliveryView } from "#app/delivery/types.ts";
import { formatMs } from "#app/ui/format/duration.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { DeliveryStatusBadge } from "#app/ui/kit/badge.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { FreshRows, useSteadyRows } from "#app/ui/kit/steady-rows.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { Paging, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { deliveryStatusWords, topicWord } from "#app/ui/words.ts";
import { rowsPerPage } from "./paging.ts";

const views: readonly (DeliveryStatus | null)[] = [
  null,
  "delivered",
  "retrying",
  "waiting",
  "dead",
];

/** What was sent to a system lately, newest first. */
export function Deliveries(props: {
  readonly systemId: string;
  readonly page: {
    readonly deliveries: readonly DeliveryView[];
    readonly next: string | null;
    readonly status: DeliveryStatus | null;
  };
}) {
  const { page, systemId } = props;
  const [params] = useSearchParams();
  const steady = useSteadyRows(page.deliveries, idOf, `${systemId} ${params.toString()}`);
  const href = (status: DeliveryStatus | null, after: string | null) => {
    const search = new URLSearchParams();
    if (status !== null) search.set("status", status);
    if (after !== null) search.set("after", after);
    const text = search.toString();
    return `/app/systems/${systemId}${text === "" ? "" : `?${text}`}`;
  };
  return (
    <Section
      heading="Deliveries"
      padding="none"
      accessory={
        <FreshRows steady={steady} singular="delivery" plural="deliveries" pageSize={rowsPerPage} />
      }
    >
      <ViewTabs
        label="Deliveries by status"
        views={views.map((status) => ({
          label: status === null ? "All" : deliveryStatusWords[status].word,
          to: href(status, null),
          current: status === page.status,
        }))}
      />
      <Table
        caption="Deliveries, newest first"
        columns={columns}
        rows={steady.rows}
        keyOf={idOf}
        hrefOf={({ fromShop, eventId }) =>
          fromShop === null ? `/app/events/${eventId}` : undefined
        }
        empty={
          page.status === null ? (
            <EmptyState kind="nothing" slim heading="Nothing was sent yet">
              The system gets changes from the moment it was connected. Send a test event to see
              whether it answers.
            </EmptyState>
          ) : (
            <EmptyState
              kind="search"
              slim
              heading={`No delivery is ${deliveryStatusWords[page.status].word.toLowerCase()}`}
              action={{ content: "View all deliveries", to: href(null, null) }}
            />
          )
        }
      />
      <Paging
        label="Pages of deliveries"
        first={params.has("after") ? href(page.status, null) : null}
        next={page.next === null ? null : href(page.status, page.next)}
      />
    </Section>
  );
}

function idOf(delivery: DeliveryView): string {
  return delivery.id;
}

const columns: readonly Column<DeliveryView>[] = [
  {
    key: "what",
    heading: "Change",
    cell: (delivery) => (
      <>
        {topicWord(delivery.type)}
        <span className="cv-cell-2">
          {resourceLabel({
            type: delivery.resourceType,
            id: delivery.resourceId,
            sku: delivery.sku,
          })}
          {delivery.fromShop !== null && ` of ${shopHandle(delivery.fromShop)}`}
        </span>
      </>
    ),
  },
  {
    key: "status",
    heading: "Status",
    cell: (delivery) => (
      <span title={delivery.reason ?? undefined}>
        <DeliveryStatusBadge status={delivery.status} />
        {delivery.replayOf !== null && <span className="cv-cell-2">Replay</span>}
      </span>
    ),
  },
  {
    key: "answer",
    heading: "Last answer",
    optional: true,
    cell: (delivery) => lastAnswer(delivery),
  },
  {
    key: "attempts",
    heading: "Attempts",
    align: "end",
    cell: (delivery) => formatCount(delivery.attempts.length),
  },
  {
    key: "created",
    heading: "Queued",
    align: "end",
    cell: (delivery) => <RelativeTime at={delivery.createdAt} />,
  },
];

function lastAnswer(delivery: DeliveryView): string {
  const last = delivery.attempts.at(-1);
  if (!last) return "–";
  const answer = last.httpStatus === null ? "No answer" : `HTTP ${String(last.httpStatus)}`;
  return `${answer}, ${formatMs(last.durationMs)}`;
}
