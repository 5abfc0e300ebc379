import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation, useSearchParams } from "@remix-run/react";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { eventStatuses } from "#app/events/types.ts";
import { eventStatusWords } from "#app/ui/words.ts";
import { eventColumns } from "./event-columns.tsx";
import { EventFilters } from "./event-filters.tsx";
import { describeQuery, eventsHref, isFiltered, readEventQuery } from "./event-query.ts";
import type { EventQuery } from "./event-query.ts";
import { loadEvents } from "./events.presenter.server.ts";
import { LiveBar } from "./live-bar.tsx";

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
        <LiveBar query={query} newest={page.events[0]?.id ?? null} />
        <Table
          caption={describeQuery(query)}
          columns={eventColumns}
          rows={page.events}
          keyOf={(event) => event.id}
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
        The search takes an event id, a webhook id, a correlation id, the id of an order, product or
        customer, or a topic such as orders/updated.
      </EmptyState>
    );
  }
  return (
    <EmptyState kind="nothing" heading="No events yet">
      Change a stock level or edit a product in your store: it shows up here within seconds.
    </EmptyState>
  );
}
