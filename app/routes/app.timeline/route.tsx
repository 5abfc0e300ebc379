import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { getShop } from "#app/shops/index.server.ts";
import { readTimeline } from "#app/timeline/index.server.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Timeline } from "#app/ui/kit/timeline.tsx";
import { toneOf, wordOf } from "./words.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  const resource = searchParams.get("resource") ?? "";
  const [view, happenings] = await Promise.all([
    getShop(context.db, session.shop),
    readTimeline(context, session.shop, resource),
  ]);
  return {
    loadedMs: context.clock.now(),
    timeZone: view?.timeZone ?? null,
    resource: {
      id: resource,
      type: /^gid:\/\/shopify\/(\w+)\//.exec(resource)?.[1] ?? "Record",
      sku: searchParams.get("sku"),
    },
    happenings,
  };
}

export default function TimelinePage() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  return (
    <Page
      heading={page.resource.id === "" ? "Timeline of a record" : resourceLabel(page.resource)}
      subheading="Everything that happened to one record, in every connected system."
      back={{ content: "Events", to: "/app/events" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <Section
        heading="Timeline"
        accessory={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
      >
        {page.happenings.length === 0 ? (
          <NothingKnown named={page.resource.id !== ""} />
        ) : (
          <Timeline
            label="What happened to this record"
            items={page.happenings.map((item, index) => ({
              key: `${item.at} ${String(index)}`,
              at: item.at,
              title: wordOf(item.kind),
              detail: item.summary,
              tone: toneOf(item.kind),
            }))}
          />
        )}
      </Section>
    </Page>
  );
}

/** A timeline is of one record, and this page is reached from it. */
function NothingKnown({ named }: { readonly named: boolean }) {
  return (
    <EmptyState
      kind="search"
      heading={named ? "Nothing is known of this record" : "Choose a record first"}
      action={{ content: "Find an event", to: "/app/events" }}
    >
      {named
        ? "No event, delivery or write of the last 90 days names it. Find it by its SKU or id among the events."
        : "Find an order, product or SKU among the events, open one, and follow its history."}
    </EmptyState>
  );
}
