import type { LoaderFunctionArgs } from "@remix-run/node";
import { Link as RemixLink, useFetcher, useLoaderData } from "@remix-run/react";
import { useState } from "react";
import { kindWords, labelOf, settleWords } from "#app/routes/app.discrepancies/columns.tsx";
import { DecideModal, noDecision } from "#app/routes/app.discrepancies/decide-modal.tsx";
import { toDecisionForm } from "#app/routes/app.discrepancies/form.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { Banner } from "#app/ui/kit/banner.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { useLiveRefresh } from "#app/ui/kit/live.tsx";
import { MissingPage } from "#app/ui/kit/missing-page.tsx";
import { Columns, Page } from "#app/ui/kit/page.tsx";
import { Facts, Paragraph, Section, Stack } from "#app/ui/kit/section.tsx";
import { Table } from "#app/ui/kit/table.tsx";
import { Moment } from "#app/ui/kit/time.tsx";
import { type ActionOutcome, errorOf, useOutcomeToast } from "#app/ui/kit/toast.ts";
import { countOf } from "#app/ui/format/number.ts";
import { domainWord } from "#app/ui/words.ts";
import { loadDiscrepancy } from "./discrepancy.presenter.server.ts";
import { recentColumns } from "./recent-columns.tsx";
import { SideBySide } from "./side-by-side.tsx";

export async function loader({ request, params, context }: LoaderFunctionArgs) {
  const { session } = await context.shopify.authenticate.admin(request);
  const page = await loadDiscrepancy(context, session.shop, params["id"] ?? "");
  if (page === null) throw new Response("There is no such discrepancy.", { status: 404 });
  return page;
}

const statusBadges = {
  open: { word: "Open", tone: "caution" },
  resolved: { word: "Settled", tone: "success" },
  ignored: { word: "Ignored", tone: "neutral" },
} as const;

export default function DiscrepancyPage() {
  const page = useLoaderData<typeof loader>();
  const { found } = page;
  const fetcher = useFetcher<ActionOutcome>();
  const [draft, setDraft] = useState(noDecision);
  useLiveRefresh(fetcher.state === "idle" && !draft.open && found.status === "open");
  useOutcomeToast(fetcher.data, () => {
    setDraft((last) => ({ ...last, open: false }));
  });
  const error = errorOf(fetcher.data, "reason") ?? errorOf(fetcher.data, "");
  const ask = (how: "owner" | "ignore") => () => {
    setDraft({ ...noDecision, open: true, about: { rows: [found] }, how });
  };
  const status = statusBadges[found.status];
  const open = found.status === "open";
  return (
    <Page
      heading={labelOf(found)}
      subheading={domainWord(found.domain)}
      badge={<Badge tone={status.tone}>{status.word}</Badge>}
      back={{ content: "Discrepancies", to: "/app/discrepancies" }}
      loadedMs={page.loadedMs}
      timeZone={page.timeZone}
      primaryAction={
        open ? { content: settleWords[found.remedy], onClick: ask("owner") } : undefined
      }
      secondaryActions={open ? [{ content: "Ignore", onClick: ask("ignore") }] : undefined}
    >
      {error !== undefined && !draft.open && <Banner tone="critical" heading={error} />}
      <Columns main={<Found page={page} />} side={<About page={page} />} />
      <DecideModal
        draft={draft}
        busy={fetcher.state !== "idle"}
        error={error}
        onChange={setDraft}
        onDecide={({ how, reason }) => {
          const form = toDecisionForm({ about: { ids: [found.id] }, with: how, reason });
          fetcher.submit(form, { method: "post", action: "/app/discrepancies" });
        }}
      />
    </Page>
  );
}

type PageData = ReturnType<typeof useLoaderData<typeof loader>>;

function Found({ page }: { readonly page: PageData }) {
  const { found, changedAt, events } = page;
  const nameOf = (id: string) => page.names[id] ?? "A removed system";
  return (
    <>
      <Section heading={kindWords[found.kind]}>
        <Stack>
          <Paragraph>{found.cause}</Paragraph>
          <SideBySide
            left={{
              name: "Shopify",
              value: found.shopifyValue,
              changedAt,
              seenAt: found.lastSeenAt,
            }}
            right={{
              name: nameOf(found.system ?? found.owner),
              value: found.systemValue,
              seenAt: found.lastSeenAt,
            }}
          />
        </Stack>
      </Section>
      <Section
        heading="What happened to it lately"
        padding="none"
        accessory={
          <RemixLink
            className="cv-link"
            to={`/app/timeline?resource=${encodeURIComponent(found.resource.id)}`}
          >
            Whole timeline
          </RemixLink>
        }
      >
        <Table
          caption="Its last events, newest first"
          columns={recentColumns}
          rows={events}
          keyOf={(event) => event.id}
          hrefOf={(event) => `/app/events/${event.id}`}
          empty={
            <EmptyState kind="nothing" heading="No events">
              Converge was told of no change of this record.
            </EmptyState>
          }
        />
      </Section>
    </>
  );
}

function About({ page }: { readonly page: PageData }) {
  const { found } = page;
  return (
    <Section heading="About">
      <Facts
        items={[
          { term: "Owner", value: page.names[found.owner] ?? "A removed system" },
          ...(found.place === null ? [] : [{ term: "Location", value: found.place }]),
          { term: "First seen", value: <Moment at={found.firstSeenAt} /> },
          { term: "Last seen", value: <Moment at={found.lastSeenAt} /> },
          { term: "Seen", value: countOf(found.times, "time") },
          ...(found.resolvedAt === null
            ? []
            : [
                { term: "Decided", value: <Moment at={found.resolvedAt} /> },
                { term: "Reason", value: found.resolution ?? "" },
              ]),
          { term: "Record", value: <span className="cv-mono">{found.resource.id}</span> },
        ]}
      />
    </Section>
  );
}

export function ErrorBoundary() {
  return (
    <MissingPage
      heading="This discrepancy is not here"
      back={{ content: "Discrepancies", to: "/app/discrepancies" }}
    >
      It may belong to another store, or it is older than what is kept.
    </MissingPage>
  );
}
