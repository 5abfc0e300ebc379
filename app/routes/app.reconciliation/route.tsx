import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import type { FindingView } from "#app/reconciliation/types.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { saveFile } from "#app/ui/kit/save-file.ts";
import { Section } from "#app/ui/kit/section.tsx";
import { Paging } from "#app/ui/kit/table-tools.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { differenceColumns, runColumns } from "./columns.tsx";
import { DriftChart, Patterns } from "./drift.tsx";
import {
  actOnRuns,
  type Downloaded,
  loadReconciliation,
} from "./reconciliation.presenter.server.ts";
import { RunSummary } from "./run-summary.tsx";
import { noRun, StartModal } from "./start-modal.tsx";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadReconciliation(context, session.shop, {
    run: searchParams.get("run"),
    after: searchParams.get("after"),
  });
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<Downloaded>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const actor = `user:${sessionToken.sub}`;
  return actOnRuns(context, session.shop, actor, await request.formData());
}

export default function ReconciliationPage() {
  const page = useLoaderData<typeof loader>();
  const fetcher = useFetcher<ActionOutcome<Downloaded>>();
  const [draft, setDraft] = useState(noRun);
  useLiveRefresh(fetcher.state === "idle" && !draft.open);
  useOutcomeToast(fetcher.data, () => {
    if (fetcher.data?.ok === true && fetcher.data.file) saveFile(fetcher.data.file);
    setDraft((last) => ({ ...last, open: false }));
  });
  const error =
    errorOf(fetcher.data, "system") ?? errorOf(fetcher.data, "domain") ?? errorOf(fetcher.data, "");
  const nameOf = (id: string) => page.names[id] ?? "A removed system";
  const begin = () => {
    setDraft((last) => ({ ...last, open: true }));
  };
  return (
    <Page
      heading="Reconciliation"
      subheading="Everything Shopify has, beside what Converge knows and what a system has."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={{ content: "Run reconciliation", onClick: begin }}
    >
      {page.chosen && (
        <RunSummary
          run={page.chosen}
          nameOf={nameOf}
          onCancel={(cancel) => {
            fetcher.submit({ cancel }, { method: "post" });
          }}
        />
      )}
      {page.chosen && page.differences && page.differences.items.length > 0 && (
        <Differences
          run={page.chosen.id}
          found={page.differences}
          nameOf={nameOf}
          downloading={fetcher.formData?.has("download") === true}
          onDownload={(download) => {
            fetcher.submit({ download }, { method: "post" });
          }}
        />
      )}
      <DriftChart alike={page.alike} />
      <Patterns patterns={page.patterns} nameOf={nameOf} />
      <Section heading="Runs" padding="none">
        <Table
          caption="Runs, newest first"
          columns={runColumns(nameOf)}
          rows={page.runs}
          keyOf={(row) => row.id}
          empty={
            <EmptyState kind="nothing" heading="Nothing compared yet">
              A full comparison finds what webhooks and polling cannot see.
            </EmptyState>
          }
        />
      </Section>
      <StartModal
        draft={draft}
        names={page.sides}
        domains={page.domains}
        estimates={page.estimates}
        busy={fetcher.state !== "idle"}
        error={error}
        onChange={setDraft}
        onStart={({ domain, system, mode }) => {
          fetcher.submit({ domain, system, mode }, { method: "post" });
        }}
      />
    </Page>
  );
}

/** What a run found, a page at a time. */
function Differences(props: {
  readonly run: string;
  readonly found: { readonly items: readonly FindingView[]; readonly next: string | null };
  readonly nameOf: (id: string) => string;
  readonly downloading: boolean;
  readonly onDownload: (run: string) => void;
}) {
  const [params] = useSearchParams();
  const { run, found } = props;
  return (
    <Section
      heading="Differences"
      padding="none"
      accessory={
        <Button
          loading={props.downloading}
          onClick={() => {
            props.onDownload(run);
          }}
        >
          Download
        </Button>
      }
    >
      <Table
        caption="Differences of this run"
        columns={differenceColumns(props.nameOf)}
        rows={found.items}
        keyOf={(row) => `${row.side} ${row.key}`}
        empty={null}
      />
      <Paging
        label="Pages of differences"
        sortedBy="name"
        first={params.has("after") ? hrefOf(run, null) : null}
        next={found.next === null ? null : hrefOf(run, found.next)}
      />
    </Section>
  );
}

function hrefOf(run: string, after: string | null): string {
  const params = new URLSearchParams({ run, ...(after === null ? {} : { after }) });
  return `/app/reconciliation?${params.toString()}`;
}
