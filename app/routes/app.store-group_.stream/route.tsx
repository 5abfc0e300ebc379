import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { groupOf, listGroupEvents } from "#app/coordination/index.server.ts";
import type { EventSummary } from "#app/events/types.ts";
import { getShop } from "#app/shops/index.server.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { FreshRows, useSteadyRows } from "#app/ui/kit/steady-rows.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar } from "#app/ui/kit/table-tools.tsx";
import { streamColumns } from "./columns.tsx";

const rowsPerPage = 50;
const address = "/app/store-group/stream";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session, redirect } = await context.shopify.authenticate.admin(request);
  const { db, clock } = context;
  const { shop } = session;
  const after = new URL(request.url).searchParams.get("after") ?? undefined;
  const [view, group] = await Promise.all([getShop(db, shop), groupOf(db, shop)]);
  if (group === null) throw redirect("/app/store-group");
  const { items, next } = await listGroupEvents(db, shop, { limit: rowsPerPage, after });
  return {
    loadedMs: clock.now(),
    timeZone: view?.timeZone ?? null,
    shop,
    name: group.name,
    events: items,
    next,
  };
}

export default function StreamScreen() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const after = params.get("after");
  const live = useLiveRefresh(after === null);
  const steady = useSteadyRows(page.events, idOf, after ?? "");
  return (
    <Page
      heading={`Events of ${page.name}`}
      subheading="This store's events, and those of the stores that share their changes with it, in one stream."
      inlineSize="large"
      back={{ content: "Stores and buffers", to: "/app/store-group" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <Section padding="none">
        <TableBar
          start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
          end={
            <FreshRows steady={steady} singular="event" plural="events" pageSize={rowsPerPage} />
          }
        />
        <Table
          caption="Events of all stores, newest first"
          columns={streamColumns(page.shop)}
          rows={steady.rows}
          keyOf={idOf}
          hrefOf={(event) => (event.shop === page.shop ? `/app/events/${event.id}` : undefined)}
          empty={
            <EmptyState
              kind="nothing"
              heading={after === null ? "No events yet" : "No older events"}
              action={
                after === null
                  ? { content: "Choose what is shared", to: "/app/store-group" }
                  : { content: "Back to the newest", to: address }
              }
            />
          }
        />
        <Paging
          label="Pages of events"
          first={after === null ? null : address}
          next={page.next === null ? null : `${address}?after=${page.next}`}
        />
      </Section>
    </Page>
  );
}

function idOf({ id }: EventSummary): string {
  return id;
}
