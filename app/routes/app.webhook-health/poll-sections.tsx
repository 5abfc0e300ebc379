import { useState } from "react";
import type { Certificate, Feed, FeedHealth } from "#app/polling/types.ts";
import { formatTarget } from "#app/ui/format/duration.ts";
import { countOf, formatCount, formatPercent } from "#app/ui/format/number.ts";
import { Button } from "#app/ui/kit/button.tsx";
import { EmptyState } from "#app/ui/kit/empty-state.tsx";
import { Paragraph, Section } from "#app/ui/kit/section.tsx";
import { type Column, Table } from "#app/ui/kit/table.tsx";
import { Moment, RelativeTime } from "#app/ui/kit/time.tsx";
import type { WebhookHealth } from "./health.presenter.server.ts";

const feedWords: Readonly<Record<Feed, { readonly name: string; readonly rows: string }>> = {
  inventory: { name: "Stock levels", rows: "stock level" },
  orders: { name: "Orders and fulfillments", rows: "order or shipment" },
  products: { name: "Products and prices", rows: "product" },
  customers: { name: "Customers and loyalty points", rows: "customer" },
};

const rowsPlural: Readonly<Record<Feed, string>> = {
  inventory: "stock levels",
  orders: "orders and shipments",
  products: "products",
  customers: "customers",
};

/** How often Shopify is asked, and what that costs of the store's budget. */
export function CostSection({ health }: { readonly health: WebhookHealth }) {
  const { feeds, budgetPerHour } = health;
  const total = feeds.reduce((sum, feed) => sum + (feed.pointsPerHour ?? 0), 0);
  const costs =
    budgetPerHour === null
      ? "What it costs is known after the first reads."
      : `All of it takes about ${formatPercent((100 * total) / budgetPerHour)} of what Shopify allows Converge in your store (${formatCount(budgetPerHour)} points an hour), and waits whenever more urgent work needs it.`;
  return (
    <Section
      heading="Catch-up reads"
      description={`Converge asks Shopify what changed, whatever webhooks say. ${costs}`}
      padding="none"
    >
      <Table
        caption="Catch-up reads by kind of data"
        columns={feedColumns(budgetPerHour)}
        rows={feeds}
        keyOf={(row) => row.feed}
        empty={
          <EmptyState kind="nothing" heading="Nothing was read yet">
            The first reads begin within seconds of the installation.
          </EmptyState>
        }
      />
    </Section>
  );
}

function feedColumns(budgetPerHour: number | null): readonly Column<FeedHealth>[] {
  return [
    {
      key: "feed",
      heading: "Data",
      cell: (row) => (
        <>
          {feedWords[row.feed].name}
          {row.problem !== null && (
            <span className="cv-cell-2 cv-text--critical">{row.problem}</span>
          )}
        </>
      ),
    },
    {
      key: "every",
      heading: "Every",
      align: "end",
      cell: (row) => formatTarget(row.everySeconds),
    },
    {
      key: "cost",
      heading: "Points an hour",
      align: "end",
      cell: (row) => (
        <>
          {row.pointsPerHour === null ? "–" : formatCount(row.pointsPerHour)}
          {row.pointsPerHour !== null && budgetPerHour !== null && (
            <span className="cv-cell-2">
              {formatPercent((100 * row.pointsPerHour) / budgetPerHour)}
            </span>
          )}
        </>
      ),
    },
    {
      key: "complete",
      heading: "Complete",
      align: "end",
      cell: (row) => (row.lastCompleteAt === null ? "–" : <RelativeTime at={row.lastCompleteAt} />),
    },
  ];
}

/** Enough to see that reads go on; on a phone each is three lines. */
const shownFirst = 5;

/** What each read found: the proof that nothing is missing between its two moments. */
export function PassesSection({ health }: { readonly health: WebhookHealth }) {
  const [all, setAll] = useState(false);
  const { certificates } = health;
  return (
    <Section
      heading="Certificates"
      description="Each complete read leaves one: everything that changed between its two moments was looked at."
      padding="none"
      accessory={
        certificates.length > shownFirst ? (
          <Button
            variant="plain"
            expanded={all}
            onClick={() => {
              setAll(!all);
            }}
          >
            {all ? "Show fewer" : `Show all ${String(certificates.length)}`}
          </Button>
        ) : undefined
      }
    >
      <Table
        caption="Complete reads, newest first"
        columns={passColumns}
        rows={all ? certificates : certificates.slice(0, shownFirst)}
        keyOf={(row) => row.id}
        empty={<EmptyState kind="nothing" heading="No read was complete yet" />}
      />
    </Section>
  );
}

const passColumns: readonly Column<Certificate>[] = [
  {
    key: "what",
    heading: "Read",
    cell: (row) => (
      <>
        {sentenceOf(row)}
        {row.note !== null && <span className="cv-cell-2">{row.note}</span>}
        {row.reason !== "schedule" && <span className="cv-cell-2">Asked for: {row.reason}</span>}
      </>
    ),
  },
  {
    key: "span",
    heading: "Changed between",
    align: "end",
    optional: true,
    cell: (row) => (
      <>
        <Moment at={row.from} /> – <Moment at={row.to} />
      </>
    ),
  },
  {
    key: "cost",
    heading: "Points",
    align: "end",
    optional: true,
    cell: (row) => formatCount(row.points),
  },
  {
    key: "done",
    heading: "Complete",
    align: "end",
    cell: (row) => <RelativeTime at={row.completedAt} />,
  },
];

function sentenceOf({ feed, rows, found }: Certificate) {
  const read = `${countOf(rows, feedWords[feed].rows, rowsPlural[feed])} read`;
  if (found === 0) return `${read}, nothing missing`;
  return (
    <span className="cv-text--critical">{`${read}, ${countOf(found, "change")} that no webhook had told`}</span>
  );
}

/** What the figures mean, in a few sentences. */
export function MeaningSection() {
  return (
    <Section heading="What this means">
      <Paragraph tone="subdued">
        Shopify does not promise that every webhook comes, comes once, or comes in order. A missed
        one costs you nothing here: the next catch-up read finds the change, and it goes to your
        systems like any other. If one kind of webhook is missed again and again, look for its
        subscription.
      </Paragraph>
    </Section>
  );
}
