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
import { discrepancyColumns, labelOf } from "./columns.tsx";
import { DecideModal, type DecisionAbout, noDecision } from "./decide-modal.tsx";
import { decide, loadDiscrepancies } from "./discrepancies.presenter.server.ts";
import { DecisionBar, ScopeFilters } from "./discrepancy-tools.tsx";
import { discrepanciesHref, readDecision, readScope, readStatus, toDecisionForm } from "./form.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadDiscrepancies(context, session.shop, {
    status: readStatus(searchParams.get("status")),
    scope: readScope((name) => searchParams.get(name)),
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
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const live = useLiveRefresh(fetcher.state === "idle" && !draft.open && selected.size === 0);
  useOutcomeToast(fetcher.data, () => {
    setDraft((last) => ({ ...last, open: false }));
    setSelected(new Set());
  });
  const { status, scope, rows } = page;
  const error = errorOf(fetcher.data, "reason") ?? errorOf(fetcher.data, "");
  const ask = (about: DecisionAbout, how: "owner" | "ignore") => {
    setDraft({ ...noDecision, open: true, about, how });
  };
  const chosen = rows.filter((row) => selected.has(row.id));
  const columns = discrepancyColumns({
    nameOf: (owner) => page.names[owner] ?? "A removed system",
    onDecide: (row, how) => {
      ask({ rows: [row] }, how);
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
        <ScopeFilters status={status} scope={scope} systems={page.systems} />
        {status === "open" && rows.length > 0 ? (
          <DecisionBar
            live={live}
            selected={chosen.length}
            open={page.open}
            busy={fetcher.state !== "idle"}
            onDecide={(which, how) => {
              ask(which === "all" ? { all: page.open } : { rows: chosen }, how);
            }}
          />
        ) : (
          <TableBar start={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />} />
        )}
        <Table
          caption="Discrepancies, newest first"
          columns={columns}
          rows={rows}
          keyOf={(row) => row.id}
          hrefOf={(row) => `/app/discrepancies/${row.id}`}
          selection={status === "open" ? { selected, onChange: setSelected, labelOf } : undefined}
          empty={<NoDiscrepancies open={status === "open"} />}
        />
        <Paging
          label="Pages of discrepancies"
          first={params.has("after") ? discrepanciesHref({ status, scope }) : null}
          next={page.next === null ? null : discrepanciesHref({ status, scope, after: page.next })}
        />
      </Section>
      <DecideModal
        draft={draft}
        busy={fetcher.state !== "idle"}
        error={error}
        onChange={setDraft}
        onDecide={({ about, how, reason }) => {
          const decided = "rows" in about ? { ids: about.rows.map((row) => row.id) } : { scope };
          const form = toDecisionForm({ about: decided, with: how, reason });
          fetcher.submit(form, { method: "post" });
        }}
      />
    </Page>
  );
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
