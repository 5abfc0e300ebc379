import { formatAge } from "#app/ui/format/duration.ts";
import { formatPercent } from "#app/ui/format/number.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Link } from "#app/ui/kit/link.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import type { Column } from "#app/ui/kit/table.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import type { FreshnessPage } from "./detail.presenter.server.ts";

type Detail = FreshnessPage["detail"];
type Consumer = Detail["consumers"][number];

/** What used the error budget up, the dearest first, with the events behind it. */
export function ConsumersSection({ detail }: Pick<FreshnessPage, "detail">) {
  const columns: readonly Column<Consumer>[] = [
    {
      key: "from",
      heading: "From",
      cell: (row) => (
        <span className="cv-nowrap">
          <Moment at={row.from} />
        </span>
      ),
    },
    {
      key: "why",
      heading: "What was in the way",
      interactive: true,
      cell: (row) => (
        <div>
          {row.sentence}
          <span className="cv-cell-2">
            <Link to={eventsHref(detail, row)}>
              {row.eventId === null ? "View events of that time" : "View the change"}
            </Link>
          </span>
        </div>
      ),
    },
    {
      key: "for",
      heading: "Over the SLA",
      align: "end",
      cell: (row) => formatAge(row.seconds),
    },
    {
      key: "cost",
      heading: "Of the budget",
      align: "end",
      cell: (row) => formatPercent(row.budgetPercent),
    },
  ];
  return (
    <Section heading="What used the budget" padding="none">
      <Table
        caption="Times over the SLA, the dearest first"
        columns={columns}
        rows={detail.consumers}
        keyOf={(row) => row.from}
        empty={
          detail.budget.sliPercent === null ? (
            <EmptyState kind="nothing" slim heading="Nothing was measured yet" />
          ) : (
            <EmptyState kind="good" slim heading="Nothing went over the SLA in this window" />
          )
        }
      />
    </Section>
  );
}

/** The event that was in the way, or all of its kind in that time. Pure. */
export function eventsHref(
  { domain }: Pick<Detail, "domain">,
  { eventId, from, to }: Pick<Consumer, "eventId" | "from" | "to">,
): string {
  if (eventId !== null) return `/app/events/${eventId}`;
  const params = new URLSearchParams({ domain, from, ...(to === null ? {} : { to }) });
  return `/app/events?${params.toString()}`;
}
