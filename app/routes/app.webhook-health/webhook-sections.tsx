import { StackedBars } from "#app/ui/charts/stacked-bars.tsx";
import { formatSeconds } from "#app/ui/format/duration.ts";
import { resourceLabel } from "#app/ui/format/ids.ts";
import { countOf, formatCount } from "#app/ui/format/number.ts";
import { Badge } from "#app/ui/kit/badge.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { RelativeTime } from "#app/ui/kit/time.tsx";
import { missedStateWords, topicWord } from "#app/ui/words.ts";
import type { WebhookHealth } from "./health.presenter.server.ts";
import { healthRanges } from "./ranges.ts";
import { topicColumns } from "./topic-columns.tsx";

/** How each topic's webhooks fared. */
export function TopicsSection({ health }: { readonly health: WebhookHealth }) {
  return (
    <Section
      heading="By kind of webhook"
      description="Missed: Shopify never told, and a read of Converge found the change. Late: told after that. Duplicates and webhooks out of order change nothing: the newest state counts once."
      padding="none"
    >
      <Table
        caption="Webhooks by topic"
        columns={topicColumns}
        rows={health.topics}
        keyOf={(row) => row.topic}
        empty={
          <EmptyState kind="nothing" heading="No webhooks in this time">
            Change a stock level or edit a product in your store: it shows up here within seconds.
          </EmptyState>
        }
      />
    </Section>
  );
}

const trendKeys = [
  { key: "received", label: "Received", look: "applied" },
  { key: "missed", label: "Missed", look: "dead" },
] as const;

/** Received and missed over time. */
export function TrendSection({ health }: { readonly health: WebhookHealth }) {
  const { trend, barSpanMs, range } = health;
  const sum = (key: "received" | "missed") =>
    trend.reduce((total, point) => total + point.counts[key], 0);
  if (trend.length === 0) return null;
  const { label } = healthRanges[range];
  return (
    <Section heading="Received and missed over time">
      <StackedBars
        keys={trendKeys}
        points={trend}
        caption="Webhooks received and missed over time"
        unit="Webhooks"
        summary={`${label}: ${formatCount(sum("received"))} received, ${formatCount(sum("missed"))} missed.`}
        hrefOf={(index) => {
          const from = Date.parse(trend[index]?.at ?? "");
          const to = new Date(from + barSpanMs).toISOString();
          return `/app/events?from=${new Date(from).toISOString()}&to=${to}`;
        }}
      />
    </Section>
  );
}

type Missed = WebhookHealth["missed"][number];

const missedColumns: readonly Column<Missed>[] = [
  {
    key: "what",
    heading: "Record",
    cell: (row) => (
      <>
        {resourceLabel({ type: row.resourceType, id: row.resourceId, sku: null })}
        <span className="cv-cell-2">{topicWord(row.topic)}</span>
      </>
    ),
  },
  {
    key: "state",
    heading: "Webhook",
    cell: (row) => {
      const word = missedStateWords[row.state];
      return word === undefined ? (
        row.state
      ) : (
        <span title={word.meaning}>
          <Badge tone={word.tone}>{word.word}</Badge>
        </span>
      );
    },
  },
  {
    key: "found",
    heading: "Found after",
    align: "end",
    cell: (row) => formatSeconds((Date.parse(row.foundAt) - Date.parse(row.changedAt)) / 1000),
  },
  {
    key: "changed",
    heading: "Changed",
    align: "end",
    cell: (row) => <RelativeTime at={row.changedAt} />,
  },
];

/** The last changes that no webhook told in time; each leads to its record's story. */
export function MissedSection({ health }: { readonly health: WebhookHealth }) {
  const { missed } = health;
  if (missed.length === 0) return null;
  return (
    <Section
      heading="Found by Converge"
      description={`The last ${countOf(missed.length, "change")} that no webhook had told in time. Each was taken in and sent to your systems like any other.`}
      padding="none"
    >
      <Table
        caption="Changes that no webhook had told in time, newest first"
        columns={missedColumns}
        rows={missed}
        keyOf={(row) => `${row.resourceId} ${row.changedAt}`}
        hrefOf={(row) => `/app/timeline?resource=${encodeURIComponent(row.resourceId)}`}
        empty={null}
      />
    </Section>
  );
}
