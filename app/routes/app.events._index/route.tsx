import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigate, useNavigation, useSearchParams } from "@remix-run/react";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Checkbox } from "#app/ui/kit/fields.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { FreshRows, useSteadyRows } from "#app/ui/kit/steady-rows.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { eventStatuses } from "#app/events/types.ts";
import { eventStatusWords } from "#app/ui/words.ts";
import { eventColumns } from "./event-columns.tsx";
import { EventFilters } from "./event-filters.tsx";
import {
  describeQuery,
  eventsHref,
  isFiltered,
  readEventQuery,
  rowsPerPage,
} from "./event-query.ts";
import type { EventQuery } from "./event-query.ts";
import { loadEvents } from "./events.presenter.server.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session, redirect } = await context.shopify.authenticate.admin(request);
  const query = readEventQuery(new URL(request.url).searchParams);
  const page = await loadEvents(context, session.shop, query);
  if (page.openEvent !== null) throw redirect(`/app/events/${page.openEvent}`);
  return page;
}

export default function EventsPage() {
  const page = useLoaderData<typeof loader>();
  const navigation = useNavigation();
  const [params] = useSearchParams();
  const query = readEventQuery(params);
  const live = useLiveRefresh(query.live && query.after === null);
  const steady = useSteadyRows(page.events, idOf, params.toString());
  const loading = navigation.state === "loading" && navigation.location.pathname === "/app/events";
  return (
    <Page
      heading="Events"
      subheading="Everything your store told Converge, and what became of it."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <Section padding="none">
        <ViewTabs label="Events by status" views={viewsOf(query)} />
        <EventFilters key={query.q} query={query} />
        <TableBar
          start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
          end={
            <>
              <FreshRows steady={steady} singular="event" plural="events" pageSize={rowsPerPage} />
              <LiveSwitch query={query} />
            </>
          }
        />
        <Table
          caption={describeQuery(query)}
          columns={eventColumns}
          rows={steady.rows}
          keyOf={idOf}
          hrefOf={(event) => `/app/events/${event.id}`}
          loading={loading}
          empty={<NoEvents query={query} />}
        />
        <Paging
          label="Pages of events"
          first={query.after === null ? null : eventsHref(query)}
          next={page.next === null ? null : eventsHref(query, { after: page.next })}
        />
      </Section>
    </Page>
  );
}

function idOf(event: { readonly id: string }): string {
  return event.id;
}

/** New events are looked for while it is on; they come in only when asked for. */
function LiveSwitch({ query }: { readonly query: EventQuery }) {
  const navigate = useNavigate();
  const { location } = useNavigation();
  // The switch turns at once; the list follows when it has been read.
  const next =
    location?.pathname === "/app/events"
      ? readEventQuery(new URLSearchParams(location.search)).live
      : query.live;
  // Older pages do not change.
  if (query.after !== null) return null;
  return (
    <Checkbox
      label="Live"
      checked={next}
      onChange={(checked) => {
        navigate(eventsHref(query, { live: checked ? "1" : null }), { preventScrollReset: true });
      }}
    />
  );
}

function viewsOf(query: EventQuery) {
  const all = {
    label: "All",
    to: eventsHref(query, { status: null }),
    current: query.filter.status === undefined,
  };
  const statuses = eventStatuses.map((status) => ({
    label: eventStatusWords[status].word,
    to: eventsHref(query, { status }),
    current: query.filter.status === status,
  }));
  return [all, ...statuses];
}

function NoEvents({ query }: { readonly query: EventQuery }) {
  if (query.after !== null) {
    return (
      <EmptyState
        kind="nothing"
        heading="No older events"
        action={{ content: "Back to the newest", to: eventsHref(query) }}
      />
    );
  }
  if (isFiltered(query)) {
    return (
      <EmptyState
        kind="search"
        heading="No events match"
        action={{ content: "Clear filters", to: "/app/events" }}
      >
        {query.q === ""
          ? "No event of your store fits all the filters you chose."
          : "The search takes an event id, a webhook id, a correlation id, the id of an order, product or customer, a SKU, or a topic such as orders/updated."}
      </EmptyState>
    );
  }
  return (
    <EmptyState kind="nothing" heading="No events yet">
      Change a stock level or edit a product in your store: it shows up here within seconds.
    </EmptyState>
  );
}
