import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import type { HoldView } from "#app/coordination/types.ts";
import { formatCount } from "#app/ui/format/number.ts";
import { shopHandle } from "#app/ui/format/shop.ts";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import type { Action } from "#app/ui/kit/button.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar, TableSearch } from "#app/ui/kit/table-tools.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { CountModal } from "../app.inventory.$id/count-modal.tsx";
import { type CountNews, takeCount } from "../app.inventory.$id/counting.server.ts";
import { AtRisk } from "./at-risk.tsx";
import { poolColumns } from "./columns.tsx";
import { type InventoryPage, loadInventory } from "./inventory.presenter.server.ts";
import { poolLocationColumn } from "./pool-location-column.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadInventory(context, session.shop, {
    search: searchParams.get("sku")?.trim() ?? "",
    after: searchParams.get("after"),
  });
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<CountNews>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const caller = { shop: session.shop, actor: `user:${sessionToken.sub}` };
  return takeCount(context, caller, await request.formData());
}

export default function InventoryScreen() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const [counting, setCounting] = useState(false);
  const live = useLiveRefresh(!counting);
  const { group } = page;
  const count = {
    content: "Count an article",
    onClick: () => {
      setCounting(true);
    },
  };
  return (
    <Page
      heading="Inventory"
      subheading={
        group === null
          ? "Stock that stores share, and units held for somebody."
          : `What the stores of ${group.name} share.`
      }
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{
        content: group === null ? "Share stock" : "Stores and buffers",
        to: "/app/store-group",
      }}
      secondaryActions={[
        { content: "Order holds", to: "/app/order-holds" },
        ...(group === null ? [] : [count]),
      ]}
    >
      <Section padding="none">
        <TableBar
          start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
          end={
            <TableSearch
              label="Find by SKU"
              search={page.search}
              hrefOf={(sku) => hrefOf(sku, null)}
            />
          }
        />
        <Table
          caption="Articles by SKU, with what each store shows"
          columns={poolColumns(page, group?.shops ?? [])}
          rows={page.rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/app/inventory/${row.id}`}
          empty={<NoPools page={page} count={count} />}
        />
        <Paging
          label="Pages of articles"
          sortedBy="name"
          first={params.has("after") ? hrefOf(page.search, null) : null}
          next={page.next === null ? null : hrefOf(page.search, page.next)}
        />
      </Section>
      {page.exposure !== null && page.exposure.worst.length > 0 && (
        <AtRisk exposure={page.exposure} poolLocations={page.poolLocations} />
      )}
      {page.holds.length > 0 && <ActiveHolds page={page} />}
      {counting && (
        <CountModal
          article={null}
          poolLocations={page.poolLocations}
          onHide={() => {
            setCounting(false);
          }}
        />
      )}
    </Page>
  );
}

function hrefOf(sku: string, after: string | null): string {
  const params = new URLSearchParams({
    ...(sku === "" ? {} : { sku }),
    ...(after === null ? {} : { after }),
  });
  return `/app/inventory?${params.toString()}`;
}

function NoPools({ page, count }: { readonly page: InventoryPage; readonly count: Action }) {
  if (page.search !== "")
    return (
      <EmptyState
        kind="search"
        heading="No article begins like this"
        action={{ content: "Show all articles", to: "/app/inventory" }}
      >
        {`Nothing that is shared has a SKU beginning with “${page.search}”.`}
      </EmptyState>
    );
  if (page.group === null)
    return (
      <EmptyState
        kind="nothing"
        heading="Share stock between your stores"
        action={{ content: "Begin a group", to: "/app/store-group" }}
      >
        Stores of a group show one quantity of each article: what one sells, the others do not sell
        again.
      </EmptyState>
    );
  return (
    <EmptyState kind="nothing" heading="Nobody has said what there is" action={count}>
      The system that owns inventory sends a quantity for each SKU, or you count where no system
      owns it; from then on all stores of the group show it.
    </EmptyState>
  );
}

const holdColumnsOf = (
  known: InventoryPage["poolLocations"],
): readonly Column<HoldView & { readonly poolLocationId: string | null }>[] => [
  { key: "reference", heading: "For", cell: (row) => row.reference },
  { key: "sku", heading: "SKU", cell: (row) => row.sku },
  ...poolLocationColumn(known),
  {
    key: "quantity",
    heading: "Units",
    align: "end",
    cell: (row) => formatCount(row.quantity),
  },
  { key: "store", heading: "Store", cell: (row) => shopHandle(row.shop) },
  {
    key: "answers",
    heading: "Agreed",
    align: "end",
    cell: (row) => {
      const agreed = row.participants.filter(({ answer }) => answer === "acknowledged").length;
      return `${formatCount(agreed)} of ${formatCount(row.participants.length)}`;
    },
  },
  {
    key: "expires",
    heading: "Until",
    align: "end",
    cell: (row) => <Moment at={row.expiresAt} />,
  },
];

function ActiveHolds({ page }: { readonly page: InventoryPage }) {
  const rows = page.holds.map((hold) => ({ ...hold, poolLocationId: hold.poolLocation }));
  return (
    <Section
      heading="Active holds"
      description="Units that are out of sale until everybody has agreed, or their time is up. The newest ten."
      padding="none"
    >
      <Table
        caption="Active holds, newest first"
        columns={holdColumnsOf(page.poolLocations)}
        rows={rows}
        keyOf={(row) => row.id}
        empty={null}
      />
    </Section>
  );
}
