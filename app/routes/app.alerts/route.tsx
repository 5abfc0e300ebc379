import type { ActionFunctionArgs, LoaderFunctionArgs } from "@remix-run/node";
import { useFetcher, useLoaderData, useSearchParams } from "@remix-run/react";
import { useState } from "react";
import { Banner } from "#app/ui/kit/banner.tsx";
import { CopyableId } from "#app/ui/kit/copyable.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { UpdatedNote, useLiveRefresh } from "#app/ui/kit/live.tsx";
import { Page } from "#app/ui/kit/page.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Paging, TableBar, ViewTabs } from "#app/ui/kit/table-tools.tsx";
import { errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import type { ActionOutcome } from "#app/ui/kit/toast.ts";
import { AddChannelModal } from "./add-channel-modal.tsx";
import { actOnAlerts, loadAlerts } from "./alerts.presenter.server.ts";
import type { AlertsPage, ChannelSecret } from "./alerts.presenter.server.ts";
import { ChannelsSection } from "./channels-section.tsx";
import { openColumns, pastColumns } from "./columns.tsx";
import { emptyDraft, readAlertsRequest } from "./form.ts";

export async function loader({ request, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const { searchParams } = new URL(request.url);
  return loadAlerts(context, session.shop, {
    history: searchParams.get("view") === "history",
    after: searchParams.get("after"),
  });
}

export async function action({
  request,
  context,
}: ActionFunctionArgs): Promise<ActionOutcome<ChannelSecret>> {
  const { session, sessionToken } = await context.shopify.authenticate.admin(request);
  const read = readAlertsRequest(await request.formData());
  if (!read.ok) return read;
  return actOnAlerts(context, session.shop, `user:${sessionToken.sub}`, read.request);
}

export default function AlertsPageScreen() {
  const page = useLoaderData<typeof loader>();
  const live = useLiveRefresh();
  return (
    <Page
      heading="Alerts"
      subheading="What is wrong, since when, and what to do about it."
      inlineSize="large"
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
    >
      <AlertsSection
        page={page}
        note={<UpdatedNote reachable={live.reachable} onRefresh={live.refresh} />}
      />
      <Channels page={page} />
    </Page>
  );
}

function AlertsSection({ page, note }: { readonly page: AlertsPage; readonly note: JSX.Element }) {
  const [params] = useSearchParams();
  const fetcher = useFetcher<ActionOutcome>();
  useOutcomeToast(fetcher.data);
  const submitted = fetcher.formData?.get("id");
  const columns = page.history
    ? pastColumns
    : openColumns({
        busyId: typeof submitted === "string" ? submitted : null,
        onAcknowledge: ({ id }) => {
          fetcher.submit({ intent: "acknowledge", id }, { method: "post" });
        },
        onSnooze: ({ id }, minutes) => {
          fetcher.submit({ intent: "snooze", id, minutes }, { method: "post" });
        },
      });
  const error = errorOf(fetcher.data, "");
  return (
    <Section padding="none">
      {error !== undefined && <Banner tone="critical" heading={error} />}
      <ViewTabs
        label="Alerts by state"
        views={[
          { label: "Open", to: "/app/alerts", current: !page.history },
          { label: "History", to: "/app/alerts?view=history", current: page.history },
        ]}
      />
      <TableBar start={note} />
      <Table
        caption={page.history ? "Alerts that are over, newest first" : "Open alerts, worst first"}
        columns={columns}
        rows={page.rows}
        keyOf={(alert) => alert.id}
        empty={<NoAlerts history={page.history} />}
      />
      <Paging
        label="Pages of alerts"
        first={params.has("after") ? "/app/alerts?view=history" : null}
        next={
          page.next === null
            ? null
            : `/app/alerts?view=history&after=${encodeURIComponent(page.next)}`
        }
      />
    </Section>
  );
}

function NoAlerts({ history }: { readonly history: boolean }) {
  if (history)
    return (
      <EmptyState kind="nothing" heading="Nothing has happened yet">
        Alerts that are over stay here for 90 days.
      </EmptyState>
    );
  return (
    <EmptyState kind="good" heading="Nothing is wrong">
      Converge looks after your data all the time. When something goes wrong, it shows here within a
      minute, and it goes by itself once it is over.
    </EmptyState>
  );
}

function Channels({ page }: { readonly page: AlertsPage }) {
  const adder = useFetcher<ActionOutcome<ChannelSecret>>();
  const actor = useFetcher<ActionOutcome<ChannelSecret>>();
  const [draft, setDraft] = useState(emptyDraft);
  const [open, setOpen] = useState(false);
  useOutcomeToast(adder.data, () => {
    setOpen(false);
    setDraft(emptyDraft);
  });
  useOutcomeToast(actor.data);
  const secret = adder.data?.ok === true ? adder.data.secret : undefined;
  const error = errorOf(actor.data, "");
  const [id, intent] = ["id", "intent"].map((name) => actor.formData?.get(name));
  const busy = typeof id === "string" && typeof intent === "string" ? { id, intent } : null;
  return (
    <>
      {secret !== undefined && (
        <Banner tone="info" heading="The signing secret of the new webhook, shown this once">
          <CopyableId value={secret} label="signing secret" whole />
        </Banner>
      )}
      {error !== undefined && (
        <Banner tone="critical" heading="The test did not arrive">
          {error}
        </Banner>
      )}
      <ChannelsSection
        channels={page.channels}
        busy={busy}
        onAdd={() => {
          setOpen(true);
        }}
        onAct={(channel, what) => {
          actor.submit({ intent: what, id: channel.id }, { method: "post" });
        }}
      />
      <AddChannelModal
        open={open}
        draft={draft}
        outcome={adder.data}
        busy={adder.state !== "idle"}
        onHide={() => {
          setOpen(false);
        }}
        onChange={setDraft}
        onAdd={() => {
          adder.submit({ ...draft, intent: "add" }, { method: "post" });
        }}
      />
    </>
  );
}
