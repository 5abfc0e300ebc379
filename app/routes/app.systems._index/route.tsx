import type { LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData } from "@remix-run/react";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { TableBar } from "#app/ui/kit/table-tools.tsx";
import { systemColumns } from "./system-columns.tsx";
import { loadSystems } from "./systems.presenter.server.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  return loadSystems(context, session.shop);
}

export default function SystemsPage() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  return (
    <Page
      heading="Systems"
      subheading="The warehouse, ERP and other systems that learn what changes in your store."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{ content: "Connect system", to: "/app/systems/new" }}
    >
      <Section padding="none">
        {page.systems.length > 0 && (
          <TableBar start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />} />
        )}
        <Table
          caption="Connected systems"
          columns={systemColumns}
          rows={page.systems}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/app/systems/${row.id}`}
          empty={
            <EmptyState
              kind="nothing"
              heading="Connect your first system"
              action={{ content: "Connect system", to: "/app/systems/new" }}
            >
              You need its address: the place where it takes changes over the web. From then on it
              gets every change once, in order.
            </EmptyState>
          }
        />
      </Section>
    </Page>
  );
}
