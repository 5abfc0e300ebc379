import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { discrepancyColumns } from "./columns.tsx";
import { DecideModal, noDecision } from "./decide-modal.tsx";
import { decide, loadDiscrepancies } from "./discrepancies.presenter.server.ts";
import { readDecision, readStatus } from "./form.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadDiscrepancies(context, session.shop, {
    status: readStatus(searchParams.get("status")),
    after: searchParams.get("after"),
  });
}

export async function action({ request, context }: ActionFunctionArgs): Promise<ActionOutcome> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readDecision(await request.formData());
  if (!read.ok) return read;
  return decide(context, session.shop, `user:${sessionToken.sub}`, read.decision);
}

export default function DiscrepanciesPage() {
  const page = useLoaderData<typeof loader>();
  const [params] = useSearchParams();
  const fetcher = useFetcher<ActionOutcome>();
  const [draft, setDraft] = useState(noDecision);
  const live = useLiveRefresh(fetcher.state === "idle" && !draft.open);
  useOutcomeToast(fetcher.data, () => {
    setDraft((last) => ({ ...last, open: false }));
  });
  const error = errorOf(fetcher.data, "reason") ?? errorOf(fetcher.data, "");
  const columns = discrepancyColumns({
    nameOf: (owner) => page.names[owner] ?? "A removed system",
    onDecide: (row, how) => {
      setDraft({ ...noDecision, open: true, row, how });
    },
  });
  return (
    <Page
      heading="Discrepancies"
      subheading="Where Shopify and the owner of the data do not agree."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      {error !== undefined && !draft.open && <Banner tone="critical" heading={error} />}
      <Section padding="none">
        <ViewTabs label="Discrepancies by status" views={page.views} />
        <TableBar start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />} />
        <Table
          caption="Discrepancies, newest first"
          columns={columns}
          rows={page.rows}
          keyOf={(row) => row.id}
          empty={<NoDiscrepancies open={page.status === "open"} />}
        />
        <Paging
          label="Pages of discrepancies"
          first={params.has("after") ? hrefOf(page.status, null) : null}
          next={page.next === null ? null : hrefOf(page.status, page.next)}
        />
      </Section>
      <DecideModal
        draft={draft}
        busy={fetcher.state !== "idle"}
        error={error}
        onChange={setDraft}
        onDecide={({ row, how, reason }) => {
          fetcher.submit({ id: row?.id ?? "", with: how, reason }, { method: "post" });
        }}
      />
    </Page>
  );
}

function hrefOf(status: string, after: string | null): string {
  const params = new URLSearchParams({ status, ...(after === null ? {} : { after }) });
  return `/app/discrepancies?${params.toString()}`;
}

function NoDiscrepancies({ open }: { readonly open: boolean }) {
  if (!open) return <EmptyState kind="nothing" heading="Nothing here" />;
  return (
    <EmptyState
      kind="good"
      heading="Everybody agrees"
      action={{ content: "See who owns what", to: "/app/ownership" }}
    >
      When somebody changes data that a connected system owns, it shows here.
    </EmptyState>
  );
}
