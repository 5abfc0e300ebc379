import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useNavigation } from "@remix-run/react";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { useHeldOrder } from "#app/ui/kit/held-order.ts";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { TableBar, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { detailHref } from "#app/ui/sla-words.ts";
import { BucketTiles } from "./bucket-tiles.tsx";
import { readFilter } from "./buckets.ts";
import { freshnessColumns } from "./columns.tsx";
import { loadFreshness } from "./freshness.presenter.server.ts";
import type { FreshnessRow } from "./freshness.presenter.server.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadFreshness(context, session.shop, readFilter(new URL(request.url).searchParams));
}

export default function FreshnessPage() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  const navigation = useNavigation();
  const rows = useHeldOrder<FreshnessRow>(page.rows, detailHref, page.view);
  return (
    <Page
      heading="Freshness"
      subheading="How old your data is in every place that needs it, against what you promised."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {page.total > 0 && <BucketTiles buckets={page.buckets} />}
      <Section padding="none">
        {page.total > 0 && <ViewTabs label="SLAs by state" views={page.views} />}
        <TableBar
          start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
          end={<span className="cv-subdued">{page.summary}</span>}
        />
        <Table
          caption="Freshness of each kind of data in each place, the worst first"
          columns={freshnessColumns}
          rows={rows}
          keyOf={detailHref}
          hrefOf={detailHref}
          loading={
            navigation.state === "loading" && navigation.location.pathname === "/app/freshness"
          }
          empty={<NoRows filtered={page.filtered} />}
        />
      </Section>
    </Page>
  );
}

function NoRows({ filtered }: { readonly filtered: boolean }) {
  return filtered ? (
    <EmptyState
      kind="search"
      heading="No SLA is in this state"
      action={{ content: "Clear filters", to: "/app/freshness" }}
    >
      That may be good news: see all of them to know.
    </EmptyState>
  ) : (
    <EmptyState
      kind="nothing"
      heading="Nothing is measured yet"
      action={{ content: "Connect system", to: "/app/systems/new" }}
    >
      The age of your data is measured from the first minute a worker runs for your store.
    </EmptyState>
  );
}
